#ifndef THROUGHLINE_CSIMDJSON_H
#define THROUGHLINE_CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a node of a parsed document is.
enum csj_kind {
    CSJ_NULL = 0,
    CSJ_FALSE = 1,
    CSJ_TRUE = 2,
    CSJ_INTEGER = 3,
    CSJ_DOUBLE = 4,
    CSJ_STRING = 5,
    CSJ_OBJECT = 6,
    CSJ_ARRAY = 7,
};

/// One value of a document, in document order. Children of an object or array follow it at once, one level deeper.
///
/// `key` is null for the root and for elements of arrays. `key` and `text` point into the parser's own memory and are
/// valid until the next parse.
typedef struct csj_node {
    const char *key;
    const char *text;
    double number;
    /// Of a double: 0, or the bits of the whole number between 2^63 and 2^64 that it was written as.
    int64_t integer;
    uint32_t keyLength;
    uint32_t textLength;
    /// Index of the first node after this value and all that is listed of what is inside it.
    uint32_t next;
    uint16_t depth;
    uint8_t kind;
} csj_node;

typedef struct csj_parser csj_parser;

/// A parser for documents of at most `capacity` bytes and `depth` levels; null when memory is short.
/// Not safe for use from two threads at once.
csj_parser *csj_parser_create(size_t capacity, size_t depth);
void csj_parser_destroy(csj_parser *parser);

/// Parses and validates one whole document of `length` bytes; `json` must have csj_padding() readable bytes after it.
/// Returns 0 and the nodes, or the error's code. Nodes deeper than `depthListed` are validated and not listed; the root
/// has depth 0.
int csj_parse(
    csj_parser *parser, const char *json, size_t length, uint16_t depthListed, const csj_node **nodes, size_t *count);

/// Bytes that must be readable after a document.
size_t csj_padding(void);

/// A sentence for an error code; never null.
const char *csj_message(int code);

/// Where the document of a failed parse goes wrong, as an offset from `json`, or -1 where that is not known.
long csj_locate(csj_parser *parser, const char *json, size_t length);

#ifdef __cplusplus
}
#endif

#endif
