#include "provider/daemon/keeping.h"

#include "provider/base/clock.h"
#include "provider/base/log_rate.h"
#include "provider/store/export_mark.h"
#include "provider/store/seal.h"

enum { AGAIN_MS = 10 * 1000, MARKS_MS = 60 * 1000 };

_Static_assert((int)CONFIG_AUDIT_DAYS_MIN == (int)RETENTION_DAYS_MIN,
               "what is configured is what is done");
_Static_assert((int)CONFIG_EXPORTS_MAX == (int)EXPORTS_MAX,
               "who is configured is waited for");

/* ---- Archives ---- */

static void fail(struct keeping *keeping, struct metrics *metrics,
                 enum status status)
{
    static struct log_rate rate;

    keeping->again_ms = clock_mono_ms() + AGAIN_MS;
    metrics->is_archive_refused = true;
    log_rarely(LOG_ERROR, &rate, "audit.not_archived why=%s",
               status_name(status));
}

static void take_archive(struct keeping *keeping, struct metrics *metrics)
{
    enum status status;
    int64_t last;

    if (!archivist_take(&keeping->archivist, &status, &last))
        return;
    if (status != STATUS_OK && status != STATUS_END) {
        fail(keeping, metrics, status);
        return;
    }
    metrics->is_archive_refused = false;
    if (status == STATUS_END)
        return;
    keeping->archived = last;
    metrics_set(metrics, METRIC_AUDIT_ARCHIVED, last);
}

/* All that is in archives has been removed, and more has expired. */
static void begin_archive(struct keeping *keeping, struct call_ground *ground,
                          const struct config *config)
{
    const struct archive_order order = {
        .directory = config->audit_archive,
        .before_ms = keeping->retention.held_before_ms,
        .last = keeping->retention.held_last,
    };

    if (clock_mono_ms() < keeping->again_ms)
        return;
    if (!archivist_begin(&keeping->archivist, config->store_path,
                         seal_key_of(ground->store), &order))
        fail(keeping, ground->metrics, STATUS_UNAVAILABLE);
}

/* ---- Positions of exports ---- */

/* A position behind the end is about another audit. */
static enum status read_marks(struct exports *exports, struct store *store,
                              int64_t head)
{
    char user[EXPORTS_USER_BYTES];
    int64_t position;

    while (exports_next_unread(exports, user)) {
        TRY(export_mark_find(store, text_of(user), &position));
        exports_restore(exports, user, position <= head ? position : 0);
    }
    return STATUS_OK;
}

/* Once a minute is enough: an export that has come further than is known says
 * so itself. */
static enum status write_marks(struct keeping *keeping, struct exports *exports,
                               struct store *store)
{
    const int64_t now_ms = clock_mono_ms();
    const bool is_due = now_ms >= keeping->marks_ms;
    struct export_mark mark;

    while (exports_next_unkept(exports, is_due, &mark)) {
        keeping->marks_ms = now_ms + MARKS_MS;
        TRY(export_mark_put(store, text_of(mark.user), mark.position));
    }
    return STATUS_OK;
}

static void keep_marks(struct keeping *keeping, struct call_ground *ground,
                       int64_t head)
{
    static struct log_rate rate;
    enum status status = read_marks(ground->exports, ground->store, head);

    if (status == STATUS_OK)
        status = write_marks(keeping, ground->exports, ground->store);
    if (status == STATUS_OK)
        return;
    exports_distrust(ground->exports);
    log_rarely(LOG_ERROR, &rate, "audit.exports_not_kept why=%s",
               status_name(status));
}

void keeping_failed(struct keeping *keeping, struct exports *exports)
{
    keeping->retention.n_removed = 0;
    exports_distrust(exports);
}

/* ---- Together ---- */

/* The last record that nobody needs in the store any more. */
static int64_t may_go(const struct keeping *keeping,
                      const struct config *config, int64_t exported)
{
    if (!config->audit_archive || exported < keeping->archived)
        return exported;
    return keeping->archived;
}

static void retain(struct keeping *keeping, struct store *store,
                   const struct retention_term *term)
{
    static struct log_rate rate;
    const enum status status =
        retention_slice(&keeping->retention, store, term, clock_wall_ms());

    if (status != STATUS_OK)
        log_rarely(LOG_ERROR, &rate, "audit.retain why=%s",
                   status_name(status));
}

static bool needs_archive(const struct keeping *keeping,
                          const struct config *config,
                          const struct seal_line *line)
{
    return config->audit_archive && keeping->retention.held_before_ms &&
           keeping->archived <= line->start;
}

void keeping_step(struct keeping *keeping, struct call_ground *ground,
                  const struct config *config)
{
    struct metrics *metrics = ground->metrics;
    const struct seal_line *line = seal_last(ground->store);
    int64_t exported;

    if (!line)
        return; /* not sealed: nothing is ever removed */
    take_archive(keeping, metrics);
    exports_list(ground->exports, config->audit_exports,
                 config->n_audit_exports);
    keep_marks(keeping, ground, line->audit);
    exported = exports_least(ground->exports);
    retain(keeping, ground->store,
           &(struct retention_term){config->audit_keep_ms,
                                    may_go(keeping, config, exported)});
    if (exported != INT64_MAX)
        metrics_set(metrics, METRIC_AUDIT_EXPORTED, exported);
    metrics->is_export_awaited =
        keeping->retention.held_before_ms && exported <= line->start;
    if (needs_archive(keeping, config, line))
        begin_archive(keeping, ground, config);
    else if (!config->audit_archive)
        metrics->is_archive_refused = false;
}

void keeping_clear(struct keeping *keeping)
{
    archivist_clear(&keeping->archivist);
}
