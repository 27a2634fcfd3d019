/*
 * TLS 1.3 over a connection's bytes.
 *
 * Received bytes are lent to the library from the loop's scratch, what it wants
 * sent is appended to the connection's own outbox. What is negotiated is the
 * context's (provider/config/tls_context.h).
 */
#pragma once

#include <openssl/ssl.h>

#include "provider/base/buf.h"

/* One connection's end. */
struct tls {
    SSL *ssl;               /* owned */
    struct text input;      /* lent, see tls_lend */
    struct buf *output;     /* borrowed: what is to be sent is appended */
    bool is_ready;          /* the handshake is done */
    bool is_flooded;        /* by updates of its keys: it is over */
    unsigned n_key_updates; /* of what was lent last */
};

/* The struct must stay where it is, and so must the output buffer. */
MUST_CHECK
enum status tls_open(struct tls *tls, SSL_CTX *context, struct buf *output);
void tls_close(struct tls *tls);

/* Lends received bytes to the calls that follow, until they are used up. */
void tls_lend(struct tls *tls, struct text input);

/* STATUS_OK: done. STATUS_END: needs more bytes. Else: over. */
MUST_CHECK
enum status tls_handshake(struct tls *tls);

/* Bytes of plain text into room[size]; STATUS_END: none left of the input.
 * STATUS_UNAVAILABLE: closed or broken. */
MUST_CHECK
enum status tls_read(struct tls *tls, char *room, size_t size, size_t *n_out);

MUST_CHECK
enum status tls_write(struct tls *tls, struct text plain);

/* Says goodbye. */
void tls_shutdown(struct tls *tls);
