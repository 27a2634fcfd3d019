#include "provider/call/metric_report.h"

#include "provider/base/datetime.h"
#include "provider/store/retention.h"

#define METRIC_ABSENT INT64_MIN

/* One report: the view, and what was read once for it. */
struct report {
    const struct metric_view *view;
    const struct method_table *methods;
    struct expiries expiries;
    struct condition conditions[N_CONDITIONS];
    struct auth_pam_counts pam;
};

/* ---- Values of several numbers ---- */

static void put_calls(const struct metrics *metrics, struct json_writer *w)
{
    writer_object_begin(w);
    for (int i = 0; i < RPC_N_ERRORS; i++)
        writer_put_int(w, rpc_error_reason((enum rpc_error)i),
                       metrics->calls[i]);
    writer_object_end(w);
}

static void put_verdicts(const struct metrics *metrics, struct json_writer *w)
{
    writer_object_begin(w);
    for (int i = 0; i < GATE_N_VERDICTS; i++)
        writer_put_int(w, gate_verdict_name((enum gate_verdict)i),
                       metrics->verdicts[i]);
    writer_object_end(w);
}

static void put_mechanism(const struct metrics *metrics, int mechanism,
                          struct json_writer *w)
{
    int64_t n_accepted = 0;

    for (int level = 0; level < METRICS_N_LEVELS; level++)
        n_accepted += metrics->accepted[mechanism][level];
    writer_object_begin(w);
    writer_put_string(w, METRIC_MECHANISM,
                      auth_mechanism_name((enum auth_mechanism)mechanism));
    writer_put_int(w, METRIC_ACCEPTED, n_accepted);
    writer_put_int(w, METRIC_REFUSED, metrics->refused[mechanism]);
    writer_key(w, METRIC_LEVELS);
    writer_object_begin(w);
    for (int level = AUTH_LEVEL_DOMAIN; level < METRICS_N_LEVELS; level++)
        writer_put_int(w, auth_level_name((enum auth_level)level),
                       metrics->accepted[mechanism][level]);
    writer_object_end(w);
    writer_object_end(w);
}

static void put_sign_ins(const struct metrics *metrics, struct json_writer *w)
{
    writer_array_begin(w);
    for (int i = 0; i < AUTH_N_MECHANISMS; i++)
        put_mechanism(metrics, i, w);
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

static void put_holds(const struct metrics *metrics, struct json_writer *w)
{
    writer_object_begin(w);
    for (int i = 0; i < METRICS_N_HOLDS; i++)
        writer_put_int(w, metrics_hold_name((enum metrics_hold)i),
                       metrics->longest_us[i]);
    writer_object_end(w);
}

static void put_time(struct json_writer *w, const char *key, int64_t time_s)
{
    char text[DATETIME_BYTES];

    datetime_write(time_s, text);
    writer_put_string(w, key, time_s ? text : NULL);
}

static void put_build(struct json_writer *w)
{
    writer_object_begin(w);
    writer_put_int(w, SMS_VERSION, 1);
    writer_object_end(w);
}

static void put_condition(const struct condition *condition,
                          struct json_writer *w)
{
    writer_object_begin(w);
    writer_put_string(w, METRIC_NAME, condition->name);
    writer_put_string(w, METRIC_STATE, metric_state_name(condition->state));
    if (condition->state != METRIC_STATE_GOOD) {
        writer_put_string(w, METRIC_MESSAGE, condition->message);
        writer_put_string(w, METRIC_NEXT, condition->next);
    }
    writer_object_end(w);
}

static void put_conditions(const struct report *report, struct json_writer *w)
{
    writer_array_begin(w);
    for (size_t i = 0; i < N_CONDITIONS; i++)
        put_condition(&report->conditions[i], w);
    writer_array_end(w);
}

static void put_ends(const struct report *report, struct json_writer *w)
{
    writer_array_begin(w);
    for (size_t i = 0; i < report->expiries.n; i++) {
        const struct expiry *expiry = &report->expiries.items[i];

        writer_object_begin(w);
        writer_put_string(w, METRIC_KIND, auth_end_kind_name(expiry->kind));
        writer_put_string(w, METRIC_NAME, expiry->name);
        put_time(w, METRIC_END,
                 expiry->ends_s == INT64_MIN ? 0 : expiry->ends_s);
        writer_object_end(w);
    }
    writer_array_end(w);
}

static void put_latency(const char *method,
                        const struct metrics_latency *latency,
                        struct json_writer *w)
{
    const int64_t count = latency->count;
    int64_t n = 0;

    if (count == 0)
        return;
    writer_object_begin(w);
    writer_put_string(w, METRIC_METHOD, method);
    writer_put_int(w, METRIC_COUNT, count);
    writer_put_int(w, METRIC_SUM_US, latency->sum_us);
    writer_key(w, METRIC_BUCKETS);
    writer_array_begin(w);
    for (size_t i = 0; i < METRIC_N_BUCKETS; i++) {
        n += latency->buckets[i];
        writer_int(w, n < count ? n : count);
    }
    writer_array_end(w);
    writer_object_end(w);
}

static void put_latencies(const struct report *report, struct json_writer *w)
{
    const struct metrics_latency *latencies = report->view->metrics->latencies;
    const struct method_table *methods = report->methods;

    writer_array_begin(w);
    put_latency("other", &latencies[0], w);
    for (size_t i = 0; i < methods->n_rows && i < METRICS_METHODS_MAX; i++)
        put_latency(methods->rows[i].name, &latencies[i + 1], w);
    writer_array_end(w);
}

/* ---- Values that are a number ---- */

static int64_t waiting(const _Atomic size_t *n)
{
    return n ? (int64_t)*n : METRIC_ABSENT;
}

static int64_t keep_days(const struct settings *settings)
{
    return settings ? settings->config->audit_keep_ms / RETENTION_DAY_MS : 0;
}

static int64_t number_of(const struct report *report, enum metric metric)
{
    const struct metric_view *view = report->view;
    const struct metrics *metrics = view->metrics;

    switch (metric) {
    case METRIC_SESSIONS:
        return session_n_open();
    case METRIC_CONNECTIONS:
        return metrics->n_conns ? *metrics->n_conns : METRIC_ABSENT;
    case METRIC_GENERATION:
        return view->generation;
    case METRIC_QUEUED_CHANGES:
        return waiting(metrics->n_changes);
    case METRIC_QUEUED_READS:
        return waiting(metrics->n_reads);
    case METRIC_AUDIT_KEEP_DAYS:
        return keep_days(view->settings);
    case METRIC_KEYS_SKIPPED:
        return view->settings ? (int64_t)auth_keys_skipped(view->settings->auth)
                              : METRIC_ABSENT;
    case METRIC_PASSWORD_CHECKS_LATE:
        return report->pam.n_late;
    case METRIC_PASSWORD_WORKERS_REPLACED:
        return report->pam.n_replaced;
    case METRIC_SINCE:
    case METRIC_GENERATION_SINCE:
    case METRIC_STORE_SEEN:
    case METRIC_STORE_FREE:
    case METRIC_CHANGES_FAILED:
    case METRIC_CHANGES_TRIED:
    case METRIC_LONGEST_CHANGE_MS:
    case METRIC_CHANGE_FAILED:
    case METRIC_AUDIT_START:
    case METRIC_AUDIT_SINCE:
    case METRIC_AUDIT_RECORDS:
    case METRIC_ANCHORED:
    case METRIC_AUDIT_REMOVED:
    case METRIC_AUDIT_ARCHIVED:
    case METRIC_AUDIT_EXPORTED:
    case METRIC_RELOADS:
    case METRIC_RELOADS_FAILED:
    case METRIC_RELOADED:
        return metrics->numbers[metric];
    case METRIC_BUILD:
    case METRIC_TURNED_AWAY:
    case METRIC_LONGEST_HOLDS:
    case METRIC_CALLS:
    case METRIC_DECISIONS:
    case METRIC_SIGN_INS:
    case METRIC_CONDITIONS:
    case METRIC_ENDS:
    case METRIC_LATENCY:
    case N_METRICS:
        break;
    }
    return METRIC_ABSENT;
}

static void put_number(const struct report *report, enum metric metric,
                       struct json_writer *w)
{
    const struct metric_row *row = &metric_rows[metric];
    const int64_t number = number_of(report, metric);

    if (row->shape == METRIC_SHAPE_TIME)
        put_time(w, row->name, number);
    else if (row->shape == METRIC_SHAPE_TERM && number == 0)
        writer_put_string(w, row->name, NULL);
    else if (number != METRIC_ABSENT)
        writer_put_int(w, row->name, number);
}

static void put_numbers(const struct report *report, enum metric metric,
                        struct json_writer *w)
{
    const struct metrics *metrics = report->view->metrics;

    if (metric == METRIC_BUILD)
        put_build(w);
    else if (metric == METRIC_CALLS)
        put_calls(metrics, w);
    else if (metric == METRIC_DECISIONS)
        put_verdicts(metrics, w);
    else if (metric == METRIC_LONGEST_HOLDS)
        put_holds(metrics, w);
    else
        put_turned_away(metrics, w);
}

static void put_metric(const struct report *report, enum metric metric,
                       struct json_writer *w)
{
    const struct metric_row *row = &metric_rows[metric];

    switch (row->shape) {
    case METRIC_SHAPE_NUMBER:
    case METRIC_SHAPE_TIME:
    case METRIC_SHAPE_TERM:
        put_number(report, metric, w);
        break;
    case METRIC_SHAPE_BY_NAME:
        writer_key(w, row->name);
        put_numbers(report, metric, w);
        break;
    case METRIC_SHAPE_SIGN_INS:
        writer_key(w, row->name);
        put_sign_ins(report->view->metrics, w);
        break;
    case METRIC_SHAPE_CONDITIONS:
        writer_key(w, row->name);
        put_conditions(report, w);
        break;
    case METRIC_SHAPE_ENDS:
        writer_key(w, row->name);
        put_ends(report, w);
        break;
    case METRIC_SHAPE_HISTOGRAM:
        writer_key(w, row->name);
        put_latencies(report, w);
        break;
    }
}

void metric_report_put(const struct metric_view *view,
                       const struct method_table *methods,
                       struct json_writer *w)
{
    struct report report = {
        .view = view, .methods = methods, .pam = auth_pam_counts()};

    /* Those that memory is left for. */
    (void)!expiries_read(view->settings, view->now_s, &report.expiries);
    conditions_read(view, &report.expiries, report.conditions);
    for (int i = 0; i < N_METRICS; i++)
        put_metric(&report, (enum metric)i, w);
    expiries_clear(&report.expiries);
}
