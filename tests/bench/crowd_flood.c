/* Connections that never sign in, from one source. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "tests/bench/crowd_modes.h"

enum { OPEN_MAX = 512, TICK_US = 1000, US_OF_S = 1000 * 1000 };

static void reset(int fd)
{
    const struct linger at_once = {.l_onoff = 1};

    if (fd < 0)
        return;
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(fd);
}

int crowd_flood(const struct crowd *crowd, const struct crowd_options *options)
{
    const int64_t began_us = clock_mono_us();
    const uint64_t all = (uint64_t)options->rate * options->seconds;
    const struct timespec tick = {0, TICK_US * 1000};
    uint64_t n = 0, n_failed = 0;
    int open[OPEN_MAX];
    int64_t now_us;

    for (size_t i = 0; i < OPEN_MAX; i++)
        open[i] = -1;
    while (n < all) {
        now_us = clock_mono_us() - began_us;
        if (now_us > (int64_t)options->seconds * US_OF_S)
            break;
        for (; n * US_OF_S < (uint64_t)now_us * options->rate; n++) {
            int *place = &open[n % OPEN_MAX];

            reset(*place);
            *place = crowd_dial(crowd, SOCK_NONBLOCK);
            n_failed += *place < 0;
        }
        nanosleep(&tick, NULL);
    }
    now_us = clock_mono_us() - began_us;
    for (size_t i = 0; i < OPEN_MAX; i++)
        reset(open[i]);
    printf("flood n=%llu failed=%llu rate=%.0f\n", (unsigned long long)n,
           (unsigned long long)n_failed,
           (double)n * US_OF_S / (double)(now_us > 0 ? now_us : 1));
    return 0;
}
