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
    bool can_ask; /* somebody waits who may know a password */
    bool offered[AUTH_N_MECHANISMS];
    /* The most each can prove there; NONE: the server did not say. */
    enum auth_level levels[AUTH_N_MECHANISMS];
    enum auth_level minimum_level; /* NONE: the server did not say */
    unsigned left_out;             /* bits of mechanisms not to try */
};

/* The most that a mechanism can prove from here; NONE: not to be tried. */
enum auth_level mechanisms_reach(const struct mechanisms_situation *situation,
                                 enum auth_mechanism mechanism);

/*
 * First those that can reach the minimum level, then the others (an account
 * may be excluded from the minimum): certificate, token, Kerberos, the Unix
 * peer. PLAIN is the last, and only where it reaches the minimum: a password
 * is not asked for in vain. Answers how many stand in order_out.
 */
size_t mechanisms_order(const struct mechanisms_situation *situation,
                        enum auth_mechanism order_out[AUTH_N_MECHANISMS]);

/* Of these, the ones that can reach a level. */
size_t mechanisms_reaching(const struct mechanisms_situation *situation,
                           enum auth_level level,
                           enum auth_mechanism order_out[AUTH_N_MECHANISMS]);
