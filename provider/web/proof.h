/*
 * What a request brings to sign in with: its Authorization, or the certificate
 * of its connection. It becomes the auth.start of the wire, so that signing in
 * over HTTP is judged, recorded and throttled where all signing in is.
 */
#pragma once

#include <stdbool.h>

#include "provider/base/buf.h"
#include "provider/call/peer.h"

enum proof_kind {
    PROOF_NONE = 0,
    PROOF_CERTIFICATE,
    PROOF_TOKEN,
    PROOF_TICKET,
    PROOF_UNKNOWN, /* a scheme that is not offered, or not in its form */
};

enum { PROOF_DIGEST_BYTES = 32 };

struct proof {
    enum proof_kind kind;
    unsigned char digest[PROOF_DIGEST_BYTES]; /* of the token */
};

/* Appends the request that signs in with it to line, which is to be wiped:
 * nothing for PROOF_NONE and PROOF_UNKNOWN. data NULL: there was no header. */
struct proof proof_read(const struct peer *peer, struct text authorization,
                        struct buf *line);

/* Is it what the other one was? A ticket is never: each is for one request. */
bool proof_is_same(const struct proof *proof, const struct proof *other);
