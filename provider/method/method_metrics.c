/* Counters for monitoring. */
#include "provider/base/datetime.h"
#include "provider/call/metrics.h"
#include "provider/method/methods.h"
#include "provider/store/retention.h"
#include "provider/store/seal.h"

/* A query whose answer has several numbers. */
struct reading {
    const struct call *call;
    const struct metrics *metrics;
    int64_t audit_first; /* METRIC_ABSENT: not known */
    int64_t audit_since_s;
    struct auth_pam_counts pam;
};

#define METRIC_ABSENT INT64_MIN

static void put_calls(const struct metrics *metrics, struct json_writer *w)
{
    writer_object_begin(w);
    for (int i = 0; i < RPC_N_ERRORS; i++)
        writer_put_int(w, rpc_error_reason((enum rpc_error)i),
                       metrics->calls[i]);
    writer_object_end(w);
}

static void put_sign_ins(const struct metrics *metrics, struct json_writer *w)
{
    writer_array_begin(w);
    for (int i = 0; i < AUTH_N_MECHANISMS; i++) {
        writer_object_begin(w);
        writer_put_string(w, METRIC_MECHANISM,
                          auth_mechanism_name((enum auth_mechanism)i));
        writer_put_int(w, METRIC_ACCEPTED, metrics->accepted[i]);
        writer_put_int(w, METRIC_REFUSED, metrics->refused[i]);
        writer_object_end(w);
    }
    writer_array_end(w);
}

static void put_turned_away(const struct metrics *metrics,
                            struct json_writer *w)
{
    writer_object_begin(w);
    for (int i = 0; i < METRICS_N_TURNED_AWAY; i++)
        writer_put_int(w, metrics_turned_away_name((enum metrics_turned_away)i),
                       metrics->turned_away[i]);
    writer_object_end(w);
}

static void put_time(struct json_writer *w, const char *key, int64_t time_s)
{
    char text[DATETIME_BYTES];

    datetime_write(time_s, text);
    writer_put_string(w, key, time_s ? text : NULL);
}

static const struct settings *settings_of(const struct call *call)
{
    return call->peer ? call->peer->settings : NULL;
}

static int64_t keep_days(const struct call *call)
{
    return settings_of(call)
               ? settings_of(call)->config->audit_keep_ms / RETENTION_DAY_MS
               : 0;
}

static int64_t keys_skipped(const struct call *call)
{
    return settings_of(call)
               ? (int64_t)auth_keys_skipped(settings_of(call)->auth)
               : METRIC_ABSENT;
}

static int64_t number_of(const struct reading *from, enum metric metric)
{
    switch (metric) {
    case METRIC_SINCE:
    case METRIC_CHANGES_FAILED:
    case METRIC_CHANGES_TRIED:
    case METRIC_LONGEST_CHANGE_MS:
    case METRIC_CHANGE_FAILED:
    case METRIC_AUDIT_REMOVED:
    case METRIC_RELOADS:
    case METRIC_RELOADS_FAILED:
    case METRIC_RELOADED:
        return from->metrics->numbers[metric];
    case METRIC_SESSIONS:
        return session_n_open();
    case METRIC_CONNECTIONS:
        return from->metrics->n_conns ? *from->metrics->n_conns : METRIC_ABSENT;
    case METRIC_GENERATION:
        return (int64_t)from->call->ground->generation->number;
    case METRIC_AUDIT_START:
        return from->audit_first;
    case METRIC_AUDIT_SINCE:
        return from->audit_since_s;
    case METRIC_AUDIT_KEEP_DAYS:
        return keep_days(from->call);
    case METRIC_KEYS_SKIPPED:
        return keys_skipped(from->call);
    case METRIC_PASSWORD_CHECKS_LATE:
        return from->pam.n_late;
    case METRIC_PASSWORD_WORKERS_REPLACED:
        return from->pam.n_replaced;
    case METRIC_TURNED_AWAY:
    case METRIC_CALLS:
    case METRIC_SIGN_INS:
    case N_METRICS:
        break;
    }
    return METRIC_ABSENT;
}

static void put_number(const struct reading *from, enum metric metric,
                       struct json_writer *w)
{
    const struct metric_row *row = &metric_rows[metric];
    const int64_t number = number_of(from, metric);

    if (row->shape == METRIC_SHAPE_TIME)
        put_time(w, row->name, number);
    else if (row->shape == METRIC_SHAPE_TERM && number == 0)
        writer_put_string(w, row->name, NULL);
    else if (number != METRIC_ABSENT)
        writer_put_int(w, row->name, number);
}

static void put_metric(const struct reading *from, enum metric metric,
                       struct json_writer *w)
{
    const struct metric_row *row = &metric_rows[metric];

    if (row->shape != METRIC_SHAPE_BY_NAME &&
        row->shape != METRIC_SHAPE_SIGN_INS) {
        put_number(from, metric, w);
        return;
    }
    writer_key(w, row->name);
    if (row->shape == METRIC_SHAPE_SIGN_INS)
        put_sign_ins(from->metrics, w);
    else if (metric == METRIC_CALLS)
        put_calls(from->metrics, w);
    else
        put_turned_away(from->metrics, w);
}

static void put_all(const struct call *call, struct json_writer *result)
{
    struct reading from = {.call = call,
                           .metrics = call->ground->metrics,
                           .audit_first = METRIC_ABSENT,
                           .pam = auth_pam_counts()};
    int64_t first;
    int64_t wall_ms;

    if (audit_first(call->ground->store, &first, &wall_ms) == STATUS_OK) {
        from.audit_first = first;
        from.audit_since_s = wall_ms / 1000;
    }
    for (int i = 0; i < N_METRICS; i++)
        put_metric(&from, (enum metric)i, result);
}

enum rpc_error run_server_metrics(struct call *call, struct json_writer *result)
{
    if (!call->ground->metrics)
        return RPC_UNAVAILABLE;
    writer_object_begin(result);
    put_all(call, result);
    writer_object_end(result);
    return RPC_DONE;
}

/* Writes nothing and needs no sign-in, so it works when the disk is full. */
enum rpc_error run_server_status(struct call *call, struct json_writer *result)
{
    char line[SEAL_LINE_BYTES];

    if (!call->ground->metrics)
        return RPC_UNAVAILABLE;
    writer_object_begin(result);
    writer_put_string(result, "site", call->peer->settings->config->site_code);
    writer_put_string(result, "version", SMS_VERSION);
    writer_put_string(
        result, "checkpoint",
        seal_read_text(call->ground->store, line) == STATUS_OK ? line : NULL);
    put_all(call, result);
    writer_object_end(result);
    return RPC_DONE;
}
