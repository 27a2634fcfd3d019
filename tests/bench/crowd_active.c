/*
 * Connections that read all the time, and some that misbehave. A thread asks
 * on each of its connections before it awaits the first answer, so all of them
 * are at work together.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "provider/base/clock.h"
#include "tests/bench/crowd_modes.h"

enum { THREADS = 8, US_OF_S = 1000 * 1000 };

enum fault {
    FAULT_RESET = 0, /* with a request on its way */
    FAULT_HALF,      /* a request without its end */
    FAULT_GARBAGE,   /* bytes that are no TLS record */
    FAULT_DEAF,      /* says goodbye without reading the answer */
    N_FAULTS,
};

struct active {
    const struct crowd *crowd;
    struct member *members;
    unsigned n_members; /* of each thread */
    unsigned faults;    /* one in so many; 0: none */
    int64_t until_us;
    _Atomic unsigned next;
    _Atomic unsigned long long n_right, n_wrong, n_lost, n_faults, n_refused;
};

static void misbehave(struct active *active, struct member *member,
                      unsigned number)
{
    const enum fault fault = (enum fault)(number / active->faults % N_FAULTS);
    char message[DIALECT_MESSAGE_MAX_BYTES];
    const size_t size = active->crowd->dialect->write_read(message, number);

    active->n_faults++;
    switch (fault) {
    case FAULT_HALF:
        (void)SSL_write(member->ssl, message, (int)size / 2);
        break;
    case FAULT_GARBAGE:
        (void)send(member->fd, message, size, MSG_NOSIGNAL);
        break;
    case FAULT_RESET:
    case FAULT_DEAF:
    case N_FAULTS:
        (void)SSL_write(member->ssl, message, (int)size);
        break;
    }
    member_close(member, fault == FAULT_RESET);
}

static void ask(struct active *active, struct member *member, unsigned number)
{
    if (!member->ssl && !member_open(member, active->crowd)) {
        active->n_refused++;
        return;
    }
    if (active->faults && number % active->faults == 0)
        misbehave(active, member, number);
    else if (!member_send_read(member, active->crowd, number))
        member_close(member, true);
}

static void take(struct active *active, struct member *member, unsigned number)
{
    if (!member->ssl)
        return;
    switch (member_receive(member, active->crowd, number)) {
    case MEMBER_RIGHT:
        active->n_right++;
        break;
    case MEMBER_WRONG:
        active->n_wrong++;
        break;
    case MEMBER_LOST:
        active->n_lost++;
        member_close(member, true);
    }
}

static void *run_thread(void *context)
{
    struct active *active = context;
    const unsigned n = active->n_members;
    struct member *members = active->members + active->next++ * n;
    unsigned number = (unsigned)(members - active->members);

    while (clock_mono_us() < active->until_us) {
        for (unsigned i = 0; i < n; i++)
            ask(active, &members[i], number + i);
        for (unsigned i = 0; i < n; i++)
            take(active, &members[i], number + i);
        number += n;
    }
    for (unsigned i = 0; i < n; i++)
        if (members[i].ssl)
            member_close(&members[i], false);
    return NULL;
}

static void print(const struct active *active, double seconds)
{
    printf("active right=%llu wrong=%llu lost=%llu faults=%llu refused=%llu "
           "rate=%.0f\n",
           active->n_right, active->n_wrong, active->n_lost, active->n_faults,
           active->n_refused, (double)active->n_right / seconds);
}

int crowd_active(const struct crowd *crowd, const struct crowd_options *options)
{
    struct active active = {.crowd = crowd,
                            .n_members = options->count / THREADS,
                            .faults = options->faults};
    const int64_t began_us = clock_mono_us();
    pthread_t threads[THREADS];

    active.until_us = began_us + (int64_t)options->seconds * US_OF_S;
    active.members = calloc(options->count + 1, sizeof(*active.members));
    if (!active.members)
        return 1;
    for (size_t i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, run_thread, &active) != 0)
            abort();
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    print(&active, (double)(clock_mono_us() - began_us) / US_OF_S);
    free(active.members);
    return active.n_wrong > 0;
}
