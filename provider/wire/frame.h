/*
 * Splits a stream of bytes into lines, the frames of the wire.
 *
 *
 *     frame_feed(bytes) -> frame_next() until STATUS_END -> frame_keep()
 *
 * A line that arrives whole is lent straight from the fed bytes; only the rest,
 * an unfinished line or one that may not be read yet, is copied. Memory is
 * proportional to the bytes received, and never more than one line and one feed
 * (rules T16, T98, T99).
 */
#pragma once

#include <stdbool.h>

#include "provider/base/buf.h"
#include "provider/base/own.h"

enum {
    FRAME_UNSIGNED_MAX_BYTES = 64 * 1024, /* before sign-in */
    FRAME_MAX_BYTES = 1024 * 1024,        /* after it */
    FRAME_FEED_MAX_BYTES = 64 * 1024,     /* maximum bytes fed at once */
};

struct frame_reader {
    struct buf kept;   /* copied: not part of a line yet */
    struct text fresh; /* fed and not examined yet; borrowed */
    char *lent;        /* of kept: wiped at the next call */
    size_t n_lent;
    size_t n_scanned; /* bytes of kept that hold no newline */
    size_t line_max;  /* bytes of a line without its newline */
};

struct frame_reader frame_reader_make(size_t line_max_bytes);
void frame_reader_free(struct frame_reader *reader); /* for SCOPED() */

/* Sets a new maximum for later lines: after sign-in. */
void frame_allow(struct frame_reader *reader, size_t line_max_bytes);

/* Bytes as received, borrowed until frame_keep. At most FRAME_FEED_MAX_BYTES;
 * bytes fed before must have been kept. */
void frame_feed(struct frame_reader *reader, struct text bytes);

/*
 * The next line without its newline, borrowed until the next call. STATUS_END:
 * none is complete. STATUS_LIMIT: it is too long, and the stream is unusable.
 * STATUS_NO_MEMORY.
 */
MUST_CHECK
enum status frame_next(struct frame_reader *reader, struct text *line_out);

/* The size of the first line among the kept bytes with its newline; 0: none is
 * whole. */
size_t frame_kept_line(struct frame_reader *reader);

/* Are there bytes behind the line that was given last? */
bool frame_has_bytes(const struct frame_reader *reader);

/* Is the kept line unfinished, and still within its maximum? */
bool frame_wants_more(struct frame_reader *reader);

/* Copies the rest of the fed bytes, which need not stay valid. */
MUST_CHECK
enum status frame_keep(struct frame_reader *reader);
