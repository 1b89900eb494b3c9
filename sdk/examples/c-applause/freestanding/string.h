// Empty: the bindings include <string.h> for helpers that are left out here. There is no C library in a plugin.
#pragma once
