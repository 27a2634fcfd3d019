/*
 * Requirements on a client certificate beyond those of the library.
 */
#pragma once

#include <stdbool.h>

#include <openssl/ssl.h>

/* For SSL_CTX_set_cert_verify_callback(): the whole verification. memory is a
 * struct certificate_memory; NULL: no cache. */
int certificate_check_chain(X509_STORE_CTX *context, void *memory);

/* The maximum depth and minimum strength of every chain. */
void certificate_check_limit(X509_VERIFY_PARAM *param);

/* Long enough, of a known kind, and not one of the broken RSA keys? */
bool certificate_has_strong_key(X509 *certificate);
