// What the generated bindings want of <stdlib.h>. There is no C library in a plugin.
//
// Only the bindings' own `cabi_realloc` and post-return functions call these, and src/memory.c takes the place of all
// of them. So they are declared and never defined: if the linker ever misses one, a replacement is missing in
// src/memory.c.
#pragma once

#include <stddef.h>

void *realloc(void *block, size_t size);
void free(void *block);
_Noreturn void abort(void);
