#include "provider/daemon/watch.h"

#include "provider/base/clock.h"
#include "provider/base/log_rate.h"
#include "provider/config/config.h"
#include "provider/object/collection/deletion_slice.h"
#include "provider/object/collection/evaluation.h"

enum { SCHEDULE_S = 60 };

_Static_assert((int)CONFIG_AUDIT_DAYS_MIN == (int)RETENTION_DAYS_MIN,
               "what is configured is what is done");

static void retain(struct watch *watch, struct store *store)
{
    static struct log_rate rate;
    const enum status status = retention_slice(&watch->retention, store,
                                               watch->keep_ms, clock_wall_ms());

    if (status != STATUS_OK)
        log_rarely(LOG_ERROR, &rate, "audit.retain why=%s",
                   status_name(status));
}

/* ---- Collections that are due ---- */

static enum status evaluate_some(struct watch *watch, struct store *store,
                                 int64_t now_s)
{
    if (now_s - watch->scheduled_s >= SCHEDULE_S ||
        now_s < watch->scheduled_s) {
        TRY(evaluation_schedule(store, now_s));
        watch->scheduled_s = now_s;
    }
    return evaluation_slice(store, now_s, EVALUATION_HOLD_MS, &watch->has_more);
}

/* What fails is undone, and tried again the next time. */
static void evaluate(struct watch *watch, struct call_ground *ground)
{
    static struct log_rate rate;
    struct store *store = ground->store;
    enum status status = store_part_begin(store);

    watch->has_more = false;
    if (status == STATUS_OK) {
        status = evaluate_some(watch, store, ground->now_s);
        if (status == STATUS_OK)
            status = store_part_keep(store);
        else if (store_part_undo(store) != STATUS_OK)
            ground->is_broken = true;
    }
    if (status == STATUS_OK)
        return;
    watch->has_more = false;
    log_rarely(LOG_ERROR, &rate, "collection.evaluate why=%s",
               status_name(status));
}

/* ---- Members that are being deleted ---- */

/* As above; whoever deletes them may have gone. */
static void delete_some(struct watch *watch, struct call_ground *ground)
{
    static struct log_rate rate;
    struct store *store = ground->store;
    enum status status = store_part_begin(store);

    watch->has_deletions = false;
    if (status == STATUS_OK) {
        status = deletion_slice(store, ground->generation->site->map,
                                ground->now_s, &watch->has_deletions);
        if (status == STATUS_OK)
            status = store_part_keep(store);
        else if (store_part_undo(store) != STATUS_OK)
            ground->is_broken = true;
    }
    if (status == STATUS_OK)
        return;
    watch->has_deletions = false;
    log_rarely(LOG_ERROR, &rate, "collection.delete_members why=%s",
               status_name(status));
}

static void run(struct job *job, struct call_ground *ground)
{
    struct watch *watch = (struct watch *)job;

    retain(watch, ground->store);
    delete_some(watch, ground);
    evaluate(watch, ground);
}

static void fail(struct job *job)
{
    struct watch *watch = (struct watch *)job;

    watch->retention.n_removed = 0;
    watch->has_more = watch->has_deletions = false;
}

static void finish(struct job *job)
{
    struct watch *watch = (struct watch *)job;

    metrics_add(watch->metrics, METRIC_AUDIT_REMOVED,
                watch->retention.n_removed);
    if ((watch->has_more || watch->has_deletions) &&
        !writer_is_stopping(watch->writer))
        writer_post(watch->writer, &watch->job);
    else
        watch->is_posted = false;
}

static const struct job_kind watch_kind = {run, fail, finish};

void watch_post(struct watch *watch, struct writer *writer, int64_t keep_ms)
{
    if (atomic_exchange(&watch->is_posted, true))
        return;
    watch->keep_ms = keep_ms;
    watch->metrics = writer->ground.metrics;
    watch->writer = writer;
    watch->job = (struct job){.kind = &watch_kind};
    writer_post(writer, &watch->job);
}
