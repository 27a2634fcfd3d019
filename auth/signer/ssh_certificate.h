/*
 * User certificates of OpenSSH (PROTOCOL.certkeys): the part that is signed,
 * written, and checked before it is signed.
 */
#pragma once

#include "provider/base/buf.h"

enum {
    SSH_CERTIFICATE_BYTES = 3072, /* without the signature: fits the signer */
    SSH_CERTIFICATE_NONCE_BYTES = 32,
    SSH_CERTIFICATE_MAX_S = 24 * 3600, /* that one is valid for, at most */
    SSH_PRINCIPALS_MAX = 64,
};

struct ssh_certificate {
    struct text key; /* blob of the certified key */
    uint64_t serial;
    const char *key_id;
    const char *const *principals; /* [n_principals], at least one */
    size_t n_principals;
    int64_t from_s;
    int64_t until_s;
    const char *source_address; /* addresses, "10.0.0.0/8"; NULL: any */
};

void ssh_put_string(struct buf *out, struct text string);
void ssh_put_u64(struct buf *out, uint64_t number);

/* The part that is signed; authority: blob of the signing key, as every "blob"
 * here. STATUS_INVALID: it does not fit, or names nobody. */
MUST_CHECK
enum status ssh_certificate_write(
    const struct ssh_certificate *certificate,
    const unsigned char nonce[SSH_CERTIFICATE_NONCE_BYTES],
    struct text authority, struct buf *out);

/*
 * Is it such a part: of a user, who is named, for at most a day, with no
 * options but addresses and no extension but a terminal, by this authority?
 */
bool ssh_certificate_is_one(struct text text, struct text authority);
