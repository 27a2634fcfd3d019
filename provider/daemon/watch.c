#include "provider/daemon/watch.h"

#include "provider/base/clock.h"
#include "provider/base/log_rate.h"
#include "provider/config/config.h"

_Static_assert((int)CONFIG_AUDIT_DAYS_MIN == (int)RETENTION_DAYS_MIN,
               "what is configured is what is done");

static void run(struct job *job, struct call_ground *ground)
{
    static struct log_rate rate;
    struct watch *watch = (struct watch *)job;
    const enum status status = retention_slice(&watch->retention, ground->store,
                                               watch->keep_ms, clock_wall_ms());

    if (status != STATUS_OK)
        log_rarely(LOG_ERROR, &rate, "audit.retain why=%s",
                   status_name(status));
}

static void fail(struct job *job)
{
    ((struct watch *)job)->retention.n_removed = 0;
}

static void finish(struct job *job)
{
    struct watch *watch = (struct watch *)job;

    metrics_add(watch->metrics, METRIC_AUDIT_REMOVED,
                watch->retention.n_removed);
    watch->is_posted = false;
}

static const struct job_kind watch_kind = {run, fail, finish};

void watch_post(struct watch *watch, struct writer *writer, int64_t keep_ms)
{
    if (atomic_exchange(&watch->is_posted, true))
        return;
    watch->keep_ms = keep_ms;
    watch->metrics = writer->ground.metrics;
    watch->job = (struct job){.kind = &watch_kind};
    writer_post(writer, &watch->job);
}
