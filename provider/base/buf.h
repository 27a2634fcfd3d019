/*
 * A growing byte buffer with a maximum.
 *
 * Appending beyond the maximum, or out of memory, marks the buffer as failed
 * and changes nothing: append freely and check once, at the end (buf_status).
 * Consuming from the front is free until the buffer grows.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/base/status.h"
#include "provider/base/text.h"

struct buf {
    char *data; /* owned; the bytes are data[start .. start + size) */
    size_t start;
    size_t size;
    size_t capacity;
    size_t max_bytes; /* never holds more than this */
    enum status failed;
};

/* An empty buffer that will not grow beyond max_bytes. */
struct buf buf_make(size_t max_bytes);

/* Frees the bytes; the buffer is then empty and usable. */
void buf_free(struct buf *buf);

/* Like buf_free, but overwrites the bytes first. */
void buf_wipe(struct buf *buf);

/* For SCOPED(buf_free) and SCOPED(buf_wipe) struct buf b = buf_make(..). */

/* The first failure of an append, or STATUS_OK. */
MUST_CHECK
enum status buf_status(const struct buf *buf);

/* The bytes, borrowed until the next change. */
struct text buf_text(const struct buf *buf);

/* Room for size more bytes at the end, or NULL; call buf_added() after. */
char *buf_reserve(struct buf *buf, size_t size);
void buf_added(struct buf *buf, size_t size);

/* About so many bytes will come: without memory yet, it takes enough at once.
 * Never a failure: what it has not then, it takes when they come. */
void buf_expect(struct buf *buf, size_t size);

void buf_append(struct buf *buf, const void *data, size_t size);
void buf_append_text(struct buf *buf, struct text text);
void buf_append_string(struct buf *buf, const char *string);
void buf_append_char(struct buf *buf, char c);
void buf_append_format(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Drops size bytes from the front; there must be as many. */
void buf_consume(struct buf *buf, size_t size);

/* Empties it, keeps the memory, clears a failure. */
void buf_clear(struct buf *buf);

/* Truncates to size bytes (there must be as many) and clears a failure. */
void buf_truncate(struct buf *buf, size_t size);
