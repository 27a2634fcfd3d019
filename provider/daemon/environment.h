/*
 * The environment accepted from the provider's caller: systemd's variables for
 * a service, and nothing else (T19). Libraries read their environment late and
 * load code from where it points (GSS_MECH_CONFIG, OPENSSL_CONF,
 * OPENSSL_MODULES, SASL_PATH, KRB5_CONFIG), so everything that is not on the
 * list is removed before any of them runs.
 */
#pragma once

#include <stdbool.h>

/* In the first line of main, while there is one thread. False: it could not be
 * cleared, and nothing else may run. */
bool environment_clear(void);
