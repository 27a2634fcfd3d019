/*
 * A disk that fails once, loaded before the C library: of the calls of
 * fdatasync(2), the one whose number is FAILING_SYNC finds no space left.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int fdatasync(int fd);

static long left;

/* The program clears its environment. */
__attribute__((constructor)) static void begin(void)
{
    const char *number = getenv("FAILING_SYNC");

    left = number ? strtol(number, NULL, 10) : 0;
}

int fdatasync(int fd)
{
    if (left > 0 && --left == 0) {
        errno = ENOSPC;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, fd);
}
