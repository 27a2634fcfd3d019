#include "provider/client/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "provider/base/own.h"

enum { READ_BYTES = 16 * 1024 };

static void drop_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

enum status file_read(const char *path, struct buf *out)
{
    SCOPED(drop_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    while (fd >= 0) {
        char *room = buf_reserve(out, READ_BYTES);
        ssize_t n;

        if (!room)
            return buf_status(out);
        n = read(fd, room, READ_BYTES);
        if (n == 0)
            return STATUS_OK;
        if (n < 0 && errno != EINTR)
            return STATUS_UNAVAILABLE;
        buf_added(out, n > 0 ? (size_t)n : 0);
    }
    return STATUS_UNAVAILABLE;
}
