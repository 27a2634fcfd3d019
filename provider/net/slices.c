#include "provider/net/slices.h"

#include "provider/base/clock.h"
#include "provider/base/mutant.h"

enum { SLICE_US = 1000, PASS_US = 4000 };

int64_t slices_now_us(void)
{
    return clock_thread_us();
}

void slices_begin_pass(struct slices *slices)
{
    slices->pass_us = slices_now_us();
}

static bool has_pass_ended(const struct slices *slices, int64_t now_us)
{
    return now_us - slices->pass_us >= PASS_US;
}

bool slices_has_time(const struct slices *slices, int64_t begun_us)
{
    const int64_t now_us = slices_now_us();

    if (MUTANT("b1-loop-to-oneself"))
        return true;
    return now_us - begun_us < SLICE_US && !has_pass_ended(slices, now_us);
}

bool slices_is_whole(int64_t used_us)
{
    return used_us >= SLICE_US && !MUTANT("b1-lane-of-each-stranger");
}

/* Of each queue in turn. */
static struct job *take_next(struct slices *slices)
{
    const bool is_floods = slices->queue.n == 0 || slices->is_floods;
    struct fair *from =
        is_floods && slices->flood.n > 0 ? &slices->flood : &slices->queue;
    struct job *job = fair_take(from);

    slices->is_floods = from == &slices->queue;
    if (job)
        fair_done(from, job->lane);
    return job;
}

/* One slice of each caller in turn, until the pass has ended. */
static void on_more(uv_idle_t *more)
{
    struct slices *slices = more->data;
    struct job *job;

    slices_begin_pass(slices);
    do {
        job = take_next(slices);
        if (!job)
            break;
        job->kind->run(job, NULL);
    } while (!has_pass_ended(slices, slices_now_us()));
    if (slices_is_empty(slices))
        uv_idle_stop(&slices->more);
}

void slices_put(struct slices *slices, struct job *job)
{
    fair_put(&slices->queue, job);
    uv_idle_start(&slices->more, on_more);
}

void slices_put_flood(struct slices *slices, struct job *job)
{
    fair_put(&slices->flood, job);
    uv_idle_start(&slices->more, on_more);
}

bool slices_is_empty(const struct slices *slices)
{
    return slices->queue.n == 0 && slices->flood.n == 0;
}

void slices_open(struct slices *slices, uv_loop_t *loop)
{
    uv_idle_init(loop, &slices->more);
    slices->more.data = slices;
}

void slices_close(struct slices *slices)
{
    uv_close((uv_handle_t *)&slices->more, NULL);
}
