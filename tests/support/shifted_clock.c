/*
 * The wall clock of a test, preloaded into the program under test: it is as
 * many seconds away from the host's as the file SHIFTED_CLOCK says, in its
 * first eight bytes, at each moment.
 *
 * The path is read before main, since the daemon clears its environment.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *shift_s;

__attribute__((constructor)) static void map_shift(void)
{
    const char *path = getenv("SHIFTED_CLOCK");
    const int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *map;

    if (fd < 0)
        return;
    map = mmap(NULL, sizeof(*shift_s), PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (map != MAP_FAILED)
        shift_s = map;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    const int failed = (int)syscall(SYS_clock_gettime, clock, now);

    if (!failed && shift_s && clock == CLOCK_REALTIME)
        now->tv_sec += *shift_s;
    return failed;
}

time_t time(time_t *now_out)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (now_out)
        *now_out = now.tv_sec;
    return now.tv_sec;
}
