#include "tests/unit/pam/failing_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool is_armed;
static unsigned n_left;
static bool has_failed;

void failing_calls_begin(unsigned n)
{
    n_left = n;
    has_failed = false;
    is_armed = true;
}

bool failing_calls_end(void)
{
    is_armed = false;
    return has_failed;
}

static bool fails_now(void)
{
    if (!is_armed || has_failed)
        return false;
    if (n_left--)
        return false;
    has_failed = true;
    errno = EIO;
    return true;
}

/* WRAP(result, call, parameters, arguments) - fails with -1. */
#define WRAP(result, call, parameters, arguments)                              \
    result __real_##call parameters;                                           \
    result __wrap_##call parameters;                                           \
    result __wrap_##call parameters                                            \
    {                                                                          \
        return fails_now() ? -1 : __real_##call arguments;                     \
    }

WRAP(int, socket, (int domain, int type, int protocol),
     (domain, type, protocol))
WRAP(int, connect, (int fd, const struct sockaddr *to, socklen_t size),
     (fd, to, size))
WRAP(int, getsockopt,
     (int fd, int level, int name, void *value, socklen_t *size),
     (fd, level, name, value, size))
WRAP(int, setsockopt,
     (int fd, int level, int name, const void *value, socklen_t size),
     (fd, level, name, value, size))
WRAP(ssize_t, send, (int fd, const void *bytes, size_t size, int flags),
     (fd, bytes, size, flags))
WRAP(ssize_t, recv, (int fd, void *bytes, size_t size, int flags),
     (fd, bytes, size, flags))
WRAP(int, poll, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms))
WRAP(int, fstat, (int fd, struct stat *info), (fd, info))
WRAP(int, fstatat, (int at, const char *path, struct stat *info, int flags),
     (at, path, info, flags))
WRAP(ssize_t, read, (int fd, void *bytes, size_t size), (fd, bytes, size))
WRAP(int, stat, (const char *path, struct stat *info), (path, info))
WRAP(int, lstat, (const char *path, struct stat *info), (path, info))
WRAP(ssize_t, readlink, (const char *path, char *to, size_t size),
     (path, to, size))
WRAP(int, clock_gettime, (clockid_t clock, struct timespec *now), (clock, now))

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
    long words[5];
    va_list args;

    va_start(args, number);
    for (int i = 0; i < 5; i++)
        words[i] = va_arg(args, long);
    va_end(args);
    return fails_now() ? -1
                       : __real_syscall(number, words[0], words[1], words[2],
                                        words[3], words[4]);
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    mode_t mode = 0;

    if (flags & O_CREAT) {
        va_list args;

        va_start(args, flags);
        mode = va_arg(args, mode_t);
        va_end(args);
    }
    return fails_now() ? -1 : __real_open(path, flags, mode);
}

char *__real_realpath(const char *path, char *real);
char *__wrap_realpath(const char *path, char *real);
char *__wrap_realpath(const char *path, char *real)
{
    return fails_now() ? NULL : __real_realpath(path, real);
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size)
{
    return fails_now() ? NULL : __real_calloc(n, size);
}
