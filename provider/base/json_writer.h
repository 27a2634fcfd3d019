/*
 * Writes JSON straight into a buffer, with commas and escapes.
 *
 *
 *     writer_object_begin(&w);
 *     writer_key(&w, "user");
 *     writer_text(&w, user);
 *     writer_object_end(&w);
 *
 * Bytes that are not UTF-8 are written as U+FFFD, so the output always parses.
 * Failures are the buffer's: check buf_status() once, at the end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "provider/base/buf.h"

struct json_writer {
    struct buf *out; /* borrowed */
    bool comma;      /* a comma precedes the next value or key */
};

struct json_writer json_writer_make(struct buf *out);

/* A place to take back to whatever is written after it. */
struct json_mark {
    size_t size;
    bool comma;
};
struct json_mark json_writer_mark(const struct json_writer *w);
void json_writer_return(struct json_writer *w, struct json_mark mark);

void writer_object_begin(struct json_writer *w);
void writer_object_end(struct json_writer *w);
void writer_array_begin(struct json_writer *w);
void writer_array_end(struct json_writer *w);

void writer_key(struct json_writer *w, const char *key);

void writer_text(struct json_writer *w, struct text value);
void writer_string(struct json_writer *w, const char *value); /* NULL: null */
void writer_int(struct json_writer *w, int64_t value);
void writer_bool(struct json_writer *w, bool value);
void writer_null(struct json_writer *w);

/* A value that is JSON already (checked by the caller). */
void writer_raw(struct json_writer *w, struct text json);

/* A key as writer_key() wrote it elsewhere, with its colon. */
void writer_raw_key(struct json_writer *w, struct text key);

/* A key and its value in one line. */
void writer_put_text(struct json_writer *w, const char *key, struct text value);
void writer_put_string(struct json_writer *w, const char *key,
                       const char *value);
void writer_put_int(struct json_writer *w, const char *key, int64_t value);
void writer_put_bool(struct json_writer *w, const char *key, bool value);
