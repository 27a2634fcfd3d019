#include "provider/client/mechanisms.h"

/* What is available here, regardless of the server. */
static enum auth_level guess_reach(const struct mechanisms_situation *situation,
                                   enum auth_mechanism mechanism)
{
    switch (mechanism) {
    case AUTH_EXTERNAL:
        if (situation->channel == ADDRESS_UNIX)
            return AUTH_LEVEL_DOMAIN; /* the peer's user id */
        return situation->has_certificate ? AUTH_LEVEL_CERTIFICATE
                                          : AUTH_LEVEL_NONE;
    case AUTH_OAUTHBEARER:
        return situation->has_token ? AUTH_LEVEL_MFA : AUTH_LEVEL_NONE;
    case AUTH_GSSAPI:
        return AUTH_LEVEL_MFA; /* by the ticket's indicators, if any */
    case AUTH_GSS_SPNEGO:
        return situation->offered[AUTH_GSSAPI] ? AUTH_LEVEL_NONE
                                               : AUTH_LEVEL_MFA;
    case AUTH_PLAIN:
        if (!situation->can_ask)
            return AUTH_LEVEL_NONE;
        return situation->levels[AUTH_PLAIN] ? situation->levels[AUTH_PLAIN]
                                             : AUTH_LEVEL_DOMAIN;
    case AUTH_N_MECHANISMS:
        return AUTH_LEVEL_NONE;
    }
    return AUTH_LEVEL_NONE;
}

enum auth_level mechanisms_reach(const struct mechanisms_situation *situation,
                                 enum auth_mechanism mechanism)
{
    const enum auth_level said = situation->levels[mechanism];
    const enum auth_level guess = guess_reach(situation, mechanism);

    if (!situation->offered[mechanism] || situation->left_out & 1u << mechanism)
        return AUTH_LEVEL_NONE;
    return said != AUTH_LEVEL_NONE && said < guess ? said : guess;
}

static const enum auth_mechanism *preference_of(
    const struct mechanisms_situation *situation)
{
    return situation->channel == ADDRESS_UNIX ? auth_mechanisms_on_unix
                                              : auth_mechanisms_on_tls;
}

size_t mechanisms_reaching(const struct mechanisms_situation *situation,
                           enum auth_level level,
                           enum auth_mechanism order_out[AUTH_N_MECHANISMS])
{
    const enum auth_mechanism *preference = preference_of(situation);
    size_t n = 0;

    for (size_t i = 0; i < AUTH_N_MECHANISMS; i++) {
        if (mechanisms_reach(situation, preference[i]) >= level)
            order_out[n++] = preference[i];
    }
    return n;
}

size_t mechanisms_order(const struct mechanisms_situation *situation,
                        enum auth_mechanism order_out[AUTH_N_MECHANISMS])
{
    const enum auth_level least =
        situation->minimum_level ? situation->minimum_level : AUTH_LEVEL_DOMAIN;
    const enum auth_mechanism *preference = preference_of(situation);
    enum auth_mechanism password = AUTH_N_MECHANISMS;
    size_t n = mechanisms_reaching(situation, least, order_out);

    if (n > 0 && order_out[n - 1] == AUTH_PLAIN)
        password = order_out[--n];
    for (size_t i = 0; i < AUTH_N_MECHANISMS; i++) {
        const enum auth_level reach =
            mechanisms_reach(situation, preference[i]);

        if (reach != AUTH_LEVEL_NONE && reach < least &&
            preference[i] != AUTH_PLAIN)
            order_out[n++] = preference[i];
    }
    if (password == AUTH_PLAIN)
        order_out[n++] = password;
    return n;
}
