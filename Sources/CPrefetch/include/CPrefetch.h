#pragma once

/// Asks for the cache line at an address, which is going to be read; any address will do.
static inline void prefetch(const void *address) { __builtin_prefetch(address); }
