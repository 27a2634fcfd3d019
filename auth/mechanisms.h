/*
 * The server's side of each mechanism: one step, on the exchange
 * (auth/exchange.h), and what it can reach. Named by auth/mechanism_table.h.
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

/*
 * The highest level each proves as configured; NONE: not configured. EXTERNAL's
 * step is the library's own.
 */
enum auth_level mechanism_kerberos_reach(const struct auth *auth);
enum auth_level mechanism_bearer_reach(const struct auth *auth);
enum auth_level mechanism_plain_reach(const struct auth *auth);
enum auth_level mechanism_external_reach(const struct auth *auth);
#define mechanism_external_step NULL

/* The level that PAM is configured to prove. */
uint32_t mechanism_plain_facts(enum auth_level level);
