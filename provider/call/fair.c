#include "provider/call/fair.h"

#include <pthread.h>
#include <stdlib.h>

static uint64_t secret;

static void make_secret(void)
{
    arc4random_buf(&secret, sizeof(secret));
}

uint32_t fair_lane(struct text caller)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    uint64_t hash;

    pthread_once(&once, make_secret);
    hash = secret;
    for (size_t i = 0; i < caller.size; i++) {
        hash = (hash ^ (unsigned char)caller.data[i]) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 29;
    }
    return 1 + (uint32_t)((hash ^ hash >> 32) % (FAIR_LANES - 1));
}

static void enter_ring(struct fair *fair, struct fair_lane *lane)
{
    if (lane->is_in_ring || lane->is_running || !lane->first)
        return;
    lane->is_in_ring = true;
    lane->next = NULL;
    if (fair->first)
        fair->last->next = lane;
    else
        fair->first = lane;
    fair->last = lane;
}

void fair_put(struct fair *fair, struct job *job)
{
    struct fair_lane *lane = &fair->lanes[job->lane];

    job->next = NULL;
    if (lane->first)
        lane->last->next = job;
    else
        lane->first = job;
    lane->last = job;
    fair->n++;
    fair->n_of_callers += job->lane != 0;
    enter_ring(fair, lane);
}

struct job *fair_take(struct fair *fair)
{
    struct fair_lane *lane = fair->first;
    struct job *job;

    if (!lane)
        return NULL;
    fair->first = lane->next;
    lane->is_in_ring = false;
    lane->is_running = true;
    job = lane->first;
    lane->first = job->next;
    job->next = NULL;
    fair->n--;
    fair->n_of_callers -= job->lane != 0;
    return job;
}

void fair_done(struct fair *fair, uint32_t lane)
{
    fair->lanes[lane].is_running = false;
    enter_ring(fair, &fair->lanes[lane]);
}
