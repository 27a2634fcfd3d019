#include "provider/smsctl/audit/verb_export.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "provider/base/clock.h"
#include "provider/client/answer.h"
#include "provider/smsctl/audit/export_line.h"
#include "provider/smsctl/audit/export_place.h"
#include "provider/smsctl/audit/sink.h"
#include "provider/smsctl/following.h"

enum {
    PROVE_IDLE_MS = 5 * 1000,
    PAGE = 500,
    WAIT_MIN_MS = 250,
    WAITS_MAX = 6,
    STATUS_MAX_BYTES = 4096
};

struct export
{
    struct following following; /* first */
    struct sink *sink;          /* owned */
    struct export_place place;
    int64_t next;                 /* the position to ask with */
    char hash[EXPORT_HASH_BYTES]; /* of that record, as the answer said */
    int64_t highest;              /* that was given to the sink */
    int64_t head;                 /* of the audit, when it was asked last */
    int64_t told;                 /* the provider: that it was certainly read */
    unsigned n_waits;             /* since the sink took something */
    int64_t given_ms;             /* when it did */
    bool is_unprovable;
    uint64_t n_sent, n_again, n_breaks, n_gaps;
};

/* ---- Counters ---- */

static void put_metric(struct buf *out, const char *name, const char *type,
                       int64_t value)
{
    buf_append_format(out, "# TYPE smsaudit_%s %s\nsmsaudit_%s %" PRId64 "\n",
                      name, type, name, value);
}

/* For the text collector of Prometheus' node exporter. A status that cannot be
 * written stops nothing. */
static void write_status(const struct export *export)
{
    const char *path = console_value(export->following.console, OPTION_STATUS);
    SCOPED(buf_free) struct buf out = buf_make(STATUS_MAX_BYTES);
    const int64_t behind = export->head - export->place.taken;

    if (!path)
        return;
    put_metric(&out, "position", "gauge", export->place.taken);
    put_metric(&out, "position_read", "gauge", export->place.proved);
    put_metric(&out, "behind_records", "gauge", behind > 0 ? behind : 0);
    put_metric(&out, "connected", "gauge", export->sink->is_connected);
    put_metric(&out, "sent_total", "counter", (int64_t) export->n_sent);
    put_metric(&out, "sent_again_total", "counter", (int64_t) export->n_again);
    put_metric(&out, "breaks_total", "counter", (int64_t) export->n_breaks);
    put_metric(&out, "gaps_total", "counter", (int64_t) export->n_gaps);
    put_metric(&out, "updated_timestamp_seconds", "gauge", clock_wall_s());
    if (buf_status(&out) != STATUS_OK ||
        export_place_put(path, buf_text(&out)) != STATUS_OK)
        console_note(export->following.console, "%s cannot be written.", path);
}

/* ---- One page ---- */

static int64_t id_of(const json_t *item)
{
    return json_integer_value(json_object_get(item, "id"));
}

static void count_sent(struct export *export, const json_t *items)
{
    for (size_t i = 0; i < json_array_size(items); i++) {
        const int64_t id = id_of(json_array_get(items, i));

        export->n_sent++;
        export->n_again += id <= export->highest;
        if (id > export->highest)
            export->highest = id;
    }
}

/* An answer's hash is that of its last record. */
static void take_place(struct export *export, int64_t newer)
{
    export->next = newer;
    if (newer <= export->place.taken)
        return;
    export->place.taken = newer;
    memcpy(export->place.hash, export->hash, sizeof(export->hash));
}

static enum smsclient_result keep_place(struct export *export, int64_t newer,
                                        bool is_proved)
{
    struct console *console = export->following.console;
    const char *path = console_value(console, OPTION_POSITION);
    const struct export_place before = export->place;

    take_place(export, newer);
    if (!export->sink->prove)
        export->place.proved = export->place.taken;
    else if (is_proved)
        export->place.proved = newer;
    if (!path || (before.taken == export->place.taken &&
                  before.proved == export->place.proved))
        return SMSCLIENT_OK;
    if (export_place_write(path, &export->place) == STATUS_OK)
        return SMSCLIENT_OK;
    return console_fail(console, SMSCLIENT_FAILED,
                        "The position cannot be kept in %s.", path);
}

static void wait_longer(struct export *export)
{
    const unsigned n =
        export->n_waits < WAITS_MAX ? export->n_waits : WAITS_MAX;
    const long ms = (long)WAIT_MIN_MS << n;
    const struct timespec wait = {ms / 1000, ms % 1000 * 1000000};

    export->n_waits++;
    (void)nanosleep(&wait, NULL);
}

/* Nothing that may be lost is left out: it begins again before it. */
static enum smsclient_result after_break(struct export *export)
{
    struct console *console = export->following.console;
    const char *follow = console_value(console, OPTION_FOLLOW);

    export->n_breaks += export->sink->is_connected;
    export->sink->is_connected = false;
    export->next = export_place_again(&export->place);
    write_status(export);
    if (!follow)
        return console_fail(console, SMSCLIENT_UNAVAILABLE, "%s",
                            export->sink->why);
    if (export->n_waits == 0)
        console_note(console, "%s Trying again.", export->sink->why);
    export->following.has_more = true;
    wait_longer(export);
    return SMSCLIENT_OK;
}

/* Gaps are records, too. */
static json_t *take_items(struct export *export, const json_t *answer)
{
    SCOPED(answer_drop)
    json_t *items = json_copy(json_object_get(answer, "items"));
    const int64_t first = id_of(json_array_get(items, 0));

    if (!json_is_true(json_object_get(answer, "gap")))
        return TAKE(items);
    export->n_gaps++;
    console_note(export->following.console,
                 "Records after %" PRId64 " are no longer kept.", export->next);
    if (first > export->next + 1)
        json_array_insert_new(items, 0, export_line_gap(export->next, first));
    return TAKE(items);
}

static enum smsclient_result give(struct export *export, const json_t *items,
                                  int64_t newer)
{
    enum status given = STATUS_OK;

    if (json_array_size(items) > 0) {
        given = export->sink->give(export->sink, items);
        count_sent(export, items);
    }
    if (given == STATUS_UNAVAILABLE)
        return after_break(export);
    if (given != STATUS_OK)
        return console_fail(export->following.console, SMSCLIENT_FAILED, "%s",
                            *export->sink->why ? export->sink->why
                                               : "Out of memory.");
    if (json_array_size(items) > 0) {
        export->n_waits = 0;
        export->given_ms = clock_mono_ms();
    }
    return keep_place(export, newer, false);
}

/* Before more is sent than is sent again after a break, and when there is
 * nothing else to do. */
static bool wants_proof(const struct export *export)
{
    const struct export_place *place = &export->place;

    if (!export->sink->prove || export->is_unprovable ||
        place->taken == place->proved || export->next < place->taken)
        return false;
    return place->taken - place->proved > EXPORT_AGAIN_MAX - PAGE ||
           (!export->following.has_more &&
            clock_mono_ms() - export->given_ms >= PROVE_IDLE_MS);
}

static enum smsclient_result prove(struct export *export)
{
    const enum status proved = export->sink->prove(export->sink);

    if (proved == STATUS_UNAVAILABLE)
        return after_break(export);
    export->is_unprovable = proved != STATUS_OK;
    if (export->is_unprovable)
        console_note(export->following.console,
                     "The receiver does not end connections: what it has read "
                     "is not known. After a break the last %d records are sent "
                     "again.",
                     EXPORT_AGAIN_MAX);
    return keep_place(export, export->next, !export->is_unprovable);
}

static enum smsclient_result is_another(struct export *export)
{
    struct console *console = export->following.console;
    const char *advice = "it was restored or replaced. Find out why; to export "
                         "what it has now, give another --position.";

    if (export->head < export->place.taken)
        return console_fail(console, SMSCLIENT_CONFLICT,
                            "The audit ends with record %" PRId64
                            ", but %" PRId64 " were exported: %s",
                            export->head, export->place.taken, advice);
    return console_fail(console, SMSCLIENT_CONFLICT,
                        "Record %" PRId64
                        " of the audit is not the one that was exported: %s",
                        export->place.taken, advice);
}

static enum smsclient_result take(struct following *following,
                                  const json_t *answer)
{
    struct export *export = (struct export *)following;
    SCOPED(answer_drop) json_t *items = NULL;
    const int64_t newer = json_integer_value(json_object_get(answer, "newer"));
    enum smsclient_result taken;

    export->head = json_integer_value(json_object_get(answer, "head"));
    if (export->head < export->place.taken ||
        json_is_true(json_object_get(answer, "other")))
        return is_another(export);
    snprintf(export->hash, sizeof(export->hash), "%s",
             answer_text(answer, "hash"));
    items = take_items(export, answer);
    if (!items)
        return console_fail(following->console, SMSCLIENT_FAILED,
                            "Out of memory.");
    following->has_more = newer < export->head;
    taken = give(export, items, newer);
    if (taken == SMSCLIENT_OK && wants_proof(export))
        taken = prove(export);
    write_status(export);
    return taken;
}

/* With it, how far the provider need not keep records for this export. */
static json_t *ask(struct following *following)
{
    struct export *export = (struct export *)following;
    json_t *params;

    export->told = export->place.proved;
    params =
        json_pack("{s:I, s:I, s:i}", "newer", (json_int_t) export->next,
                  "acknowledged", (json_int_t) export->told, "limit", PAGE);
    if (*export->place.hash) {
        json_object_set_new(params, "taken",
                            json_integer((json_int_t) export->place.taken));
        json_object_set_new(params, "hash", json_string(export->place.hash));
    }
    return params;
}

/* ---- From the options to the run ---- */

static enum smsclient_result open_sink(struct console *console,
                                       struct sink **sink_out)
{
    const char *to = console_value(console, OPTION_TO);
    const struct sink_syslog_options syslog = {
        .address = to && strncmp(to, "syslog-tls:", 11) == 0 ? to + 11 : NULL,
        .ca = console_value(console, OPTION_TO_CA),
        .certificate = console_value(console, OPTION_TO_CERT),
        .key = console_value(console, OPTION_TO_KEY),
    };
    char why[256] =
        "It cannot be opened, or is not a file of exported records.";
    enum status opened = STATUS_INVALID;

    if (!to || strncmp(to, "file:", 5) == 0)
        opened = sink_file_open(to ? to + 5 : NULL, sink_out);
    else if (strcmp(to, "journal") == 0)
        opened = sink_journal_open(sink_out);
    else if (syslog.address)
        opened = sink_syslog_open(&syslog, why, sink_out);
    else
        snprintf(why, sizeof(why),
                 "A target is file:PATH, journal or "
                 "syslog-tls:HOST:PORT.");
    if (opened == STATUS_OK)
        return SMSCLIENT_OK;
    return console_fail(console, SMSCLIENT_USAGE, "%s: %s",
                        to ? to : "standard output", why);
}

/* A file of before says where to go on; --from is for the first time. */
static enum smsclient_result find_place(struct export *export)
{
    struct console *console = export->following.console;
    const char *path = console_value(console, OPTION_POSITION);
    json_int_t from = 0;
    enum status found = STATUS_NOT_FOUND;

    if (console_number(console, OPTION_FROM, 0, &from) != SMSCLIENT_OK)
        return SMSCLIENT_USAGE;
    export->place = (struct export_place){.taken = from, .proved = from};
    if (path && export_place_lock(path) != STATUS_OK)
        return console_fail(console, SMSCLIENT_CONFLICT,
                            "%s is used by another export, or cannot be "
                            "locked.",
                            path);
    if (path)
        found = export_place_read(path, &export->place);
    if (found != STATUS_OK && found != STATUS_NOT_FOUND)
        return console_fail(console, SMSCLIENT_FAILED,
                            "%s is damaged or cannot be read. Give the "
                            "position of the last record that arrived with "
                            "--from, and another file.",
                            path);
    return SMSCLIENT_OK;
}

/* Until there is nothing more, and the provider knows it. */
static enum smsclient_result run_once(struct export *export)
{
    enum smsclient_result result;

    do {
        SCOPED(answer_drop) json_t *answer = NULL;

        result = console_call(export->following.console, "audit.follow",
                              ask(&export->following), &answer);
        if (result == SMSCLIENT_OK)
            result = take(&export->following, answer);
    } while (result == SMSCLIENT_OK && (export->following.has_more ||
                                        export->told < export->place.proved));
    return result;
}

enum smsclient_result verb_audit_export(struct console *console)
{
    struct export export = {.following = {.console = console,
                                          .method = "audit.follow",
                                          .ask = ask,
                                          .take = take}};
    OWNED(sink) sink = NULL;
    enum smsclient_result result = find_place(&export);

    if (result == SMSCLIENT_OK)
        result = open_sink(console, &sink);
    if (result != SMSCLIENT_OK)
        return result;
    export.sink = sink;
    export.next = export_place_again(&export.place);
    if (sink->last > export.next)
        export.next = sink->last;
    export.highest = export.place.taken;
    return console_value(console, OPTION_FOLLOW)
               ? following_run(&export.following)
               : run_once(&export);
}
