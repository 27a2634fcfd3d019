/*
 * Counters of the provider since it started.
 */
#pragma once

#include "provider/smsctl/console.h"

/* The only verb with -o prometheus. */
enum smsclient_result verb_metrics(struct console *console);

/* The status that root of the provider's host gets without a sign-in. */
enum smsclient_result verb_status(struct console *console);

/* The answer of server.metrics in the text format of Prometheus. */
void metrics_write_prometheus(const json_t *metrics, struct buf *out);
