/*
 * The same work by the libraries alone, as plainly as they allow.
 */
#pragma once

#include <openssl/ssl.h>
#include <stdbool.h>

#include "provider/base/buf.h"

/* ---- GSSAPI: a credential kept, a replay cache, nothing else ---- */

struct floor;

struct floor *floor_open(const char *keytab, const char *replay_cache);
void floor_close(struct floor *floor);

/* A first token of the default credentials cache. */
void floor_ticket(struct floor *floor, struct buf *out);
bool floor_accept(struct floor *floor, struct text token);

/* ---- A signature with the key kept parsed ---- */

struct floor_signature;

struct floor_signature *floor_signature_new(const char *jwks_path,
                                            const char *alg, const char *token);
bool floor_verify(const struct floor_signature *signature);
void floor_signature_free(struct floor_signature *signature);

/* ---- A handshake ---- */

struct floor_pair {
    SSL *server;
    SSL *client;
    bool is_up;
};

/* TLS 1.3 without tickets; asks for certificates of that CA if given. */
SSL_CTX *floor_listener(const char *anchor);
/* alice of the realm comes, with her certificate. */
void floor_pair_open(SSL_CTX *listener, struct floor_pair *out);
void floor_pair_close(struct floor_pair *pair);
