#include "CPageSums.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

// A layer between SQLite and the operating system (sqlite.org/vfs.html). Pages of a database get their sum as they are written to
// its file, and are refused where they do not have it as they are read. A page in the write-ahead log is covered by the checksum that
// SQLite writes with it and looks at after a crash alone; here it is looked at whenever the page is read. Everything else is passed on.

enum {
    wal_header = 32,
    frame_header = 24,
    frame = frame_header + page_sums_page,
};

enum kind { other_file, database_file, wal_file };

struct summed_file {
    sqlite3_file base;
    enum kind kind;
    // Of a write-ahead log: the frame whose header was written last and whose page comes next.
    sqlite3_int64 awaited;
    // Where a transaction is larger than memory, SQLite writes pages over in their frames, and the headers from there on anew before
    // it commits; until then the checksums from this frame on say nothing.
    sqlite3_int64 stale_from;
    // Of a database: up to where it is known to have no holes.
    sqlite3_int64 filled;
    // The file of the layer below lies behind this.
    _Alignas(16) char below[];
};

static sqlite3_file *below(sqlite3_file *file) { return (sqlite3_file *)((struct summed_file *)file)->below; }

static sqlite3_vfs *beneath(sqlite3_vfs *vfs) { return vfs->pAppData; }

static uint32_t page_number(sqlite3_int64 offset) { return (uint32_t)(offset / page_sums_page) + 1; }

static uint32_t big_endian(const unsigned char *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

uint64_t page_sums_of(const void *page, uint32_t number) {
    return XXH3_64bits_withSeed(page, page_sums_page - page_sums_reserved, number);
}

bool page_sums_holds(const void *page, uint32_t number) {
    XXH64_canonical_t sum;
    XXH64_canonicalFromHash(&sum, page_sums_of(page, number));
    const char *kept = (const char *)page + page_sums_page - page_sums_reserved;
    return memcmp(kept, &sum, sizeof sum) == 0;
}

void page_sums_put(void *page, uint32_t number) {
    XXH64_canonical_t sum;
    XXH64_canonicalFromHash(&sum, page_sums_of(page, number));
    memcpy((char *)page + page_sums_page - page_sums_reserved, &sum, sizeof sum);
}

void page_sums_wal(const void *bytes, size_t count, uint32_t sum[2]) {
    const char *at = bytes;
    for (size_t place = 0; place + 8 <= count; place += 8) {
        uint32_t pair[2];
        memcpy(pair, at + place, sizeof pair);
        sum[0] += pair[0] + sum[1];
        sum[1] += pair[1] + sum[0];
    }
}

static int refused(const char *what, sqlite3_int64 place) {
    sqlite3_log(SQLITE_IOERR_DATA, "%s %lld is not what was written", what, place);
    return SQLITE_IOERR_DATA;
}

// Whether a page of the write-ahead log is what its frame says: the checksum goes on from that of the frame before.
static int check_frame(struct summed_file *file, const void *page, sqlite3_int64 start) {
    sqlite3_file *real = below(&file->base);
    unsigned char header[frame_header], before[8];
    sqlite3_int64 behind = start == wal_header ? wal_header : start - frame + frame_header;
    sqlite3_int64 kept = start == wal_header ? behind - 8 : start - frame + 16;
    int result = real->pMethods->xRead(real, header, sizeof header, start);
    if (result == SQLITE_OK) result = real->pMethods->xRead(real, before, sizeof before, kept);
    if (result != SQLITE_OK) return result;
    uint32_t sum[2] = {big_endian(before), big_endian(before + 4)};
    page_sums_wal(header, 8, sum);
    page_sums_wal(page, page_sums_page, sum);
    if (sum[0] == big_endian(header + 16) && sum[1] == big_endian(header + 20)) return SQLITE_OK;
    return refused("frame of the write-ahead log", (start - wal_header) / frame + 1);
}

// Reads a page and looks at its sum. Behind the end of the file all is zero, as SQLite expects it.
static int read_page(sqlite3_file *real, void *page, sqlite3_int64 offset) {
    int result = real->pMethods->xRead(real, page, page_sums_page, offset);
    if (result == SQLITE_IOERR_SHORT_READ) {
        static const char nothing[page_sums_page];
        return memcmp(page, nothing, sizeof nothing) == 0 ? result : refused("page", page_number(offset));
    }
    if (result != SQLITE_OK) return result;
    return page_sums_holds(page, page_number(offset)) ? SQLITE_OK : refused("page", page_number(offset));
}

// Reads parts of pages by reading all of each: newer versions of SQLite read long values so.
static int read_within(sqlite3_file *real, char *bytes, int count, sqlite3_int64 offset) {
    int told = SQLITE_OK;
    while (count > 0) {
        char page[page_sums_page];
        int place = (int)(offset % page_sums_page), part = page_sums_page - place;
        if (part > count) part = count;
        int result = read_page(real, page, offset - place);
        if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) return result;
        if (result != SQLITE_OK) told = result;
        memcpy(bytes, page + place, (size_t)part);
        bytes += part;
        offset += part;
        count -= part;
    }
    return told;
}

// What SQLite looks at before it knows how long a page is, and to see whether somebody else wrote (sqlite.org/fileformat2.html, 1.3).
static bool is_header(int count, sqlite3_int64 offset) { return offset + count <= 100; }

static int read_file(sqlite3_file *self, void *bytes, int count, sqlite3_int64 offset) {
    struct summed_file *file = (struct summed_file *)self;
    sqlite3_file *real = below(self);
    if (file->kind == database_file && !is_header(count, offset)) {
        bool is_page = count == page_sums_page && offset % page_sums_page == 0;
        return is_page ? read_page(real, bytes, offset) : read_within(real, bytes, count, offset);
    }
    int result = real->pMethods->xRead(real, bytes, count, offset);
    sqlite3_int64 start = offset - frame_header;
    if (result != SQLITE_OK || file->kind != wal_file || count != page_sums_page || start < wal_header) return result;
    bool is_frame = (start - wal_header) % frame == 0;
    return is_frame && start < file->stale_from ? check_frame(file, bytes, start) : SQLITE_OK;
}

// Writes pages of zeros with their sums where a file would have a hole: every page has a sum.
static int fill(sqlite3_file *real, sqlite3_int64 end) {
    sqlite3_int64 size;
    int result = real->pMethods->xFileSize(real, &size);
    for (size -= size % page_sums_page; result == SQLITE_OK && size < end; size += page_sums_page) {
        unsigned char page[page_sums_page] = {0};
        page_sums_put(page, page_number(size));
        result = real->pMethods->xWrite(real, page, page_sums_page, size);
    }
    return result;
}

static int write_file(sqlite3_file *self, const void *bytes, int count, sqlite3_int64 offset) {
    struct summed_file *file = (struct summed_file *)self;
    sqlite3_file *real = below(self);
    if (file->kind == database_file) {
        // Nothing but whole pages that reserve room for their sum: it would be written over what is kept.
        bool is_page = count == page_sums_page && offset % page_sums_page == 0;
        if (!is_page || (offset == 0 && ((const unsigned char *)bytes)[20] != page_sums_reserved)) {
            sqlite3_log(SQLITE_IOERR_WRITE, "%d bytes at %lld have no room for a sum", count, offset);
            return SQLITE_IOERR_WRITE;
        }
        unsigned char page[page_sums_page];
        memcpy(page, bytes, sizeof page);
        page_sums_put(page, page_number(offset));
        if (offset > file->filled) {
            int result = fill(real, offset);
            if (result != SQLITE_OK) return result;
        }
        file->filled = offset + count > file->filled ? offset + count : file->filled;
        return real->pMethods->xWrite(real, page, count, offset);
    }
    if (file->kind == wal_file && offset >= wal_header) {
        sqlite3_int64 place = (offset - wal_header) % frame, start = offset - place;
        if (place == 0) {
            if (start <= file->stale_from) file->stale_from = INT64_MAX;
            file->awaited = start;
        } else if (place == frame_header) {
            if (start != file->awaited && start < file->stale_from) file->stale_from = start;
            file->awaited = 0;
        }
    }
    return real->pMethods->xWrite(real, bytes, count, offset);
}

static int close_file(sqlite3_file *self) { return below(self)->pMethods->xClose(below(self)); }
static int truncate_file(sqlite3_file *self, sqlite3_int64 size) {
    struct summed_file *file = (struct summed_file *)self;
    if (file->kind == database_file) {
        file->filled = size;
        int result = fill(below(self), size);
        if (result != SQLITE_OK) return result;
    }
    return below(self)->pMethods->xTruncate(below(self), size);
}
static int sync_file(sqlite3_file *self, int flags) { return below(self)->pMethods->xSync(below(self), flags); }
static int file_size(sqlite3_file *self, sqlite3_int64 *size) {
    return below(self)->pMethods->xFileSize(below(self), size);
}
static int lock_file(sqlite3_file *self, int level) { return below(self)->pMethods->xLock(below(self), level); }
static int unlock_file(sqlite3_file *self, int level) { return below(self)->pMethods->xUnlock(below(self), level); }
static int is_reserved(sqlite3_file *self, int *result) {
    return below(self)->pMethods->xCheckReservedLock(below(self), result);
}
static int control_file(sqlite3_file *self, int what, void *argument) {
    if (what == SQLITE_FCNTL_VFSNAME) {
        *(char **)argument = sqlite3_mprintf("%s", PAGE_SUMS_NAME);
        return SQLITE_OK;
    }
    return below(self)->pMethods->xFileControl(below(self), what, argument);
}
static int sector_size(sqlite3_file *self) { return below(self)->pMethods->xSectorSize(below(self)); }
static int characteristics(sqlite3_file *self) {
    const int reads_parts = 0x8000;  // SQLITE_IOCAP_SUBPAGE_READ, of versions from 3.48 on.
    return below(self)->pMethods->xDeviceCharacteristics(below(self)) & ~reads_parts;
}
static int map_shared(sqlite3_file *self, int page, int size, int extend, void volatile **at) {
    return below(self)->pMethods->xShmMap(below(self), page, size, extend, at);
}
static int lock_shared(sqlite3_file *self, int offset, int count, int flags) {
    return below(self)->pMethods->xShmLock(below(self), offset, count, flags);
}
static void shared_barrier(sqlite3_file *self) { below(self)->pMethods->xShmBarrier(below(self)); }
static int unmap_shared(sqlite3_file *self, int remove) {
    return below(self)->pMethods->xShmUnmap(below(self), remove);
}

// Version 2: without mapped memory, in which pages would be read past this layer.
static const sqlite3_io_methods methods = {
    2,           close_file,  read_file,   write_file,      truncate_file, sync_file,   file_size,      lock_file,
    unlock_file, is_reserved, control_file, sector_size,    characteristics, map_shared, lock_shared, shared_barrier,
    unmap_shared,
};

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *self, int flags, int *opened) {
    struct summed_file *file = (struct summed_file *)self;
    file->kind = flags & SQLITE_OPEN_MAIN_DB ? database_file : flags & SQLITE_OPEN_WAL ? wal_file : other_file;
    file->awaited = 0;
    file->stale_from = INT64_MAX;
    file->filled = 0;
    int result = beneath(vfs)->xOpen(beneath(vfs), name, below(self), flags, opened);
    self->pMethods = below(self)->pMethods == NULL ? NULL : &methods;
    return result;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int sync) {
    return beneath(vfs)->xDelete(beneath(vfs), name, sync);
}
static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
    return beneath(vfs)->xAccess(beneath(vfs), name, flags, result);
}
static int full_path(sqlite3_vfs *vfs, const char *name, int count, char *result) {
    return beneath(vfs)->xFullPathname(beneath(vfs), name, count, result);
}
static void *open_library(sqlite3_vfs *vfs, const char *name) { return beneath(vfs)->xDlOpen(beneath(vfs), name); }
static void library_error(sqlite3_vfs *vfs, int count, char *message) {
    beneath(vfs)->xDlError(beneath(vfs), count, message);
}
static void (*library_symbol(sqlite3_vfs *vfs, void *library, const char *name))(void) {
    return beneath(vfs)->xDlSym(beneath(vfs), library, name);
}
static void close_library(sqlite3_vfs *vfs, void *library) { beneath(vfs)->xDlClose(beneath(vfs), library); }
static int randomness(sqlite3_vfs *vfs, int count, char *bytes) {
    return beneath(vfs)->xRandomness(beneath(vfs), count, bytes);
}
static int wait_for(sqlite3_vfs *vfs, int microseconds) { return beneath(vfs)->xSleep(beneath(vfs), microseconds); }
static int current_time(sqlite3_vfs *vfs, double *day) { return beneath(vfs)->xCurrentTime(beneath(vfs), day); }
static int last_error(sqlite3_vfs *vfs, int count, char *message) {
    return beneath(vfs)->xGetLastError(beneath(vfs), count, message);
}
static int current_time_64(sqlite3_vfs *vfs, sqlite3_int64 *milliseconds) {
    return beneath(vfs)->xCurrentTimeInt64(beneath(vfs), milliseconds);
}

static sqlite3_vfs layer = {
    .iVersion = 2,
    .zName = PAGE_SUMS_NAME,
    .xOpen = open_file,
    .xDelete = delete_file,
    .xAccess = access_file,
    .xFullPathname = full_path,
    .xDlOpen = open_library,
    .xDlError = library_error,
    .xDlSym = library_symbol,
    .xDlClose = close_library,
    .xRandomness = randomness,
    .xSleep = wait_for,
    .xCurrentTime = current_time,
    .xGetLastError = last_error,
    .xCurrentTimeInt64 = current_time_64,
};

static int registered = SQLITE_ERROR;

static void register_once(void) {
    // Databases are named with the layer that they want; without effect, and refused as they are opened, where SQLite runs already.
    sqlite3_config(SQLITE_CONFIG_URI, 1);
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    if (real == NULL || real->iVersion < 2) return;
    layer.pAppData = real;
    layer.szOsFile = (int)sizeof(struct summed_file) + real->szOsFile;
    layer.mxPathname = real->mxPathname;
    registered = sqlite3_vfs_register(&layer, 0);
}

int page_sums_register(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_once);
    return registered;
}
