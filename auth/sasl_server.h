/*
 * Cyrus SASL, server side, with nothing from disk: no plugin files, no
 * configuration files, no environment; EXTERNAL is built in and the other
 * mechanisms are our own (T13, T19).
 */
#pragma once

#include "auth/exchange.h"

/* Once per process, from the main thread; later calls return its result. */
MUST_CHECK
enum status sasl_server_open(void);

/*
 * The library's connection for an exchange. The exchange must stay in place:
 * the library keeps pointers into it until sasl_dispose().
 */
MUST_CHECK
enum status sasl_server_connect(struct auth_exchange *exchange);
