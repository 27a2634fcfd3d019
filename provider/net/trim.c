#include "provider/net/trim.h"

#include <malloc.h>

#include "provider/call/fair.h"

static void run(struct job *job, struct call_ground *ground)
{
    (void)job;
    (void)ground;
    malloc_trim(0);
}

static void fail(struct job *job)
{
    (void)job; /* later, then */
}

static void finish(struct job *job)
{
    ((struct trim *)job)->is_away = false;
}

static const struct job_kind trim_kind = {run, fail, finish};

void trim_note(struct trim *trim)
{
    trim->n_changed++;
}

bool trim_is_due(struct trim *trim, int64_t now_ms)
{
    bool is_away = false;

    if (trim->n_changed < TRIM_CHANGES || now_ms < trim->next_ms ||
        !atomic_compare_exchange_strong(&trim->is_away, &is_away, true))
        return false;
    trim->n_changed = 0;
    trim->next_ms = now_ms + TRIM_EACH_MS;
    return true;
}

void trim_look(struct trim *trim, struct pool *pool, int64_t now_ms)
{
    if (!trim_is_due(trim, now_ms))
        return;
    trim->job.kind = &trim_kind;
    trim->job.lane = fair_lane(TEXT("trim"));
    pool_post(pool, &trim->job);
}
