#include "provider/wire/metric.h"

#define METRIC_ROW(id, shape, name, collected, type, label, help)              \
    [METRIC_##id] = {METRIC_SHAPE_##shape, name, collected, type, label, help},

const struct metric_row metric_rows[N_METRICS] = {METRIC_ROWS(METRIC_ROW)};

const long metric_bucket_us[METRIC_N_BUCKETS] = {
    50,    100,   250,    500,    1000,    2500,    5000,
    10000, 25000, 100000, 250000, 1000000, 5000000, 30000000};

const char *metric_state_name(enum metric_state state)
{
    static const char *const names[METRIC_N_STATES] = {
        [METRIC_STATE_GOOD] = "good",
        [METRIC_STATE_WARNING] = "warning",
        [METRIC_STATE_FAILED] = "failed",
    };

    return state < METRIC_N_STATES ? names[state] : "failed";
}
