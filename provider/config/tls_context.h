/*
 * The TLS context of one listener's connections: TLS 1.3 only, no tickets (no
 * resumption to re-check, T22), no early data (T20), no compression, no
 * renegotiation; the protocol name must be agreed, so that a browser cannot be
 * made to talk to the provider. A client of HTTPS need not name it, but cannot
 * name the other (provider/net/tls.h).
 */
#pragma once

#include <openssl/ssl.h>

#include "provider/config/config.h"

#define TLS_PROTOCOL     "smsprovider/1"
#define TLS_PROTOCOL_WEB "http/1.1"

/* signer: who holds the key; NULL: this process. why_out: a constant sentence,
 * or the library's text until the next call. */
MUST_CHECK
enum status tls_context_new(const struct config_listener *config,
                            struct signer *signer, SSL_CTX **context_out,
                            const char **why_out);
