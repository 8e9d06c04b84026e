#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The name under which SQLite knows the layer that keeps a sum in every page.
#define PAGE_SUMS_NAME "page-sums"

enum {
    /// The bytes of a page, its sum among them.
    page_sums_page = 4096,
    /// The bytes that each page reserves for its sum, at its end.
    page_sums_reserved = 8,
};

/// Makes the layer known to SQLite, over the one of the operating system; once, whoever asks.
///
/// \returns SQLite's result code.
int page_sums_register(void);

/// The sum of a page: XXH3 of 64 bits over all but its last 8 bytes, with the number of the page as its seed, so that one
/// that lies in another's place is found as well. Pages count from 1.
uint64_t page_sums_of(const void *page, uint32_t number);

/// Whether a page has its sum.
bool page_sums_holds(const void *page, uint32_t number);

/// Writes the sum of a page into it.
void page_sums_put(void *page, uint32_t number);

/// Goes on with the checksum of SQLite's write-ahead log over some bytes, a multiple of eight (sqlite.org/fileformat2.html,
/// 4.2): pairs of 32-bit numbers in the order of bytes of this machine.
void page_sums_wal(const void *bytes, size_t count, uint32_t sum[2]);
