/*
 * What the provider has counted since it began.
 */
#pragma once

#include "provider/smsctl/console.h"

/* The only verb that knows -o prometheus. */
enum smsclient_result verb_metrics(struct console *console);

/* What the provider tells root of its host without a sign-in. */
enum smsclient_result verb_status(struct console *console);

/* The answer of server.metrics in the text format of Prometheus. */
void metrics_write_prometheus(const json_t *metrics, struct buf *out);
