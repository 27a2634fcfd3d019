/*
 * Describes a server's certificate in messages.
 */
#pragma once

#include <openssl/x509.h>

#include "provider/client/failure.h"
#include "provider/client/server_key.h"

struct server_certificate {
    bool is_there;
    char names[256];  /* "a.example, 10.0.0.1": the names it is for */
    char issuer[256]; /* RFC 2253 */
    int64_t from_s;
    int64_t until_s;
    struct server_key key;
};

void server_certificate_read(X509 *certificate, struct server_certificate *out);

/* Is it only that nobody known vouches for it? verified is an X509_V_* code. */
bool server_certificate_is_unvouched(long verified);

/* Its key is not the one that is known. */
enum status server_certificate_refuse_key(
    const struct server_certificate *certificate,
    const struct server_key *known, const char *host, struct failure *failure);

/* Why it is not trusted; verified is an X509_V_* code. */
enum status server_certificate_refuse(
    const struct server_certificate *certificate, long verified,
    const char *host, const char *ca, struct failure *failure);
