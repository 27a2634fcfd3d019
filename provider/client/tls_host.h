/* Whom a certificate must be for: one rule for whatever is connected to. */
#pragma once

#include <openssl/ssl.h>

#include "provider/base/status.h"

/* host: a DNS name, which the server is told too, or an IP address. */
MUST_CHECK
enum status tls_expect_host(SSL *ssl, const char *host);
