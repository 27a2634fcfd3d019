/*
 * Cyrus SASL, client side: the stock Kerberos mechanisms from their fixed
 * directory, EXTERNAL, and own OAUTHBEARER and PLAIN.
 */
#pragma once

#include <sasl/sasl.h>

#include "provider/base/secret.h"

/* What the mechanisms of one connection send; owned by the client. */
struct client_secrets {
    char *user; /* "" when none was given */
    struct secret token;
    struct secret password;
};

/* Once per process; later calls return its result. */
MUST_CHECK
enum status client_sasl_open(void);

/* Fills callbacks[4]; both must stay in place. */
void client_sasl_callbacks(struct client_secrets *secrets,
                           sasl_callback_t callbacks[]);
