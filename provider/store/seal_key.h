/*
 * The key that seals a site's store: Ed25519, in a file out of reach of whoever
 * can write the database.
 *
 * The private half signs checkpoints, and the secret of the row seals is
 * derived from it; the public half suffices to verify checkpoints and audit.
 * Everything else goes through these functions, so that a key in a TPM or
 * behind PKCS #11 can replace it later.
 */
#pragma once

#include <stdbool.h>

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

enum {
    SEAL_KEY_ID_BYTES = 17, /* hexadecimal, NUL-terminated */
    SEAL_SIGNATURE_BYTES = 64,
    SEAL_SECRET_BYTES = 32,
};

/*
 * Creates a key at the path (0600) and its public half at PATH.pub; both are on
 * the disk when it returns. STATUS_CONFLICT: the file exists.
 */
MUST_CHECK
enum status seal_key_make(const char *path);

/* The same with the private half that there is, PEM: the first in the text.
 * STATUS_INVALID: it is no Ed25519 key. */
MUST_CHECK
enum status seal_key_put(const char *path, struct text pem);

/*
 * Either half, PEM, owned by this process's user or root. STATUS_INVALID for a
 * file of anybody else, a private key that others may read or write, a symbolic
 * link, or anything but Ed25519; STATUS_NOT_FOUND: no file.
 */
struct seal_key;
MUST_CHECK
enum status seal_key_open(const char *path, struct seal_key **key_out);

/* For verifying only: root may use the key of the provider's user. */
MUST_CHECK
enum status seal_key_open_to_look(const char *path, struct seal_key **key_out);
void seal_key_free(struct seal_key *key);
DEFINE_DROP(seal_key)

bool seal_key_is_private(const struct seal_key *key);
const char *seal_key_id(const struct seal_key *key); /* of the public half */

MUST_CHECK
enum status seal_key_sign(const struct seal_key *key, struct text message,
                          unsigned char signature_out[SEAL_SIGNATURE_BYTES]);
bool seal_key_fits(const struct seal_key *key, struct text message,
                   const unsigned char signature[SEAL_SIGNATURE_BYTES]);

/* A separate secret for each label; wiped by the caller. */
MUST_CHECK
enum status seal_key_derive(const struct seal_key *key, const char *label,
                            unsigned char secret_out[SEAL_SECRET_BYTES]);
