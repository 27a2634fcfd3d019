/*
 * The SASL mechanisms, one row each: everything that names, tries, offers or
 * answers them is generated from these rows.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "provider/base/identity.h"
#include "provider/base/text.h"

/* Of an exchange, on either side. */
enum {
    AUTH_MESSAGE_MAX_BYTES = 64 * 1024, /* one message */
    AUTH_STEPS_MAX = 8,
};

/*
 * ROW(id, name on the wire, side, form, bits of enum auth_method, the kind of
 * identity it proves, place in the order of trial over TLS, on a Unix socket)
 *
 * side: mechanism_SIDE_step and mechanism_SIDE_reach of the server
 * (mechanisms.h), step_SIDE of a client's message (client_sasl.c). form:
 * TICKET, a plugin of the library on the client's side; MESSAGE, one message of
 * our own; CHANNEL, what the connection has proved already.
 *
 * The order is among mechanisms that reach the same level. On a Unix socket
 * EXTERNAL is the peer's user id, which most sites do not map: a refusal would
 * only clutter the audit.
 */
#define AUTH_MECHANISM_ROWS(ROW)                                               \
    ROW(GSSAPI, "GSSAPI", kerberos, TICKET, 1u << AUTH_METHOD_KERBEROS,        \
        IDENTITY_KERBEROS, 2, 1)                                               \
    ROW(GSS_SPNEGO, "GSS-SPNEGO", kerberos, TICKET,                            \
        1u << AUTH_METHOD_KERBEROS, IDENTITY_KERBEROS, 3, 2)                   \
    ROW(EXTERNAL, "EXTERNAL", external, CHANNEL,                               \
        1u << AUTH_METHOD_CERTIFICATE | 1u << AUTH_METHOD_LOCAL,               \
        IDENTITY_CERTIFICATE_SERIAL, 0, 3)                                     \
    ROW(OAUTHBEARER, "OAUTHBEARER", bearer, MESSAGE, 1u << AUTH_METHOD_TOKEN,  \
        IDENTITY_TOKEN, 1, 0)                                                  \
    ROW(PLAIN, "PLAIN", plain, MESSAGE, 1u << AUTH_METHOD_PAM,                 \
        IDENTITY_KERBEROS, 4, 4)

enum auth_mechanism {
#define AUTH_MECHANISM_ID(id, name, side, form, methods, identity, on_tls,     \
                          on_unix)                                             \
    AUTH_##id,
    AUTH_MECHANISM_ROWS(AUTH_MECHANISM_ID)
#undef AUTH_MECHANISM_ID
        AUTH_N_MECHANISMS,
};

/* Names in the order of the enum: configuration, SASL. */
extern const char *const auth_mechanism_names[AUTH_N_MECHANISMS];

/* The orders of trial. */
extern const enum auth_mechanism auth_mechanisms_on_tls[AUTH_N_MECHANISMS];
extern const enum auth_mechanism auth_mechanisms_on_unix[AUTH_N_MECHANISMS];

/* Its name on the wire; "none" for AUTH_N_MECHANISMS. */
const char *auth_mechanism_name(enum auth_mechanism mechanism);

/* AUTH_N_MECHANISMS if there is none of that name (exact case). */
enum auth_mechanism auth_mechanism_read(struct text name);

/* " GSSAPI GSS-SPNEGO ..", for help. */
#define AUTH_MECHANISM_WORD(id, name, side, form, methods, identity, on_tls,   \
                            on_unix)                                           \
    " " name
#define AUTH_MECHANISM_WORDS AUTH_MECHANISM_ROWS(AUTH_MECHANISM_WORD)

/* The kind of identity it proves over TLS; on a Unix socket EXTERNAL proves
 * IDENTITY_LOCAL. */
enum identity_kind auth_mechanism_identity(enum auth_mechanism mechanism);

/* Presents a Kerberos ticket. */
bool auth_mechanism_is_ticket(enum auth_mechanism mechanism);
