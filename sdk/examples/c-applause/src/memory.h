// Memory of one call: it is taken piece by piece and given back as a whole when the host has read the result.
//
// # Rules
// * What the host passes in (arguments, answers of imports) and what a call allocates is good until the end of the
//   call.
// * Nothing is freed by itself, and nothing may be kept from one call to the next: what has to last goes into `state`.
#pragma once

#include <stddef.h>

// A block of `size` bytes, aligned for every type. Traps when the plugin has used up its memory: that fails the call.
void *allocate(size_t size);

// An array of `count` elements of this type.
#define ALLOCATE(type, count) ((type *)allocate((count) * sizeof(type)))

// Copies bytes between blocks that do not overlap. With a count of 0 the pointers may be null, which `memcpy` forbids.
static inline void copy_bytes(void *to, const void *from, size_t count) {
    if (count > 0) {
        __builtin_memcpy(to, from, count);
    }
}
