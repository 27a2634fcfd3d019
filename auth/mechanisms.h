/*
 * Our own mechanisms: one step each, on the exchange (auth/exchange.h).
 */
#pragma once

#include "auth/exchange.h"

/* GSSAPI and GSS-SPNEGO. */
enum auth_progress mechanism_kerberos_step(struct auth_exchange *exchange,
                                           struct text in, struct buf *out);

/* OAUTHBEARER (RFC 7628). */
enum auth_progress mechanism_bearer_step(struct auth_exchange *exchange,
                                         struct text in, struct buf *out);

/* PLAIN (RFC 4616), toward PAM. */
enum auth_progress mechanism_plain_step(struct auth_exchange *exchange,
                                        struct text in, struct buf *out);

/* What a stack of that level proves. */
uint32_t mechanism_plain_facts(enum auth_level level);
