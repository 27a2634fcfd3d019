/*
 * A device authorization grant at the issuer that host.conf names, RFC 8628: a
 * code for the user to confirm elsewhere, and a token once they have. The token
 * is not looked into here: the provider judges it.
 */
#pragma once

#include "auth/token/https_fetch.h"
#include "provider/host/device_message.h"
#include "provider/host/host_config.h"

struct device_grant {
    const struct host_config *config;
    struct https_fetcher *fetcher; /* owned */
    struct buf authorities;        /* PEM */
    struct device_places places;
    struct device_offer offer;
    int64_t interval_ms; /* between two questions */
    int64_t next_ms;     /* monotonic */
    int64_t ends_ms;
    int leash; /* borrowed: given up when something comes there */
};

/* Asks for the code. STATUS_INVALID: the issuer's answer is none.
 * STATUS_UNAVAILABLE, STATUS_END: there is none. The cause is logged. */
MUST_CHECK
enum status device_grant_open(const struct host_config *config, int leash,
                              struct device_grant *grant_out);
void device_grant_close(struct device_grant *grant); /* for SCOPED() */

/*
 * Asks for the token, no faster than the issuer wants, until it is there or
 * until_ms. DEVICE_PENDING: not yet, or the leash was pulled.
 */
enum device_answer device_grant_wait(struct device_grant *grant,
                                     int64_t until_ms,
                                     struct secret *token_out);
