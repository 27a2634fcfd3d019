#include "provider/daemon/metrics.h"

void metrics_open(struct metrics *metrics, const _Atomic int64_t *n_conns,
                  int64_t now_s)
{
    *metrics = (struct metrics){.began_at_s = now_s, .n_conns = n_conns};
}

void metrics_count_call(struct metrics *metrics, enum rpc_error error)
{
    if (metrics && error < RPC_N_ERRORS)
        metrics->calls[error]++;
}

void metrics_count_sign_in(struct metrics *metrics,
                           enum auth_mechanism mechanism, bool is_accepted)
{
    if (!metrics || mechanism >= AUTH_N_MECHANISMS)
        return;
    if (is_accepted)
        metrics->accepted[mechanism]++;
    else
        metrics->refused[mechanism]++;
}

void metrics_count_reload(struct metrics *metrics, bool is_good, int64_t now_s)
{
    metrics->n_reloads++;
    if (!is_good)
        metrics->n_reloads_failed++;
    metrics->reloaded_at_s = now_s;
}
