/*
 * The TLS side of a link: records over memory buffers, the socket elsewhere.
 *
 * Bytes from the socket are fed in, bytes for the socket taken out; so no
 * write here can raise SIGPIPE, and waiting stays in one place.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/base/own.h"
#include "provider/client/link.h"
#include "provider/client/server_certificate.h"

struct tls;
MUST_CHECK
enum status tls_new(const struct link_config *config, struct failure *failure,
                    struct tls **tls_out);
void tls_free(struct tls *tls);
DEFINE_DROP(tls)

/* STATUS_OK: done. STATUS_END: take out, feed more, and call again. */
MUST_CHECK
enum status tls_handshake(struct tls *tls, struct failure *failure);

/* After the handshake: LINK_EXPORTER_BYTES. */
struct text tls_exporter(const struct tls *tls);

/* What the server showed, for messages. */
const struct server_certificate *tls_server(const struct tls *tls);

/* Does the server ask for certificates of this issuer? True, too, when it
 * does not say whose. */
bool tls_asks_for(const struct tls *tls, const X509_NAME *issuer);

MUST_CHECK
enum status tls_feed(struct tls *tls, struct text records);

/* Bytes for the socket, appended to out. */
void tls_take(struct tls *tls, struct buf *out);

/* Plain bytes in, records to take out afterwards. */
MUST_CHECK
enum status tls_write(struct tls *tls, struct text plain,
                      struct failure *failure);

/* Plain bytes that have arrived, appended to out; STATUS_END: the server
 * ended the connection. */
MUST_CHECK
enum status tls_read(struct tls *tls, struct buf *out, struct failure *failure);
