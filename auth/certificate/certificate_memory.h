/*
 * Chains of client certificates that were found good a moment ago.
 *
 * Judging one costs several signature checks, its CRLs' among them, and the
 * same client often comes again: every command of a script is a connection.
 * What is remembered is the answer for exactly these bytes, by the anchors and
 * CRLs of one TLS context, for a minute at most and never past the end of
 * anything it rests on; a reload makes a new context, which remembers nothing.
 * That the client holds the key is proved in each handshake all the same.
 */
#pragma once

#include <openssl/ssl.h>
#include <stdbool.h>

struct certificate_memory;

/* Owned by the context, which frees it; NULL when memory is short. */
struct certificate_memory *certificate_memory_of(SSL_CTX *context);

/*
 * Was this chain good lately? Then the verification has its result: the error
 * is X509_V_OK and the chain is set. A NULL memory remembers nothing.
 */
bool certificate_memory_find(struct certificate_memory *memory,
                             X509_STORE_CTX *verifying);

/* After a verification that found the chain good. */
void certificate_memory_keep(struct certificate_memory *memory,
                             X509_STORE_CTX *verifying);
