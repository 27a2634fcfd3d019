/*
 * Metrics as a collector reads them: Prometheus' text format, version 0.0.4.
 */
#pragma once

#include <jansson.h>

#include "provider/base/buf.h"

/* metrics: the answer of server.metrics. Appends; what is missing is omitted.
 */
void metric_write_text(const json_t *metrics, struct buf *out);
