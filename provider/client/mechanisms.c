#include "provider/client/mechanisms.h"

enum { N_PREFERENCES = 4 };

/* The order of trial among mechanisms that reach equally. On a Unix socket
 * EXTERNAL is the peer's user id, which most sites do not map: a refusal
 * there would stand in the audit for nothing. */
static const enum auth_mechanism on_tls[N_PREFERENCES] = {
    AUTH_EXTERNAL, AUTH_OAUTHBEARER, AUTH_GSSAPI, AUTH_GSS_SPNEGO};
static const enum auth_mechanism on_unix[N_PREFERENCES] = {
    AUTH_OAUTHBEARER, AUTH_GSSAPI, AUTH_GSS_SPNEGO, AUTH_EXTERNAL};

/* The most that this mechanism can prove from here; NONE: not to be tried. */
static enum auth_level reach_of(const struct mechanisms_situation *situation,
                                enum auth_mechanism mechanism)
{
    if (!situation->offered[mechanism])
        return AUTH_LEVEL_NONE;
    switch (mechanism) {
    case AUTH_EXTERNAL:
        if (situation->channel == ADDRESS_UNIX)
            return AUTH_LEVEL_DOMAIN; /* the peer's user id */
        return situation->has_certificate ? AUTH_LEVEL_CERTIFICATE
                                          : AUTH_LEVEL_NONE;
    case AUTH_OAUTHBEARER:
        return situation->has_token ? AUTH_LEVEL_MFA : AUTH_LEVEL_NONE;
    case AUTH_GSSAPI:
        return AUTH_LEVEL_MFA; /* by the ticket's indicators, if it has any */
    case AUTH_GSS_SPNEGO:
        return situation->offered[AUTH_GSSAPI] ? AUTH_LEVEL_NONE
                                               : AUTH_LEVEL_MFA;
    case AUTH_PLAIN:
    case AUTH_N_MECHANISMS:
        return AUTH_LEVEL_NONE;
    }
    return AUTH_LEVEL_NONE;
}

size_t mechanisms_order(const struct mechanisms_situation *situation,
                        enum auth_mechanism order_out[AUTH_N_MECHANISMS])
{
    const enum auth_level least =
        situation->minimum_level ? situation->minimum_level : AUTH_LEVEL_DOMAIN;
    const enum auth_mechanism *preference =
        situation->channel == ADDRESS_UNIX ? on_unix : on_tls;
    size_t n = 0;

    for (size_t i = 0; i < N_PREFERENCES; i++) {
        if (reach_of(situation, preference[i]) >= least)
            order_out[n++] = preference[i];
    }
    for (size_t i = 0; i < N_PREFERENCES; i++) {
        const enum auth_level reach = reach_of(situation, preference[i]);

        if (reach != AUTH_LEVEL_NONE && reach < least)
            order_out[n++] = preference[i];
    }
    return n;
}
