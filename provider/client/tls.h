/*
 * The TLS side of a link: records in memory buffers, the socket elsewhere.
 *
 * Bytes from the socket are fed in, bytes for the socket are taken out; so no
 * write here can raise SIGPIPE, and waiting is done in one place.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/base/own.h"
#include "provider/client/link_private.h"
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

/* The server's certificate, for messages. */
const struct server_certificate *tls_server(const struct tls *tls);

/* Does the server ask for certificates of this issuer? Also true if it does not
 * name issuers. */
bool tls_asks_for(const struct tls *tls, const X509_NAME *issuer);

MUST_CHECK
enum status tls_feed(struct tls *tls, struct text records);

/* Appends bytes for the socket to out. */
void tls_take(struct tls *tls, struct buf *out);

/* Takes plain bytes; take the records out afterwards. */
MUST_CHECK
enum status tls_write(struct tls *tls, struct text plain,
                      struct failure *failure);

/* Appends received plain bytes to out; STATUS_END: the server ended the
 * connection. */
MUST_CHECK
enum status tls_read(struct tls *tls, struct buf *out, struct failure *failure);

/* What a link needs of it. */
extern const struct link_records tls_records;
