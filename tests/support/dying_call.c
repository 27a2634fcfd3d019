/*
 * A disk that the archives of the audit are on, loaded before the C library: of
 * the calls that concern such a file, the one that DYING_CALL names as
 * CALL:NUMBER:WHAT kills the process before or after it, or finds no space
 * left from then on. CALL: write, fsync or rename; WHAT: before, after or full.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t write(int fd, const void *bytes, size_t size);
int fsync(int fd);
int renameat2(int old_fd, const char *from, int new_fd, const char *to,
              unsigned flags);

static char call[16], what[16];
static long left;

/* The program clears its environment. */
__attribute__((constructor)) static void begin(void)
{
    const char *order = getenv("DYING_CALL");

    if (!order ||
        sscanf(order, "%15[a-z]:%ld:%15[a-z]", call, &left, what) != 3)
        left = 0;
}

static int is_archive(int fd)
{
    char name[32], path[512];
    ssize_t size;

    if (left == 0)
        return 0;
    snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    size = readlink(name, path, sizeof(path) - 1);
    if (size < 0)
        return 0;
    path[size] = '\0';
    return strstr(path, "/archive") != NULL;
}

/* Is it its turn? */
static int is_due(const char *name, int concerns)
{
    if (!concerns || left == 0 || strcmp(name, call) != 0)
        return 0;
    if (left > 1) {
        left--;
        return 0;
    }
    if (strcmp(what, "before") == 0)
        kill(getpid(), SIGKILL);
    return 1;
}

static long end(int due, long result)
{
    if (due && strcmp(what, "after") == 0)
        kill(getpid(), SIGKILL);
    return result;
}

static int is_full(int due)
{
    return due && strcmp(what, "full") == 0;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    const int due = is_due("write", left && is_archive(fd));

    if (is_full(due)) {
        errno = ENOSPC;
        return -1;
    }
    return (ssize_t)end(due, syscall(SYS_write, fd, bytes, size));
}

int fsync(int fd)
{
    const int due = is_due("fsync", is_archive(fd));

    if (is_full(due)) {
        errno = ENOSPC;
        return -1;
    }
    return (int)end(due, syscall(SYS_fsync, fd));
}

int renameat2(int old_fd, const char *from, int new_fd, const char *to,
              unsigned flags)
{
    const int due = is_due("rename", strstr(from, "/archive") != NULL);

    return (int)end(due,
                    syscall(SYS_renameat2, old_fd, from, new_fd, to, flags));
}
