/*
 * The listener for monitoring (metrics: in provider.yaml): plain HTTP on a
 * loopback address or a Unix socket, without sign-in.
 *
 *     GET /metrics   every number of server.metrics, for Prometheus
 *     GET /healthz   200 as long as the provider is alive
 *     GET /readyz    200 if no vital condition has failed
 *
 * It is answered by a thread of its own, from counters alone: no page touches
 * the store, a session or an object, none names a user, and a collector delays
 * nobody. HTTP is the library's (libmicrohttpd); what is not one of these pages
 * is refused, as is a request by another host's name, which a browser would
 * send for a hostile page.
 */
#pragma once

#include "provider/net/service.h"

struct monitor;

/*
 * Binds the listener. The service is borrowed until monitor_free(). STATUS_OK
 * with NULL: none is configured.
 */
MUST_CHECK
enum status monitor_open(struct service *service, struct monitor **monitor_out);

/* Answers from now on; accepts NULL. */
MUST_CHECK
enum status monitor_start(struct monitor *monitor);

/* Closes it; accepts NULL. */
void monitor_free(struct monitor *monitor);
DEFINE_DROP(monitor)
