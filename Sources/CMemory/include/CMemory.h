#pragma once

#include <stddef.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

/// Asks for the cache line at an address, which is going to be read; any address will do.
static inline void prefetch(const void *address) { __builtin_prefetch(address); }

/// Lets the heaps of all threads grow by so many bytes at a time, and keep that much to spare. By itself the C library of
/// Linux grows them page by page, and each time all threads wait that meet a new page.
static inline void grow_heap_by(size_t bytes) {
#if defined(__GLIBC__)
    mallopt(M_TOP_PAD, (int)bytes);
    // Whoever sets one of these must set them all: what the library finds out by itself holds no more. Great blocks are of the heap
    // as it would have them in the end.
    mallopt(M_TRIM_THRESHOLD, (int)(8 * bytes));
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
#endif
}
