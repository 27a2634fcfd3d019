/*
 * The private keys that the signer holds, and the one thing it does with them:
 * to sign that a TLS 1.3 server has the key of its certificate; with the key of
 * SSH certificates, to sign those of users.
 *
 * Threads share a ring.
 */
#pragma once

#include "auth/signer/signer_wire.h"

struct key_ring;

/* Given to the caller; NULL: out of memory. */
struct key_ring *key_ring_new(void);
void key_ring_free(struct key_ring *ring);

/*
 * Does what it is asked, which may be anything; answers all but the order's
 * number. A text is signed only if it is what TLS 1.3 makes a server sign (RFC
 * 8446, 4.4.3), by the scheme that belongs to the key, or the certificate of a
 * user for at most a day, by a key that was read for that.
 */
void key_ring_obey(struct key_ring *ring, const struct signer_order *order,
                   struct signer_answer *answer);
