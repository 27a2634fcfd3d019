/*
 * A text for the holder of a certificate alone: CMS (RFC 5652, RFC 5083), as
 * "openssl cms" reads and writes it, encrypted and authenticated with AES-256
 * in GCM.
 */
#pragma once

#include "provider/base/buf.h"

/* Both PEM. STATUS_INVALID: the certificate is none, or its key cannot be
 * encrypted to. */
MUST_CHECK
enum status envelope_seal(struct text plain, struct text certificate,
                          struct buf *out);

/* A key with a passphrase is asked for at the terminal. STATUS_INVALID: the key
 * is none, or another, or the text was changed; out is not to be used then. */
MUST_CHECK
enum status envelope_open(struct text sealed, struct text key, struct buf *out);
