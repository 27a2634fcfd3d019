/*
 * Lines out of a stream of bytes: the frame of the wire.
 *
 *     frame_feed(bytes) -> frame_next() until STATUS_END -> frame_keep()
 *
 * A line that arrives whole is lent straight from the fed bytes; only what is
 * left of a line that has not ended, or that may not be read yet, is copied.
 * Memory follows the bytes received, never more than one line and one feed
 * (T16, T98, T99).
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/base/own.h"

enum {
    FRAME_UNSIGNED_MAX_BYTES = 64 * 1024, /* before sign-in */
    FRAME_MAX_BYTES = 1024 * 1024,        /* after it */
    FRAME_FEED_MAX_BYTES = 64 * 1024,     /* bytes fed at once */
};

struct frame_reader {
    struct buf kept;   /* copied: what no line has been made of */
    struct text fresh; /* fed and not yet looked at; borrowed */
    size_t n_scanned;  /* bytes of kept that hold no newline */
    size_t line_max;   /* bytes of a line without its newline */
};

struct frame_reader frame_reader_make(size_t line_max_bytes);
void frame_reader_free(struct frame_reader *reader); /* for SCOPED() */

/* A new maximum, for the lines that follow: after sign-in. */
void frame_allow(struct frame_reader *reader, size_t line_max_bytes);

/* Bytes as they came, borrowed until frame_keep. At most FRAME_FEED_MAX_BYTES;
 * what was fed before must have been kept. */
void frame_feed(struct frame_reader *reader, struct text bytes);

/*
 * The next line without its newline, borrowed until the next call.
 * STATUS_END: none is complete. STATUS_LIMIT: it is too long; the stream
 * cannot be read on. STATUS_NO_MEMORY.
 */
MUST_CHECK
enum status frame_next(struct frame_reader *reader, struct text *line_out);

/* Copies what is left of the fed bytes, which may then go. */
MUST_CHECK
enum status frame_keep(struct frame_reader *reader);
