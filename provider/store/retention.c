#include "provider/store/retention.h"

#include <string.h>

#include "provider/base/clock.h"
#include "provider/base/datetime.h"
#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/store/audit.h"
#include "provider/store/seal_private.h"
#include "provider/store/store_private.h"

enum { BLOCK_RECORDS = 64, DETAIL_MAX_BYTES = 512 };

/* ---- The record of a slice ---- */

static enum status write_detail(const struct seal_start *from,
                                const struct seal_start *to, int64_t keep_ms,
                                struct buf *out)
{
    struct json_writer w = json_writer_make(out);
    char before[DATETIME_BYTES];

    datetime_write(to->before_ms / 1000, before);
    writer_object_begin(&w);
    writer_put_int(&w, "first", from->from.id + 1);
    writer_put_int(&w, "last", to->from.id);
    writer_put_string(&w, "hash", to->from.hash);
    writer_put_string(&w, "before", before);
    writer_put_int(&w, "keep_days", keep_ms / RETENTION_DAY_MS);
    writer_object_end(&w);
    return buf_status(out);
}

static enum status record(struct store *store, const struct seal_start *from,
                          const struct seal_start *to, int64_t keep_ms)
{
    SCOPED(buf_free) struct buf detail = buf_make(DETAIL_MAX_BYTES);
    struct audit_record entry = {
        .event = "audit.retain",
        .outcome = AUDIT_DONE,
    };
    int64_t id;

    TRY(write_detail(from, to, keep_ms, &detail));
    entry.detail = buf_text(&detail);
    return audit_append(store, &entry, &id);
}

/* ---- One slice ---- */

/* Removes blocks of records, for as long as a slice may take. */
static enum status remove_some(struct retention *retention, struct store *store,
                               int64_t up_to, struct audit_start *start)
{
    const int64_t until_ms = clock_mono_ms() + RETENTION_SLICE_MS;
    struct audit_removal removal = {.before_ms = retention->before_ms,
                                    .n_max = BLOCK_RECORDS};
    char hash[AUDIT_HASH_BYTES];
    int64_t n;

    TRY(audit_head(store, &removal.last, hash));
    removal.last -= RETENTION_RECORDS_MIN;
    if (removal.last > up_to)
        removal.last = up_to;
    do {
        TRY(audit_remove(store, &removal, start, &n, &retention->broken));
        retention->n_removed += n;
    } while (n == BLOCK_RECORDS && clock_mono_ms() < until_ms);
    if (n < BLOCK_RECORDS)
        retention->before_ms = 0; /* through */
    return STATUS_OK;
}

static enum status run_slice(struct retention *retention, struct store *store,
                             const struct retention_term *term, int64_t now_ms)
{
    const struct seal_start from = store->seal->next_start;
    struct seal_start to = {.from = from.from,
                            .time_ms = now_ms,
                            .why = SEAL_START_TERM,
                            .before_ms = retention->before_ms};

    TRY(remove_some(retention, store, term->up_to, &to.from));
    if (retention->n_removed == 0)
        return STATUS_OK;
    TRY(seal_set_start(store, to));
    return record(store, &from, &to, term->keep_ms);
}

/* Undone separately: others' work in the same change is not affected. */
static enum status run_part(struct retention *retention, struct store *store,
                            const struct retention_term *term, int64_t now_ms)
{
    const struct seal_start from = store->seal->next_start;
    enum status status;

    TRY(store_part_begin(store));
    status = run_slice(retention, store, term, now_ms);
    if (status == STATUS_OK)
        return store_part_keep(store);
    retention->n_removed = 0;
    if (store_part_undo(store) != STATUS_OK ||
        seal_set_start(store, from) != STATUS_OK)
        store->is_torn = true;
    return status;
}

/* ---- Rounds ---- */

/* A clock set ahead must not expire everything at once: it is trusted for a
 * month beyond the oldest of the records that are always kept. */
static enum status believed_now(struct store *store, int64_t last,
                                int64_t now_ms, int64_t *now_ms_out)
{
    int64_t wall_ms;

    TRY(audit_time_at(store, last - RETENTION_RECORDS_MIN + 1, &wall_ms));
    wall_ms += RETENTION_DAYS_MIN * RETENTION_DAY_MS;
    *now_ms_out = now_ms < wall_ms || MUTANT("b5-any-clock") ? now_ms : wall_ms;
    return STATUS_OK;
}

/* A day late, and never for a few: on a quiet site the record of a round must
 * not push out as many of the last ones. */
static enum status begin_round(struct retention *retention, struct store *store,
                               int64_t keep_ms, int64_t now_ms)
{
    char hash[AUDIT_HASH_BYTES];
    int64_t first, last, wall_ms;
    const enum status found = audit_first(store, &first, &wall_ms);

    if (found != STATUS_OK)
        return found == STATUS_NOT_FOUND ? STATUS_OK : found;
    TRY(audit_head(store, &last, hash));
    if (first + BLOCK_RECORDS > last - RETENTION_RECORDS_MIN)
        return STATUS_OK;
    TRY(believed_now(store, last, now_ms, &now_ms));
    if (wall_ms < now_ms - keep_ms - RETENTION_DAY_MS)
        retention->before_ms = now_ms - keep_ms;
    return STATUS_OK;
}

/* Nothing of what has expired may be removed yet: others look after that. */
static enum status hold(struct retention *retention, struct store *store)
{
    char hash[AUDIT_HASH_BYTES];
    int64_t last;

    TRY(audit_head(store, &last, hash));
    retention->held_last = last - RETENTION_RECORDS_MIN;
    retention->held_before_ms = retention->before_ms;
    retention->before_ms = 0;
    return STATUS_OK;
}

static enum status step(struct retention *retention, struct store *store,
                        const struct retention_term *term, int64_t now_ms)
{
    if (!retention->before_ms)
        TRY(begin_round(retention, store, term->keep_ms, now_ms));
    if (!retention->before_ms)
        return STATUS_OK;
    return term->up_to > store->seal->next_start.from.id
               ? run_part(retention, store, term, now_ms)
               : hold(retention, store);
}

enum status retention_slice(struct retention *retention, struct store *store,
                            const struct retention_term *term, int64_t now_ms)
{
    const int64_t keep_ms = term->keep_ms;
    struct store_bounds bounds;
    enum status status;

    retention->n_removed = 0;
    retention->held_before_ms = 0;
    if (keep_ms == 0 || keep_ms < RETENTION_DAYS_MIN * RETENTION_DAY_MS ||
        !store->seal || retention->broken) {
        retention->before_ms = 0;
        return STATUS_OK;
    }
    bounds = store_lift_bounds(store);
    status = step(retention, store, term, now_ms);
    store_put_bounds(store, bounds);
    if (retention->broken)
        log_error("audit.retain record=%lld why=%s",
                  (long long)retention->broken,
                  "it does not fit the chain, so nothing is removed any more: "
                  "smsctl audit verify");
    return status;
}
