/*
 * TLS 1.3 over a connection's bytes.
 *
 * Received bytes are lent to the library from the loop's scratch; its output is
 * appended to the connection's own outbox. The context decides what is
 * negotiated (provider/config/tls_context.h).
 */
#pragma once

#include <openssl/ssl.h>

#include "provider/base/buf.h"

/* One connection's end. */
struct tls {
    SSL *ssl;               /* owned */
    struct text input;      /* lent, see tls_lend */
    struct buf *output;     /* borrowed: output is appended */
    bool is_ready;          /* the handshake is done */
    bool is_web;            /* no protocol need be named: it is HTTP */
    bool is_flooded;        /* too many key updates: the connection ends */
    unsigned n_key_updates; /* of what was lent last */
};

/* The struct must stay in place, and so must the output buffer. */
MUST_CHECK
enum status tls_open(struct tls *tls, SSL_CTX *context, struct buf *output);
void tls_close(struct tls *tls);

/* Lends received bytes to the following calls, until they are used up. */
void tls_lend(struct tls *tls, struct text input);

/* STATUS_OK: done. STATUS_END: needs more bytes. Else: over. */
MUST_CHECK
enum status tls_handshake(struct tls *tls);

/* Plain bytes into room[size]; STATUS_END: no input left. STATUS_UNAVAILABLE:
 * closed or broken. */
MUST_CHECK
enum status tls_read(struct tls *tls, char *room, size_t size, size_t *n_out);

MUST_CHECK
enum status tls_write(struct tls *tls, struct text plain);

/* Sends close_notify. */
void tls_shutdown(struct tls *tls);
