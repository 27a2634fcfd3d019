#include "provider/daemon/handed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "provider/base/whole.h"

enum { FILE_MAX_BYTES = 256 * 1024 };

static enum status say(const char *path, const char *why)
{
    fprintf(stderr, "smsproviderd: %s: %s\n", path, why);
    return STATUS_NOT_FOUND;
}

static enum status open_file(const char *path, int *fd_out)
{
    *fd_out = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    return *fd_out >= 0 ? STATUS_OK : say(path, strerror(errno));
}

/* path NULL: nothing. */
static enum status read_file(const char *path, struct buf *out)
{
    enum status status;
    int fd;

    *out = buf_make(FILE_MAX_BYTES);
    if (!path)
        return STATUS_OK;
    TRY(open_file(path, &fd));
    status = whole_read(fd, out);
    close(fd);
    return status == STATUS_OK ? STATUS_OK : say(path, "it cannot be read");
}

enum status handed_read(const struct options *options,
                        struct handed *handed_out)
{
    *handed_out = (struct handed){.backup = -1};
    if (options->file)
        TRY(open_file(options->file, &handed_out->backup));
    TRY(read_file(options->to, &handed_out->certificate));
    TRY(read_file(options->keys, &handed_out->keys));
    return read_file(options->key, &handed_out->key);
}

void handed_clear(struct handed *handed)
{
    if (handed->backup >= 0)
        close(handed->backup);
    buf_free(&handed->certificate);
    buf_free(&handed->keys);
    buf_wipe(&handed->key);
}
