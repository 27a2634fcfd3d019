/*
 * Connections that never sign in, of some threads and from some sources: the
 * crowd's address and those after it.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "tests/bench/crowd_modes.h"

enum { OPEN_MAX = 512, TICK_US = 1000, US_OF_S = 1000 * 1000, LANES_MAX = 64 };

/* What one thread does; every lanes-th connection is its own. */
struct lane {
    pthread_t thread;
    const struct crowd *crowd;
    unsigned rate;
    unsigned seconds;
    unsigned n_sources;
    uint64_t n;
    uint64_t n_failed;
    uint64_t n_taken; /* that TCP had established when they were ended */
    int64_t took_us;
    int open[OPEN_MAX];
};

/* With as few system calls as there can be: close() is a reset. */
static int dial(const struct crowd *crowd, unsigned source)
{
    const struct linger at_once = {.l_onoff = 1};
    const int on = 1;
    struct sockaddr_in from = crowd->from;
    const int fd =
        socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -1;
    from.sin_addr.s_addr = htonl(ntohl(from.sin_addr.s_addr) + source);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    if (bind(fd, (const struct sockaddr *)&from, sizeof(from)) != 0) {
        close(fd);
        return -1;
    }
    connect(fd, (const struct sockaddr *)&crowd->server, sizeof(crowd->server));
    return fd;
}

static void end(struct lane *lane, int *place)
{
    struct sockaddr_in peer;
    socklen_t size = sizeof(peer);

    if (*place < 0)
        return;
    lane->n_taken += getpeername(*place, (struct sockaddr *)&peer, &size) == 0;
    close(*place);
    *place = -1;
}

static void *flood(void *context)
{
    struct lane *lane = context;
    const int64_t began_us = clock_mono_us();
    const int64_t longest_us = (int64_t)lane->seconds * US_OF_S;
    const struct timespec tick = {0, TICK_US * 1000};
    int64_t now_us = 0;

    for (size_t i = 0; i < OPEN_MAX; i++)
        lane->open[i] = -1;
    while (now_us < longest_us) {
        for (; lane->n * US_OF_S < (uint64_t)now_us * lane->rate; lane->n++) {
            int *place = &lane->open[lane->n % OPEN_MAX];

            end(lane, place);
            *place = dial(lane->crowd, (unsigned)(lane->n % lane->n_sources));
            lane->n_failed += *place < 0;
        }
        nanosleep(&tick, NULL);
        now_us = clock_mono_us() - began_us;
    }
    lane->took_us = now_us;
    for (size_t i = 0; i < OPEN_MAX; i++)
        end(lane, &lane->open[i]);
    return NULL;
}

static void tell(const struct lane *lanes, unsigned n_lanes)
{
    uint64_t n = 0, n_failed = 0, n_taken = 0;
    double rate = 0;

    for (unsigned i = 0; i < n_lanes; i++) {
        n += lanes[i].n;
        n_failed += lanes[i].n_failed;
        n_taken += lanes[i].n_taken;
        rate += (double)lanes[i].n * US_OF_S / (double)lanes[i].took_us;
    }
    printf("flood n=%llu failed=%llu taken=%llu rate=%.0f\n",
           (unsigned long long)n, (unsigned long long)n_failed,
           (unsigned long long)n_taken, rate);
}

int crowd_flood(const struct crowd *crowd, const struct crowd_options *options)
{
    const unsigned wanted = options->count > 0 ? options->count : 1;
    const unsigned n_lanes = wanted < LANES_MAX ? wanted : LANES_MAX;
    struct lane *lanes = calloc(n_lanes, sizeof(*lanes));
    unsigned n = 0;

    if (!lanes || options->seconds == 0)
        return 2;
    for (; n < n_lanes; n++) {
        lanes[n].crowd = crowd;
        lanes[n].rate = options->rate / n_lanes;
        lanes[n].seconds = options->seconds;
        lanes[n].n_sources = options->sources > 0 ? options->sources : 1;
        if (pthread_create(&lanes[n].thread, NULL, flood, &lanes[n]) != 0)
            break;
    }
    for (unsigned i = 0; i < n; i++)
        pthread_join(lanes[i].thread, NULL);
    if (n == n_lanes)
        tell(lanes, n_lanes);
    free(lanes);
    return n == n_lanes ? 0 : 1;
}
