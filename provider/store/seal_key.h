/*
 * The key that a site's store is sealed with: Ed25519, in a file that whoever
 * can write the database does not have.
 *
 * The private half signs checkpoints and is what the secret of the row seals
 * is derived from; the public half is enough to check checkpoints and audit.
 * Everything else asks through these functions, so that a key in a TPM or
 * behind PKCS #11 can stand here later.
 */
#pragma once

#include <stdbool.h>

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

enum {
    SEAL_KEY_ID_BYTES = 17, /* hexadecimal, with its NUL */
    SEAL_SIGNATURE_BYTES = 64,
    SEAL_SECRET_BYTES = 32,
};

/*
 * Makes a key at the path (0600) and its public half at PATH.pub; both are on
 * the disk when it returns. STATUS_CONFLICT: there is a file already.
 */
MUST_CHECK
enum status seal_key_make(const char *path);

/*
 * Either half, PEM, of this process's own user or root. STATUS_INVALID for a
 * file of anybody else, a private key that others may read or write, a symbolic
 * link, or anything but Ed25519; STATUS_NOT_FOUND: no file.
 */
struct seal_key;
MUST_CHECK
enum status seal_key_open(const char *path, struct seal_key **key_out);

/* To verify only: root may look by the key of whoever runs the provider. */
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

/* A secret of its own for each label; wiped by the caller. */
MUST_CHECK
enum status seal_key_derive(const struct seal_key *key, const char *label,
                            unsigned char secret_out[SEAL_SECRET_BYTES]);
