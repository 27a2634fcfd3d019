/*
 * Which ways of signing in to try, and in which order.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "auth/auth.h"
#include "provider/client/address.h"

/* What there is to sign in with, and what the server said. */
struct mechanisms_situation {
    enum address_kind channel;
    bool has_certificate;
    bool has_token;
    bool offered[AUTH_N_MECHANISMS];
    enum auth_level minimum_level; /* NONE: the server did not say */
};

/*
 * First those that can reach the minimum level, then the others (an account
 * may be excluded from the minimum): certificate, token, Kerberos, the Unix
 * peer. PLAIN is never tried unasked. Answers how many stand in order_out.
 */
size_t mechanisms_order(const struct mechanisms_situation *situation,
                        enum auth_mechanism order_out[AUTH_N_MECHANISMS]);
