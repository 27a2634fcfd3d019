#include "provider/call/refusals.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/buf.h"
#include "provider/base/datetime.h"
#include "provider/base/json_writer.h"
#include "provider/store/audit.h"

enum { DETAIL_MAX_BYTES = 512 };

static bool is_same(const struct refusal *refusal, const char *source,
                    const char *reason)
{
    return refusal->begun_s && strcmp(refusal->source, source) == 0 &&
           strcmp(refusal->reason, reason) == 0;
}

/* The entry of source and reason, a free one, or that of all others. */
static struct refusal *find(struct refusals *refusals, const char *source,
                            const char *reason)
{
    struct refusal *free_one = &refusals->of[REFUSALS_SOURCES];

    for (size_t i = 0; i < REFUSALS_SOURCES; i++) {
        struct refusal *refusal = &refusals->of[i];

        if (is_same(refusal, source, reason))
            return refusal;
        if (!refusal->begun_s && free_one == &refusals->of[REFUSALS_SOURCES])
            free_one = refusal;
    }
    return free_one;
}

static void begin(struct refusals *refusals, struct refusal *refusal,
                  const char *source, const char *reason, int64_t now_s,
                  int64_t now_ms)
{
    const bool is_others = refusal == &refusals->of[REFUSALS_SOURCES];

    *refusal = (struct refusal){.begun_s = now_s, .begun_ms = now_ms};
    snprintf(refusal->source, sizeof(refusal->source), "%s",
             is_others ? "" : source);
    snprintf(refusal->reason, sizeof(refusal->reason), "%s",
             is_others ? "several" : reason);
}

/* Is there room for another record of a single refusal? Takes it. */
static bool take_room(struct refusals *refusals, int64_t now_ms)
{
    const int64_t back = (now_ms - refusals->as_of_ms) / REFUSALS_EVERY_MS;

    if (back > 0) {
        refusals->n_spent -=
            back < refusals->n_spent ? back : refusals->n_spent;
        refusals->as_of_ms += back * REFUSALS_EVERY_MS;
    }
    if (refusals->n_spent >= REFUSALS_BURST)
        return false;
    refusals->n_spent++;
    return true;
}

bool refusals_add(struct refusals *refusals, const char *source,
                  const char *reason, int64_t now_s, int64_t now_ms)
{
    struct refusal *refusal = find(refusals, source, reason);
    const bool is_others = refusal == &refusals->of[REFUSALS_SOURCES];

    if (!refusal->begun_s)
        begin(refusals, refusal, source, reason, now_s, now_ms);
    refusal->last_s = now_s;
    if (!is_others && refusal->n_recorded < REFUSALS_EACH &&
        take_room(refusals, now_ms)) {
        refusal->n_recorded++;
        return true;
    }
    refusal->n_counted++;
    return false;
}

static enum status record(const struct refusal *refusal, struct store *store)
{
    SCOPED(buf_free) struct buf detail = buf_make(DETAIL_MAX_BYTES);
    struct json_writer w = json_writer_make(&detail);
    char from[DATETIME_BYTES], until[DATETIME_BYTES];
    struct audit_record record = {
        .event = "signin.refused_more",
        .peer = text_of(refusal->source[0] ? refusal->source : "several"),
        .outcome = AUDIT_REFUSED,
        .reason = text_of(refusal->reason),
    };
    int64_t id;

    datetime_write(refusal->begun_s, from);
    datetime_write(refusal->last_s, until);
    writer_object_begin(&w);
    writer_put_int(&w, "more", refusal->n_counted);
    writer_put_string(&w, "from", from);
    writer_put_string(&w, "until", until);
    writer_object_end(&w);
    TRY(buf_status(&detail));
    record.detail = buf_text(&detail);
    return audit_append(store, &record, &id);
}

enum status refusals_flush(struct refusals *refusals, struct store *store,
                           int64_t now_ms)
{
    for (size_t i = 0; i <= REFUSALS_SOURCES; i++) {
        struct refusal *refusal = &refusals->of[i];

        if (!refusal->begun_s ||
            now_ms < refusal->begun_ms + REFUSALS_WINDOW_MS)
            continue;
        if (refusal->n_counted > 0)
            TRY(record(refusal, store));
        refusal->is_written = true;
    }
    return STATUS_OK;
}

void refusals_settle(struct refusals *refusals, bool is_committed)
{
    for (size_t i = 0; i <= REFUSALS_SOURCES; i++) {
        struct refusal *refusal = &refusals->of[i];

        if (refusal->is_written && is_committed)
            *refusal = (struct refusal){0};
        refusal->is_written = false;
    }
}
