#include "provider/call/condition.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "auth/certificate/certificate_authority.h"
#include "auth/signer/signer.h"
#include "provider/base/clock.h"
#include "provider/base/datetime.h"
#include "provider/base/text.h"

enum {
    STORE_LATE_MS = 10 * 1000,
    WRITER_LATE_MS = 60 * 1000, /* a large policy takes ten seconds */
    ROOM_LOW_BYTES = 512 * 1024 * 1024,
    CONNECTIONS_MANY_PERCENT = 90,
    CLOCK_BEHIND_S = 60,
};

__attribute__((format(printf, 4, 5))) static void say(
    struct condition *condition, enum metric_state state, const char *next,
    const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(condition->message, sizeof(condition->message), format, args);
    va_end(args);
    text_make_visible(condition->message); /* names come from certificates */
    condition->state = state;
    condition->next = next;
}

static void read_store(const struct metric_view *view,
                       struct condition *condition)
{
    const int64_t seen_ms = view->metrics->store_seen_ms;

    if (seen_ms == 0)
        say(condition, METRIC_STATE_FAILED, "Wait a moment.",
            "The provider is starting.");
    else if (view->now_ms - seen_ms > STORE_LATE_MS)
        say(condition, METRIC_STATE_FAILED,
            "Look for change.failed in the log, and at the disk of the store.",
            "No change could be committed for %" PRId64 " seconds.",
            (view->now_ms - seen_ms) / 1000);
}

static void read_room(const struct metric_view *view,
                      struct condition *condition)
{
    const int64_t bytes = view->metrics->numbers[METRIC_STORE_FREE];

    if (view->metrics->store_seen_ms && bytes < ROOM_LOW_BYTES)
        say(condition, METRIC_STATE_WARNING,
            "Make room: nothing can be changed, and nobody can sign in, once "
            "it is full.",
            "The disk of the store has %" PRId64 " MiB left.",
            bytes / (1024 * 1024));
}

static bool has_lost_signer(const struct metric_view *view)
{
    struct signer *signer =
        view->settings ? view->settings->config->signer : NULL;

    return signer && signer_is_lost(signer);
}

static bool has_silent_signer(const struct metric_view *view)
{
    const struct signer *signer =
        view->settings ? view->settings->config->signer : NULL;

    return signer && signer_is_silent(signer);
}

static void read_signer(const struct metric_view *view,
                        struct condition *condition)
{
    if (has_lost_signer(view))
        say(condition, METRIC_STATE_FAILED,
            "Start the provider again, and find out what ended it.",
            "The process that holds the private keys has ended: no TLS "
            "connection can be made.");
    else if (has_silent_signer(view))
        say(condition, METRIC_STATE_FAILED,
            "If it stays so, find out what stopped it, and start the provider "
            "again.",
            "The process that holds the private keys does not answer: no TLS "
            "connection can be made.");
}

static void read_configuration(const struct metric_view *view,
                               struct condition *condition)
{
    if (view->metrics->is_reload_refused)
        say(condition, METRIC_STATE_WARNING,
            "Run smsproviderd --check, mend what it names, and reload.",
            "The files of configuration or policy were refused when they were "
            "last read: what was in force before still is.");
    else if (view->settings && auth_keys_skipped(view->settings->auth) > 0)
        say(condition, METRIC_STATE_WARNING,
            "Look for keys.skipped in the log.",
            "%zu keys of token issuers cannot be used.",
            auth_keys_skipped(view->settings->auth));
}

static void read_retention(const struct metric_view *view,
                           struct condition *condition)
{
    if (view->metrics->is_archive_refused)
        say(condition, METRIC_STATE_FAILED,
            "Look for audit.archive in the log, and at its directory and disk.",
            "Expired audit records cannot be archived, so none is removed.");
    else if (view->metrics->is_export_awaited)
        say(condition, METRIC_STATE_WARNING,
            "Look after the exports of audit.exports, or take one out.",
            "Expired audit records are kept for an export that does not have "
            "them.");
}

static void read_connections(const struct metric_view *view,
                             struct condition *condition)
{
    const int64_t n = view->metrics->n_conns ? *view->metrics->n_conns : 0;
    const int64_t most =
        view->settings ? view->settings->config->limits.connections : 0;

    if (most > 0 && n * 100 >= most * CONNECTIONS_MANY_PERCENT)
        say(condition, METRIC_STATE_WARNING,
            "Raise limits.connections, or find who opens them.",
            "%" PRId64 " of %" PRId64 " connections are open.", n, most);
}

/* What ended by it stays ended, and what begins by it, such as a schedule, does
 * not until it has come there. */
static void read_clock(struct condition *condition)
{
    const int64_t behind_s = clock_behind_s();

    if (behind_s > CLOCK_BEHIND_S)
        say(condition, METRIC_STATE_WARNING,
            "If it was ahead by mistake, stop the provider and run "
            "smsproviderd --accept-restored.",
            "The clock is %" PRId64 " seconds behind the latest time that it "
            "has shown: until then no schedule goes on, and evidence that had "
            "ended by that time signs nobody in.",
            behind_s);
}

/* ---- What ends ---- */

static const struct {
    enum condition_id condition;
    const char *what;
    const char *next;
} of_kind[AUTH_N_END_KINDS] = {
    [AUTH_END_SERVER] = {CONDITION_CERTIFICATES, "The provider's certificate",
                         "Put a new one in its place, and reload."},
    [AUTH_END_AUTHORITY] = {CONDITION_AUTHORITIES,
                            "The authority of client certificates",
                            "Add its successor to client_ca, and reload."},
    [AUTH_END_LIST] = {CONDITION_LISTS, "The revocation list of",
                       "Fetch the next one from the authority, and reload: "
                       "without it no certificate below it signs in."},
    [AUTH_END_KEYS] = {CONDITION_KEYS, "The key set of",
                       "Look for keys.kept in the log: its address does not "
                       "answer, so its tokens sign nobody in."},
};

static void say_end(struct condition *condition, const struct expiry *expiry,
                    enum metric_state state)
{
    const char *what = of_kind[expiry->kind].what;
    const char *next = of_kind[expiry->kind].next;
    char end[DATETIME_BYTES];

    if (expiry->ends_s == INT64_MIN) {
        say(condition, state, next, "%s %s is missing.", what, expiry->name);
        return;
    }
    datetime_write(expiry->ends_s, end);
    say(condition, state, next, "%s %s %s %s.", what, expiry->name,
        state == METRIC_STATE_FAILED ? "ended" : "ends", end);
}

/* The worst of each kind counts, the first to end if there are several. */
static void read_ends(const struct metric_view *view,
                      const struct expiries *expiries,
                      struct condition conditions[N_CONDITIONS])
{
    const struct expiry *said[AUTH_N_END_KINDS] = {NULL};

    for (size_t i = 0; i < expiries->n; i++) {
        const struct expiry *expiry = &expiries->items[i];
        const enum metric_state state = expiry_state(expiry, view->now_s);
        const struct expiry *before = said[expiry->kind];

        if (state == METRIC_STATE_GOOD ||
            (before && before->ends_s <= expiry->ends_s))
            continue;
        said[expiry->kind] = expiry;
        say_end(&conditions[of_kind[expiry->kind].condition], expiry, state);
    }
}

void conditions_read(const struct metric_view *view,
                     const struct expiries *expiries,
                     struct condition conditions_out[N_CONDITIONS])
{
    static const struct condition good[N_CONDITIONS] = {
#define CONDITION_ROW(id, condition_name, vital)                               \
    [CONDITION_##id] = {.name = condition_name, .is_vital = vital, .next = ""},
        CONDITION_ROWS(CONDITION_ROW)};

    for (size_t i = 0; i < N_CONDITIONS; i++)
        conditions_out[i] = good[i];
    read_store(view, &conditions_out[CONDITION_STORE]);
    read_room(view, &conditions_out[CONDITION_ROOM]);
    read_signer(view, &conditions_out[CONDITION_SIGNER]);
    read_configuration(view, &conditions_out[CONDITION_CONFIGURATION]);
    read_retention(view, &conditions_out[CONDITION_RETENTION]);
    read_connections(view, &conditions_out[CONDITION_CONNECTIONS]);
    read_clock(&conditions_out[CONDITION_CLOCK]);
    read_ends(view, expiries, conditions_out);
}

/* ---- Of settings that are not in effect yet ---- */

struct warning {
    const struct policy_place *place;
    struct buf *out;
};

static void warn_authority(void *context,
                           const struct certificate_authority *authority)
{
    const struct warning *warning = context;
    struct condition condition = {.next = ""};

    if (!authority->lacks)
        return;
    say(&condition, METRIC_STATE_WARNING, "",
        "The authority %s of client_ca lacks %s: no certificate below it "
        "signs in.",
        authority->name, authority->lacks);
    buf_append_format(warning->out, "%s:%u:%u: warning: %s\n",
                      warning->place->file, warning->place->line,
                      warning->place->column, condition.message);
}

static void warn_authorities(const struct settings *settings,
                             struct buf *messages_out)
{
    for (size_t i = 0; i < settings->config->n_listeners; i++) {
        const struct settings_listener *listener = &settings->listeners[i];
        struct warning warning = {&listener->config->place, messages_out};

        certificate_authorities_note(listener->tls, warn_authority, &warning);
    }
}

void conditions_warn(const struct settings *settings, int64_t now_s,
                     struct buf *messages_out)
{
    const struct policy_place *place = &settings->config->listeners[0].place;
    struct expiries expiries;

    warn_authorities(settings, messages_out);
    /* Those that memory is left for. */
    (void)!expiries_read(settings, now_s, &expiries);
    for (size_t i = 0; i < expiries.n; i++) {
        const struct expiry *expiry = &expiries.items[i];
        const enum metric_state state = expiry_state(expiry, now_s);
        struct condition condition = {.next = ""};

        if (state == METRIC_STATE_GOOD || expiry->kind == AUTH_END_KEYS)
            continue;
        say_end(&condition, expiry, state);
        buf_append_format(messages_out, "%s:%u:%u: warning: %s %s\n",
                          place->file, place->line, place->column,
                          condition.message, condition.next);
    }
    expiries_clear(&expiries);
}

const char *condition_fault(const struct metric_view *view)
{
    const int64_t seen_ms = view->metrics->writer_seen_ms;

    if (seen_ms != 0 && view->now_ms - seen_ms > WRITER_LATE_MS)
        return "the writer does not come round";
    return has_lost_signer(view) ? "the signer has ended" : NULL;
}

bool conditions_are_ready(const struct condition conditions[N_CONDITIONS])
{
    for (size_t i = 0; i < N_CONDITIONS; i++)
        if (conditions[i].is_vital &&
            conditions[i].state >= METRIC_STATE_FAILED)
            return false;
    return true;
}
