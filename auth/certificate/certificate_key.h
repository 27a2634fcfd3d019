/*
 * A certificate's key, which identifies an authority: names are not unique
 * (T28).
 */
#pragma once

#include <openssl/x509.h>

#include "provider/base/status.h"

enum {
    CERTIFICATE_KEY_BYTES = 32,
    CERTIFICATE_KEY_CHARS = 2 * CERTIFICATE_KEY_BYTES,
};

/* SHA-256 of the SubjectPublicKeyInfo, in upper-case hex and a NUL. */
MUST_CHECK
enum status certificate_key_hash(X509 *certificate,
                                 char hex_out[CERTIFICATE_KEY_CHARS + 1]);
