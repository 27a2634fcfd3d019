#include "provider/call/metrics.h"

#include <string.h>

void metrics_open(struct metrics *metrics, const _Atomic int64_t *n_conns,
                  int64_t now_s)
{
    memset(metrics, 0, sizeof(*metrics));
    metrics->n_conns = n_conns;
    metrics->numbers[METRIC_SINCE] = now_s;
}

void metrics_tally_call(struct metrics_tally *tally, enum rpc_error error)
{
    if (error < RPC_N_ERRORS)
        tally->calls[error]++;
}

void metrics_tally_verdict(struct metrics_tally *tally,
                           enum gate_verdict verdict)
{
    if (verdict < GATE_N_VERDICTS)
        tally->verdicts[verdict]++;
}

void metrics_tally_sign_in(struct metrics_tally *tally,
                           enum auth_mechanism mechanism, enum auth_level level)
{
    if (mechanism >= AUTH_N_MECHANISMS || (int)level >= METRICS_N_LEVELS)
        return;
    if (level > AUTH_LEVEL_NONE)
        tally->accepted[mechanism][level]++;
    else
        tally->refused[mechanism]++;
}

/* Every counter of a tally, and where it is counted. */
static void add(_Atomic int64_t *to, const uint32_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (from[i])
            to[i] += from[i];
}

static void move(uint32_t *to, const uint32_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += from[i];
}

void metrics_move(struct metrics_tally *from, struct metrics_tally *to)
{
    move(to->calls, from->calls, RPC_N_ERRORS);
    move(to->verdicts, from->verdicts, GATE_N_VERDICTS);
    move(to->accepted[0], from->accepted[0],
         AUTH_N_MECHANISMS * METRICS_N_LEVELS);
    move(to->refused, from->refused, AUTH_N_MECHANISMS);
    if (from->method)
        to->method = from->method;
    *from = (struct metrics_tally){0};
}

void metrics_take(struct metrics *metrics, struct metrics_tally *tally)
{
    if (metrics) {
        add(metrics->calls, tally->calls, RPC_N_ERRORS);
        add(metrics->verdicts, tally->verdicts, GATE_N_VERDICTS);
        add(metrics->accepted[0], tally->accepted[0],
            AUTH_N_MECHANISMS * METRICS_N_LEVELS);
        add(metrics->refused, tally->refused, AUTH_N_MECHANISMS);
    }
    *tally = (struct metrics_tally){0};
}

void metrics_count_latency(struct metrics *metrics, size_t method, int64_t us)
{
    struct metrics_latency *latency;
    size_t bucket = 0;

    if (!metrics)
        return;
    latency = &metrics->latencies[method <= METRICS_METHODS_MAX ? method : 0];
    while (bucket < METRIC_N_BUCKETS && us > metric_bucket_us[bucket])
        bucket++;
    if (bucket < METRIC_N_BUCKETS)
        latency->buckets[bucket]++;
    latency->count++;
    latency->sum_us += us;
}

const char *metrics_turned_away_name(enum metrics_turned_away cause)
{
    static const char *const names[METRICS_N_TURNED_AWAY] = {
        [METRICS_NO_DESCRIPTOR] = "descriptors",
        [METRICS_NO_MEMORY] = "memory",
        [METRICS_NO_ROOM] = "limit",
        [METRICS_NO_PLACE] = "user_limit",
    };

    return names[cause];
}

void metrics_count_turned_away(struct metrics *metrics,
                               enum metrics_turned_away cause)
{
    if (metrics)
        metrics->turned_away[cause]++;
}

void metrics_add(struct metrics *metrics, enum metric metric, int64_t n)
{
    if (metrics)
        metrics->numbers[metric] += n;
}

void metrics_count_reload(struct metrics *metrics, bool is_good, int64_t now_s)
{
    metrics->numbers[METRIC_RELOADS]++;
    if (!is_good)
        metrics->numbers[METRIC_RELOADS_FAILED]++;
    metrics->numbers[METRIC_RELOADED] = now_s;
    metrics->is_reload_refused = !is_good;
}

void metrics_note_writer(struct metrics *metrics, bool is_committed,
                         int64_t now_s, int64_t now_ms)
{
    if (!metrics)
        return;
    metrics->writer_seen_ms = now_ms;
    if (!is_committed)
        return;
    metrics->numbers[METRIC_STORE_SEEN] = now_s;
    metrics->store_seen_ms = now_ms;
}

void metrics_set(struct metrics *metrics, enum metric metric, int64_t value)
{
    if (metrics)
        metrics->numbers[metric] = value;
}

const char *metrics_hold_name(enum metrics_hold hold)
{
    static const char *const names[METRICS_N_HOLDS] = {
        [METRICS_HOLD_ACT] = "act",
        [METRICS_HOLD_COMMIT] = "commit",
        [METRICS_HOLD_KEEPING] = "keeping",
        [METRICS_HOLD_DELETION] = "deletion",
        [METRICS_HOLD_SCHEDULE] = "schedule",
        [METRICS_HOLD_ARRIVALS] = "arrivals",
        [METRICS_HOLD_QUERIES] = "queries",
        [METRICS_HOLD_MEMBERS] = "members",
        [METRICS_HOLD_LABELS] = "labels",
    };

    return names[hold];
}

void metrics_count_step(struct metrics *metrics, enum metrics_hold hold,
                        int64_t us)
{
    if (metrics && us > metrics->longest_us[hold])
        metrics->longest_us[hold] = us;
}

void metrics_count_hold(struct metrics *metrics, int64_t ms)
{
    if (metrics && ms > metrics->numbers[METRIC_LONGEST_CHANGE_MS])
        metrics->numbers[METRIC_LONGEST_CHANGE_MS] = ms;
}

void metrics_count_failed(struct metrics *metrics, int64_t now_s)
{
    if (!metrics)
        return;
    metrics->numbers[METRIC_CHANGES_FAILED]++;
    metrics->numbers[METRIC_CHANGE_FAILED] = now_s;
}
