#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider/client/answer.h"
#include "provider/smsctl/audit/export_line.h"
#include "provider/smsctl/audit/sink.h"

enum { BATCH_MAX_BYTES = 64 * 1024 * 1024 };

struct sink_file {
    struct sink sink; /* first */
    int fd;
    bool is_file;
};

static enum status fail(struct sink *sink)
{
    snprintf(sink->why, sizeof(sink->why), "It cannot be written: %s.",
             strerror(errno));
    return STATUS_LIMIT; /* trying again changes nothing */
}

static enum status write_all(struct sink_file *file, struct text text)
{
    while (text.size > 0) {
        const ssize_t n = write(file->fd, text.data, text.size);

        if (n < 0 && errno != EINTR)
            return fail(&file->sink);
        if (n > 0)
            text = (struct text){text.data + n, text.size - (size_t)n};
    }
    if (file->is_file && fdatasync(file->fd) != 0)
        return fail(&file->sink);
    return STATUS_OK;
}

static enum status give(struct sink *sink, const json_t *items)
{
    SCOPED(buf_free) struct buf lines = buf_make(BATCH_MAX_BYTES);

    for (size_t i = 0; i < json_array_size(items); i++) {
        export_line_json(json_array_get(items, i), &lines);
        buf_append_char(&lines, '\n');
    }
    TRY(buf_status(&lines));
    return write_all((struct sink_file *)sink, buf_text(&lines));
}

static void close_file(struct sink *sink)
{
    struct sink_file *file = (struct sink_file *)sink;

    if (file->is_file)
        close(file->fd);
    free(file);
}

/* ---- Continuing a file ---- */

/* The last bytes of the file, which hold at least a line. */
static enum status read_end(int fd, off_t size, struct buf *out)
{
    const off_t from =
        size > EXPORT_LINE_MAX_BYTES ? size - EXPORT_LINE_MAX_BYTES : 0;
    char bytes[64 * 1024];

    for (off_t at = from; at < size;) {
        const ssize_t n = pread(fd, bytes, sizeof(bytes), at);

        if (n <= 0)
            return STATUS_UNAVAILABLE;
        buf_append(out, bytes, (size_t)n);
        at += n;
    }
    return buf_status(out);
}

/* What a kill in the middle of a line leaves is cut off; last_out: the position
 * of the last whole one. */
static enum status continue_file(int fd, int64_t *last_out)
{
    SCOPED(buf_free) struct buf end = buf_make(2 * EXPORT_LINE_MAX_BYTES);
    SCOPED(answer_drop) json_t *line = NULL;
    const off_t size = lseek(fd, 0, SEEK_END);
    struct text rest;
    const char *newline, *begin;

    *last_out = 0;
    if (size < 0)
        return STATUS_UNAVAILABLE;
    TRY(read_end(fd, size, &end));
    rest = buf_text(&end);
    newline = rest.size ? memrchr(rest.data, '\n', rest.size) : NULL;
    if (ftruncate(fd, size - (off_t)rest.size +
                          (newline ? newline + 1 - rest.data : 0)) != 0)
        return STATUS_UNAVAILABLE;
    if (!newline)
        return size > (off_t)rest.size ? STATUS_INVALID : STATUS_OK;
    begin = memrchr(rest.data, '\n', (size_t)(newline - rest.data));
    begin = begin ? begin + 1 : rest.data;
    line = json_loadb(begin, (size_t)(newline - begin), 0, NULL);
    *last_out = json_integer_value(json_object_get(line, "position"));
    return *last_out > 0 ? STATUS_OK : STATUS_INVALID;
}

enum status sink_file_open(const char *path, struct sink **sink_out)
{
    OWNED(sink) sink = NULL;
    struct sink_file *file = calloc(1, sizeof(*file));

    if (!file)
        return STATUS_NO_MEMORY;
    file->sink =
        (struct sink){.give = give, .close = close_file, .is_connected = true};
    sink = &file->sink;
    file->fd = STDOUT_FILENO;
    if (path) {
        const int fd =
            open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);

        if (fd < 0)
            return STATUS_UNAVAILABLE;
        file->fd = fd;
        file->is_file = true;
        TRY(continue_file(fd, &sink->last));
    }
    *sink_out = TAKE(sink);
    return STATUS_OK;
}
