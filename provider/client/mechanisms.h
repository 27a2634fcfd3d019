/*
 * Chooses which mechanisms to try, and in which order.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "auth/mechanism_table.h"
#include "provider/base/level.h"
#include "provider/client/address.h"

/* The evidence available, and what the server said. */
struct mechanisms_situation {
    enum address_kind channel;
    bool has_certificate;
    bool has_token;
    bool can_ask; /* a user is there who may know a password */
    bool offered[AUTH_N_MECHANISMS];
    /* the highest level each can prove there; NONE: the server did not say */
    enum auth_level levels[AUTH_N_MECHANISMS];
    enum auth_level minimum_level; /* NONE: the server did not say */
    unsigned left_out;             /* bits of mechanisms not to try */
};

/* The highest level that a mechanism can prove from here; NONE: do not try
 * it. */
enum auth_level mechanisms_reach(const struct mechanisms_situation *situation,
                                 enum auth_mechanism mechanism);

/*
 * Orders those that can reach the minimum level first, then the others (an
 * account may be excluded from the minimum): certificate, token, Kerberos, the
 * Unix peer. PLAIN is last, and only if it reaches the minimum: a useless
 * password is never asked for. Returns the number in order_out.
 */
size_t mechanisms_order(const struct mechanisms_situation *situation,
                        enum auth_mechanism order_out[AUTH_N_MECHANISMS]);

/* Those among them that can reach a level. */
size_t mechanisms_reaching(const struct mechanisms_situation *situation,
                           enum auth_level level,
                           enum auth_mechanism order_out[AUTH_N_MECHANISMS]);
