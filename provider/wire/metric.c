#include "provider/wire/metric.h"

#define METRIC_ROW(id, shape, name, collected, type, label, help)              \
    [METRIC_##id] = {METRIC_SHAPE_##shape, name, collected, type, label, help},

const struct metric_row metric_rows[N_METRICS] = {METRIC_ROWS(METRIC_ROW)};
