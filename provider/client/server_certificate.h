/*
 * The certificate that a server shows, in the words of a message.
 */
#pragma once

#include <openssl/x509.h>

#include "provider/client/failure.h"

struct server_certificate {
    bool is_there;
    char names[256];  /* "a.example, 10.0.0.1": whom it is for */
    char issuer[256]; /* RFC 2253 */
    int64_t from_s;
    int64_t until_s;
};

void server_certificate_read(X509 *certificate, struct server_certificate *out);

/* Why it is not to be trusted; verified is of X509_V_*. */
enum status server_certificate_refuse(
    const struct server_certificate *certificate, long verified,
    const char *host, const char *ca, struct failure *failure);
