/*
 * What a client certificate must be beyond what the library asks of it.
 */
#pragma once

#include <openssl/ssl.h>

/* For SSL_CTX_set_cert_verify_callback(): the whole verification. memory is a
 * struct certificate_memory; NULL: judged anew whatever was found before. */
int certificate_check_chain(X509_STORE_CTX *context, void *memory);

/* The depth and strength that every chain is held to. */
void certificate_check_limit(X509_VERIFY_PARAM *param);
