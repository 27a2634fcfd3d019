#include "provider/call/metrics.h"

void metrics_open(struct metrics *metrics, const _Atomic int64_t *n_conns,
                  int64_t now_s)
{
    *metrics = (struct metrics){.n_conns = n_conns};
    metrics->numbers[METRIC_SINCE] = now_s;
}

void metrics_tally_call(struct metrics_tally *tally, enum rpc_error error)
{
    if (error < RPC_N_ERRORS)
        tally->calls[error]++;
}

void metrics_tally_sign_in(struct metrics_tally *tally,
                           enum auth_mechanism mechanism, bool is_accepted)
{
    if (mechanism >= AUTH_N_MECHANISMS)
        return;
    if (is_accepted)
        tally->accepted[mechanism]++;
    else
        tally->refused[mechanism]++;
}

void metrics_move(struct metrics_tally *from, struct metrics_tally *to)
{
    for (size_t i = 0; i < RPC_N_ERRORS; i++)
        to->calls[i] += from->calls[i];
    for (size_t i = 0; i < AUTH_N_MECHANISMS; i++) {
        to->accepted[i] += from->accepted[i];
        to->refused[i] += from->refused[i];
    }
    *from = (struct metrics_tally){0};
}

void metrics_take(struct metrics *metrics, struct metrics_tally *tally)
{
    for (size_t i = 0; metrics && i < RPC_N_ERRORS; i++)
        if (tally->calls[i])
            metrics->calls[i] += tally->calls[i];
    for (size_t i = 0; metrics && i < AUTH_N_MECHANISMS; i++) {
        if (tally->accepted[i])
            metrics->accepted[i] += tally->accepted[i];
        if (tally->refused[i])
            metrics->refused[i] += tally->refused[i];
    }
    *tally = (struct metrics_tally){0};
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
