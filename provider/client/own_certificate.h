/*
 * Examines a certificate and its key before they are used.
 */
#pragma once

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

#include "provider/base/status.h"
#include "provider/client/failure.h"

struct own_certificate {
    STACK_OF(X509) * chain; /* owned; the client's own comes first */
    char issuer[256];       /* RFC 2253, as in policy files */
    char serial[64];        /* hex */
    int64_t from_s;
    int64_t until_s;
    bool is_for_clients;  /* has the clientAuth usage */
    bool is_key_readable; /* without a passphrase */
    bool is_key_its_own;  /* meaningful if it is readable */
    bool is_key_common;   /* readable by all users */
};

/* key may be NULL. What cannot be read is a failure with its cause. */
MUST_CHECK
enum status own_certificate_read(const char *certificate, const char *key,
                                 struct failure *failure,
                                 struct own_certificate *out);
void own_certificate_clear(struct own_certificate *own);

/* "CN=A,O=B", truncated to size. */
void certificate_name_write(const X509_NAME *name, char *out, size_t size);

/* INT64_MAX if it cannot be read. */
int64_t certificate_time_s(const ASN1_TIME *time);
