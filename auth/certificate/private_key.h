/*
 * Reads a private key from a PEM file of the operator.
 */
#pragma once

#include <openssl/evp.h>

#include "provider/base/own.h"
#include "provider/base/status.h"

/* For SCOPED(private_key_drop) EVP_PKEY *key = NULL; */
void private_key_drop(EVP_PKEY **key);

/*
 * One of an intact file, which may have certificates too; given to the caller.
 * While a certificate is renewed its file has two: the one that belongs to the
 * public key wanted is taken, else the first. wanted NULL: there may be one
 * only. why_out: borrowed, as of why_format().
 */
MUST_CHECK
enum status private_key_read(const char *path, const EVP_PKEY *wanted,
                             EVP_PKEY **key_out, const char **why_out);
