#include "provider/wire/frame.h"

#include <assert.h>
#include <string.h>

/* The memory that an empty reader keeps at most. */
enum { IDLE_MAX_BYTES = 4096 };

struct frame_reader frame_reader_make(size_t line_max_bytes)
{
    struct frame_reader reader = {.kept = buf_make(0)};

    frame_allow(&reader, line_max_bytes);
    return reader;
}

void frame_reader_free(struct frame_reader *reader)
{
    buf_wipe(&reader->kept); /* a line may contain a token or a password */
    reader->fresh = (struct text){0};
    reader->n_lent = 0;
    reader->n_scanned = 0;
}

/* A line that was read may have held a token or a password. */
static void wipe_lent(struct frame_reader *reader)
{
    if (reader->n_lent > 0)
        explicit_bzero(reader->lent, reader->n_lent);
    reader->n_lent = 0;
}

void frame_allow(struct frame_reader *reader, size_t line_max_bytes)
{
    reader->line_max = line_max_bytes;
    reader->kept.max_bytes = line_max_bytes + FRAME_FEED_MAX_BYTES + 1;
}

void frame_feed(struct frame_reader *reader, struct text bytes)
{
    assert(reader->fresh.size == 0 && bytes.size <= FRAME_FEED_MAX_BYTES);
    reader->fresh = bytes;
}

/* Bytes up to the first newline; SIZE_MAX if there is none. */
static size_t find_newline(struct text bytes, size_t from)
{
    const char *at = NULL;

    if (from < bytes.size)
        at = memchr(bytes.data + from, '\n', bytes.size - from);
    return at ? (size_t)(at - bytes.data) : SIZE_MAX;
}

static struct text take_fresh(struct frame_reader *reader, size_t size)
{
    const struct text taken = {reader->fresh.data, size};

    if (size ==
        0) /* nothing may have come yet: a null pointer must not be added to */
        return taken;
    reader->fresh.data += size;
    reader->fresh.size -= size;
    return taken;
}

static enum status next_fresh(struct frame_reader *reader,
                              struct text *line_out)
{
    const size_t length = find_newline(reader->fresh, 0);

    if (length == SIZE_MAX)
        return reader->fresh.size > reader->line_max ? STATUS_LIMIT
                                                     : STATUS_END;
    if (length > reader->line_max)
        return STATUS_LIMIT;
    *line_out = take_fresh(reader, length);
    take_fresh(reader, 1);
    return STATUS_OK;
}

/* Lends the first length bytes kept, and drops them with their newline. */
static enum status lend_kept(struct frame_reader *reader, size_t length,
                             struct text *line_out)
{
    if (length > reader->line_max)
        return STATUS_LIMIT;
    *line_out = (struct text){buf_text(&reader->kept).data, length};
    reader->lent = reader->kept.data + reader->kept.start;
    reader->n_lent = length;
    buf_consume(&reader->kept, length + 1); /* the bytes stay in place */
    reader->n_scanned = 0;
    return STATUS_OK;
}

/* A line continues from the kept bytes, or begins in the fed ones. */
static enum status next_kept(struct frame_reader *reader, struct text *line_out)
{
    size_t length = find_newline(buf_text(&reader->kept), reader->n_scanned);

    if (length != SIZE_MAX)
        return lend_kept(reader, length, line_out);
    reader->n_scanned = reader->kept.size;
    length = find_newline(reader->fresh, 0);
    if (length == SIZE_MAX) {
        if (reader->kept.size + reader->fresh.size > reader->line_max)
            return STATUS_LIMIT;
        return STATUS_END;
    }
    buf_append_text(&reader->kept, take_fresh(reader, length + 1));
    TRY(buf_status(&reader->kept));
    return lend_kept(reader, reader->kept.size - 1, line_out);
}

enum status frame_next(struct frame_reader *reader, struct text *line_out)
{
    wipe_lent(reader);
    if (reader->kept.size > 0)
        return next_kept(reader, line_out);
    return next_fresh(reader, line_out);
}

enum status frame_keep(struct frame_reader *reader)
{
    wipe_lent(reader);
    buf_append_text(&reader->kept, take_fresh(reader, reader->fresh.size));
    TRY(buf_status(&reader->kept));
    if (reader->kept.size == 0 && reader->kept.capacity > IDLE_MAX_BYTES)
        buf_wipe(&reader->kept);
    return STATUS_OK;
}

size_t frame_kept_line(struct frame_reader *reader)
{
    const size_t length =
        find_newline(buf_text(&reader->kept), reader->n_scanned);

    reader->n_scanned = length == SIZE_MAX ? reader->kept.size : length;
    return length == SIZE_MAX ? 0 : length + 1;
}

bool frame_has_bytes(const struct frame_reader *reader)
{
    return reader->kept.size > 0 || reader->fresh.size > 0;
}

bool frame_wants_more(struct frame_reader *reader)
{
    return frame_kept_line(reader) == 0 &&
           reader->kept.size <= reader->line_max;
}
