// The allocator, and the canonical ABI's half of memory: `cabi_realloc`, which the host calls to place what it passes
// in, and the post-return functions, which it calls when it has read a result.
//
// The bindings bring their own versions of these, marked weak so that a plugin can replace them. Theirs free a result
// piece by piece, which takes a general allocator and results without a single literal in them. Ours forgets everything
// at once: a call is short, and its memory is as large as what it reads and answers.

#include "memory.h"

#include <stdint.h>

#define ALIGNMENT 16u
#define PAGE_BYTES 65536u

// Where the linker says that the free memory begins.
extern uint8_t __heap_base;

// Bytes behind `__heap_base` that this call has taken.
static size_t taken;

static void grow_to(size_t end) {
    size_t pages = __builtin_wasm_memory_size(0);
    size_t needed = (end - 1) / PAGE_BYTES + 1;
    if (needed > pages && __builtin_wasm_memory_grow(0, needed - pages) == SIZE_MAX) {
        __builtin_trap();
    }
}

void *allocate(size_t size) {
    size_t base = ((size_t)&__heap_base + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    size_t start = base + taken;
    // 4 GiB is all there is: a size that wraps around could never be met.
    if (size > SIZE_MAX - ALIGNMENT - start) {
        __builtin_trap();
    }
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    grow_to(start + rounded);
    taken += rounded;
    return (void *)start;
}

__attribute__((__export_name__("cabi_realloc")))
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
    (void)align; // At most 8 in this interface, and every block is aligned to 16.
    void *block = allocate(size);
    copy_bytes(block, old, old_size < size ? old_size : size);
    return block;
}

// One for each export: the linker takes these, which are not weak, and drops the bindings'.
#define FORGET_ALL_AFTER(function)                                                        \
    __attribute__((__export_name__("cabi_post_hezi:activity/activity@0.1.0#" #function))) \
    void __wasm_export_exports_activity_##function##_post_return(uint8_t *result) {       \
        (void)result;                                                                     \
        taken = 0;                                                                        \
    }

FORGET_ALL_AFTER(describe)
FORGET_ALL_AFTER(open)
FORGET_ALL_AFTER(act)
FORGET_ALL_AFTER(view)
FORGET_ALL_AFTER(tick)
FORGET_ALL_AFTER(close)
FORGET_ALL_AFTER(report)
FORGET_ALL_AFTER(migrate)

// The bindings insist on an object file with the interface's types in it. `cargo hezi component` adds those itself.
void __component_type_object_force_link_plugin(void) {}
