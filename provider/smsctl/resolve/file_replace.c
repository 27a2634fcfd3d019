#include "provider/smsctl/resolve/file_replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/base/own.h"

static enum status write_all(int fd, struct text content)
{
    while (content.size > 0) {
        const ssize_t n = write(fd, content.data, content.size);

        if (n < 0 && errno != EINTR)
            return STATUS_UNAVAILABLE;
        if (n > 0)
            content = (struct text){content.data + n, content.size - (size_t)n};
    }
    return STATUS_OK;
}

/* Nobody reads it who could not read the file. */
static enum status fill(int fd, const struct stat *as, struct text content)
{
    if (fchown(fd, as->st_uid, as->st_gid) != 0 ||
        fchmod(fd, as->st_mode & 07777) != 0)
        return STATUS_UNAVAILABLE;
    TRY(write_all(fd, content));
    return fsync(fd) == 0 ? STATUS_OK : STATUS_UNAVAILABLE;
}

static void keep_error(const char *fresh)
{
    const int error = errno;

    unlink(fresh);
    errno = error;
}

enum status file_replace(const char *path, struct text content)
{
    SCOPED(memory_drop) char *file = realpath(path, NULL);
    SCOPED(memory_drop) char *fresh = NULL;
    struct stat as;
    enum status filled;
    int fd;

    if (!file || stat(file, &as) != 0)
        return STATUS_UNAVAILABLE;
    if (asprintf(&fresh, "%s.XXXXXX", file) < 0) {
        fresh = NULL;
        return STATUS_NO_MEMORY;
    }
    fd = mkostemp(fresh, O_CLOEXEC);
    if (fd < 0)
        return STATUS_UNAVAILABLE;
    filled = fill(fd, &as, content);
    if (close(fd) != 0 || filled != STATUS_OK || rename(fresh, file) != 0) {
        keep_error(fresh);
        return STATUS_UNAVAILABLE;
    }
    return STATUS_OK;
}
