/*
 * A certificate authority inside a test: its own key, certificates and
 * revocation lists as asked for, whole or with one thing wrong.
 */
#pragma once

#include <openssl/x509.h>

#include "provider/base/buf.h"

struct authority {
    X509 *certificate;
    EVP_PKEY *key;
    long last_serial;
};

/* Self-signed, or by another; with extensions of their own beside those. */
struct authority_extension {
    int nid;
    const char *value; /* as in OpenSSL's configuration */
};

void authority_make(struct authority *authority, const char *name,
                    struct authority *issuer,
                    const struct authority_extension *extra, size_t n_extra);
void authority_clear(struct authority *authority);

/* A client's certificate; the key is given too. */
X509 *authority_issue(struct authority *authority, const char *name,
                      const struct authority_extension *extra, size_t n_extra,
                      EVP_PKEY **key_out);

struct authority_list {
    const X509 *const *revoked; /* [n_revoked] */
    size_t n_revoked;
    long ended_s;      /* since its time was over; 0: it is not */
    long age_s;        /* since it was made */
    long number_less;  /* below what its age makes its number */
    long delta_of;     /* 0: complete */
    const char *point; /* of its issuing distribution point; NULL: none */
    int unknown;       /* an extension nobody knows: 1 plain, 2 critical */
    int unknown_entry; /* the same of its first entry */
    bool of_another;   /* its first entry names another authority */
    bool is_weak;      /* signed by SHA-1 */
};

X509_CRL *authority_list(struct authority *authority,
                         const struct authority_list *list);

void authority_write_certificate(struct buf *out, X509 *certificate);
void authority_write_list(struct buf *out, X509_CRL *list);
void authority_write_key(struct buf *out, EVP_PKEY *key);

/* The file, of mode 0600. */
void authority_put(const char *path, struct text text);
