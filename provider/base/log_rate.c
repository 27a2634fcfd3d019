#include "provider/base/log_rate.h"

#include <stdatomic.h>

#include "provider/base/clock.h"

bool log_rate_pass(struct log_rate *rate, int64_t now_ms,
                   uint64_t *n_left_out_out)
{
    int64_t next_ms = rate->next_ms;

    if (now_ms < next_ms ||
        !atomic_compare_exchange_strong(&rate->next_ms, &next_ms,
                                        now_ms + LOG_RATE_MS)) {
        rate->n_left_out++;
        return false;
    }
    *n_left_out_out = atomic_exchange(&rate->n_left_out, 0);
    return true;
}

int64_t log_rate_now_ms(void)
{
    return clock_mono_ms();
}
