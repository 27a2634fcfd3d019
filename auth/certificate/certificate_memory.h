/*
 * A cache of client certificate chains that were recently found valid.
 *
 * Verifying one costs several signature checks, including those of its CRLs,
 * and the same client often comes again: every command of a script is a
 * connection. The result is cached for exactly these bytes, with the anchors
 * and CRLs of one TLS context, for a minute at most and never past the expiry
 * of anything it depends on; a reload makes a new context with an empty cache.
 * Each handshake still proves that the client holds the key.
 */
#pragma once

#include <openssl/ssl.h>
#include <stdbool.h>

struct certificate_memory;

/* Owned by the context, which frees it; NULL: out of memory. */
struct certificate_memory *certificate_memory_of(SSL_CTX *context);

/*
 * Was this chain recently valid? Then sets the verification's result: the error
 * X509_V_OK, and the chain; and puts the leaf that is cached in the place of
 * the same one that was sent. A NULL cache has nothing.
 */
bool certificate_memory_find(struct certificate_memory *memory,
                             X509_STORE_CTX *verifying);

/* Call after a verification that found the chain valid. */
void certificate_memory_keep(struct certificate_memory *memory,
                             X509_STORE_CTX *verifying);
