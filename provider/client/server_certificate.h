/*
 * Describes a server's certificate in messages.
 */
#pragma once

#include <openssl/x509.h>

#include "provider/client/failure.h"

struct server_certificate {
    bool is_there;
    char names[256];  /* "a.example, 10.0.0.1": the names it is for */
    char issuer[256]; /* RFC 2253 */
    int64_t from_s;
    int64_t until_s;
};

void server_certificate_read(X509 *certificate, struct server_certificate *out);

/* Why it is not trusted; verified is an X509_V_* code. */
enum status server_certificate_refuse(
    const struct server_certificate *certificate, long verified,
    const char *host, const char *ca, struct failure *failure);
