#include "provider/daemon/watch.h"

#include "provider/base/clock.h"
#include "provider/base/log_rate.h"
#include "provider/daemon/site_store.h"
#include "provider/object/collection/deletion_slice.h"
#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/refresh.h"
#include "provider/store/seal.h"

enum { SCHEDULE_S = 60, CLOCK_MS = 10 * 60 * 1000 };

/* A part of the change of its own: what fails is undone. */
static enum status do_part(struct watch *watch, struct call_ground *ground,
                           enum status (*part)(struct watch *,
                                               struct call_ground *))
{
    struct store *store = ground->store;
    enum status status = store_part_begin(store);

    if (status != STATUS_OK)
        return status;
    status = part(watch, ground);
    if (status == STATUS_OK)
        return store_part_keep(store);
    if (store_part_undo(store) != STATUS_OK)
        ground->is_broken = true;
    return status;
}

/* Since then; returns now. */
static int64_t count_since(const struct watch *watch, enum metrics_hold hold,
                           int64_t began_us)
{
    const int64_t now_us = clock_mono_us();

    metrics_count_step(watch->metrics, hold, now_us - began_us);
    return now_us;
}

/* ---- Collections that are due ---- */

static void count_slices(struct watch *watch)
{
    static const enum metrics_hold holds[N_SLICE_STEPS] = {
        [SLICE_LABELS] = METRICS_HOLD_LABELS,
        [SLICE_ARRIVALS] = METRICS_HOLD_ARRIVALS,
        [SLICE_QUERIES] = METRICS_HOLD_QUERIES,
        [SLICE_MEMBERS] = METRICS_HOLD_MEMBERS,
    };

    for (size_t i = 0; i < N_SLICE_STEPS; i++)
        metrics_count_step(watch->metrics, holds[i],
                           watch->evaluation.longest_us[i]);
}

static enum status evaluate_some(struct watch *watch,
                                 struct call_ground *ground)
{
    struct store *store = ground->store;
    const int64_t now_s = ground->now_s;
    bool more;

    if (now_s - watch->scheduled_s >= SCHEDULE_S ||
        now_s < watch->scheduled_s) {
        const int64_t began_us = clock_mono_us();

        TRY(refresh_due(store, now_s, &more));
        count_since(watch, METRICS_HOLD_SCHEDULE, began_us);
        watch->scheduled_s = more ? 0 : now_s;
    }
    return evaluation_slice(&watch->evaluation, store, now_s,
                            watch->has_failed ? EVALUATION_WARY
                                              : EVALUATION_HOLD_MS,
                            &watch->has_more);
}

/* One step failed: others go on, what it was about is tried again later. */
static enum status put_off(struct watch *watch, struct call_ground *ground)
{
    watch->has_more = true;
    return evaluation_failed(ground->store, ground->now_s, watch->failure);
}

/* What fails is undone, and gone through step by step until it fails again:
 * then it is known what failed. */
static void evaluate(struct watch *watch, struct call_ground *ground)
{
    static struct log_rate rate;
    const bool was_careful = watch->has_failed;
    enum status status;

    watch->has_more = false;
    status = do_part(watch, ground, evaluate_some);
    count_slices(watch);
    watch->has_failed = status != STATUS_OK;
    if (status == STATUS_OK)
        return;
    evaluation_clear(&watch->evaluation);
    watch->has_more = !was_careful;
    watch->failure = status;
    if (was_careful && !ground->is_broken)
        status = do_part(watch, ground, put_off);
    if (was_careful && status != STATUS_OK) {
        watch->has_more = false;
        log_rarely(LOG_ERROR, &rate, "collection.evaluate why=%s",
                   status_name(status));
    }
}

/* ---- Members that are being deleted ---- */

static enum status delete_some(struct watch *watch, struct call_ground *ground)
{
    return deletion_slice(ground->store, ground->generation->site,
                          ground->now_s, &watch->has_deletions);
}

/* Whoever deletes them may have gone. */
static void delete_members(struct watch *watch, struct call_ground *ground)
{
    static struct log_rate rate;
    enum status status;

    watch->has_deletions = false;
    status = do_part(watch, ground, delete_some);
    if (status == STATUS_OK)
        return;
    watch->has_deletions = false;
    log_rarely(LOG_ERROR, &rate, "collection.delete_members why=%s",
               status_name(status));
}

static void check_clock(struct watch *watch)
{
    const int64_t now_ms = clock_mono_ms();

    if (now_ms < watch->clock_due_ms)
        return;
    watch->clock_due_ms = now_ms + CLOCK_MS;
    site_store_check_clock();
}

/* ---- For monitoring ---- */

static void note_audit(struct metrics *metrics, struct store *store)
{
    const struct seal_line *last = seal_last(store);
    int64_t first, wall_ms;

    if (!last || audit_first(store, &first, &wall_ms) != STATUS_OK)
        return;
    metrics_set(metrics, METRIC_AUDIT_START, first);
    metrics_set(metrics, METRIC_AUDIT_SINCE, wall_ms / 1000);
    metrics_set(metrics, METRIC_AUDIT_RECORDS, last->audit - first + 1);
    metrics_set(metrics, METRIC_ANCHORED, last->time_ms / 1000);
}

static void note_generation(struct metrics *metrics,
                            const struct generation *generation, int64_t now_s)
{
    if (!metrics ||
        metrics->numbers[METRIC_GENERATION] == (int64_t)generation->number)
        return;
    metrics_set(metrics, METRIC_GENERATION, (int64_t)generation->number);
    metrics_set(metrics, METRIC_GENERATION_SINCE, now_s);
}

static void note(struct watch *watch, const struct call_ground *ground)
{
    watch->is_lost = false;
    note_audit(watch->metrics, ground->store);
    metrics_set(watch->metrics, METRIC_STORE_FREE,
                store_room_bytes(ground->store));
    note_generation(watch->metrics, ground->generation, ground->now_s);
}

static void run(struct job *job, struct call_ground *ground)
{
    struct watch *watch = (struct watch *)job;
    int64_t began_us;

    check_clock(watch);
    note(watch, ground);
    began_us = clock_mono_us();
    keeping_step(&watch->keeping, ground, watch->settings->config);
    began_us = count_since(watch, METRICS_HOLD_KEEPING, began_us);
    delete_members(watch, ground);
    (void)count_since(watch, METRICS_HOLD_DELETION, began_us);
    evaluate(watch, ground);
}

static void fail(struct job *job)
{
    struct watch *watch = (struct watch *)job;

    keeping_failed(&watch->keeping, watch->writer->ground.exports);
    evaluation_clear(&watch->evaluation);
    watch->has_more = watch->has_deletions = false;
    watch->is_lost = true;
}

static void rest(struct watch *watch)
{
    settings_free(watch->settings);
    watch->settings = NULL;
    watch->is_posted = false;
}

static void finish(struct job *job)
{
    struct watch *watch = (struct watch *)job;

    metrics_add(watch->metrics, METRIC_AUDIT_REMOVED,
                watch->keeping.retention.n_removed);
    metrics_note_writer(watch->metrics, !watch->is_lost, clock_wall_s(),
                        clock_mono_ms());
    if ((watch->has_more || watch->has_deletions) &&
        !writer_is_stopping(watch->writer))
        writer_post(watch->writer, &watch->job);
    else
        rest(watch);
}

static const struct job_kind watch_kind = {run, fail, finish};

void watch_post(struct watch *watch, struct writer *writer,
                struct settings *settings)
{
    if (atomic_exchange(&watch->is_posted, true)) {
        settings_free(settings);
        return;
    }
    watch->settings = settings;
    watch->metrics = writer->ground.metrics;
    watch->writer = writer;
    watch->job = (struct job){.kind = &watch_kind};
    writer_post(writer, &watch->job);
}

void watch_clear(struct watch *watch)
{
    keeping_clear(&watch->keeping);
    settings_free(watch->settings);
    evaluation_clear(&watch->evaluation);
}
