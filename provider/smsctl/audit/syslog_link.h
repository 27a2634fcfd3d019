/*
 * A connection to a receiver of syslog over TLS (RFC 5425).
 *
 * That protocol has no answers: what was sent is not known to have arrived. But
 * TCP tells when the receiver's system has taken it, and the end of a
 * connection tells more: a system whose process had not read all that was there
 * resets the connection, and else it ends in order.
 */
#pragma once

#include <openssl/ssl.h>

#include "provider/base/own.h"
#include "provider/base/text.h"

struct syslog_link;
void syslog_link_free(struct syslog_link *link);
DEFINE_DROP(syslog_link)

/* host: as the certificate must have it. why[256]: a sentence on failure. */
MUST_CHECK
enum status syslog_link_open(SSL_CTX *context, const char *host,
                             const char *port, char why[256],
                             struct syslog_link **link_out);

/* Waits for as long as the receiver is there. STATUS_UNAVAILABLE: it broke. */
MUST_CHECK
enum status syslog_link_send(struct syslog_link *link, struct text bytes);

/* Waits until the receiver's system has taken all of it. */
MUST_CHECK
enum status syslog_link_settle(struct syslog_link *link);

/*
 * Ends the sending, and waits for the receiver to end the connection too.
 * STATUS_OK: its process has read all. STATUS_END: it leaves the connection
 * open. STATUS_UNAVAILABLE: it broke. It is to be freed in any case.
 */
MUST_CHECK
enum status syslog_link_end(struct syslog_link *link);
