#include "auth/auth.h"

#define NAME(id, name, side, form, methods, identity, on_tls, on_unix)         \
    [AUTH_##id] = name,
const char *const auth_mechanism_names[AUTH_N_MECHANISMS] = {
    AUTH_MECHANISM_ROWS(NAME)};

#define ON_TLS(id, name, side, form, methods, identity, on_tls, on_unix)       \
    [on_tls] = AUTH_##id,
const enum auth_mechanism auth_mechanisms_on_tls[AUTH_N_MECHANISMS] = {
    AUTH_MECHANISM_ROWS(ON_TLS)};

#define ON_UNIX(id, name, side, form, methods, identity, on_tls, on_unix)      \
    [on_unix] = AUTH_##id,
const enum auth_mechanism auth_mechanisms_on_unix[AUTH_N_MECHANISMS] = {
    AUTH_MECHANISM_ROWS(ON_UNIX)};

/* Every place of an order is used once. */
#define BIT_ON_TLS(id, name, side, form, methods, identity, on_tls, on_unix)   \
    +(1u << on_tls)
#define BIT_ON_UNIX(id, name, side, form, methods, identity, on_tls, on_unix)  \
    +(1u << on_unix)
_Static_assert(0u AUTH_MECHANISM_ROWS(BIT_ON_TLS) ==
                   (1u << AUTH_N_MECHANISMS) - 1,
               "each mechanism has a place of its own in the order over TLS");
_Static_assert(0u AUTH_MECHANISM_ROWS(BIT_ON_UNIX) ==
                   (1u << AUTH_N_MECHANISMS) - 1,
               "each mechanism has a place of its own on a Unix socket");

const char *auth_mechanism_name(enum auth_mechanism mechanism)
{
    return mechanism < AUTH_N_MECHANISMS ? auth_mechanism_names[mechanism]
                                         : "none";
}

enum auth_mechanism auth_mechanism_read(struct text name)
{
    for (size_t i = 0; i < AUTH_N_MECHANISMS; i++)
        if (text_equal(name, text_of(auth_mechanism_names[i])))
            return (enum auth_mechanism)i;
    return AUTH_N_MECHANISMS;
}

bool auth_mechanism_is_ticket(enum auth_mechanism mechanism)
{
    enum { TICKET, MESSAGE, CHANNEL };
#define FORM(id, name, side, form, methods, identity, on_tls, on_unix)         \
    [AUTH_##id] = form,
    static const unsigned char forms[AUTH_N_MECHANISMS] = {
        AUTH_MECHANISM_ROWS(FORM)};

    return mechanism < AUTH_N_MECHANISMS && forms[mechanism] == TICKET;
}

enum identity_kind auth_mechanism_identity(enum auth_mechanism mechanism)
{
#define IDENTITY(id, name, side, form, methods, identity, on_tls, on_unix)     \
    [AUTH_##id] = identity,
    static const enum identity_kind kinds[AUTH_N_MECHANISMS] = {
        AUTH_MECHANISM_ROWS(IDENTITY)};

    return mechanism < AUTH_N_MECHANISMS ? kinds[mechanism] : IDENTITY_NONE;
}

uint32_t auth_mechanisms_of(enum auth_method method)
{
#define METHODS(id, name, side, form, methods, identity, on_tls, on_unix)      \
    [AUTH_##id] = methods,
    static const uint32_t proven[AUTH_N_MECHANISMS] = {
        AUTH_MECHANISM_ROWS(METHODS)};
    uint32_t mechanisms = 0;

    for (unsigned i = 0; i < AUTH_N_MECHANISMS; i++)
        if (proven[i] & 1u << method)
            mechanisms |= 1u << i;
    return mechanisms;
}
