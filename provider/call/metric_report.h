/*
 * All metrics as members of a JSON object, by the table of the wire.
 */
#pragma once

#include "provider/base/json_writer.h"
#include "provider/call/condition.h"
#include "provider/call/method.h"

/* The object must be open. methods: whose latency is counted. */
void metric_report_put(const struct metric_view *view,
                       const struct method_table *methods,
                       struct json_writer *w);
