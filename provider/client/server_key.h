/*
 * The public key of a server, known before it is met: SHA-256 of its
 * SubjectPublicKeyInfo, written "sha256:HEX". Rule T31.
 */
#pragma once

#include <stdbool.h>

#include <openssl/x509.h>

#include "provider/base/status.h"
#include "provider/base/text.h"

enum { SERVER_KEY_BYTES = 32, SERVER_KEY_TEXT_BYTES = 72 };

struct server_key {
    bool is_set; /* false: equal to no key */
    unsigned char sha256[SERVER_KEY_BYTES];
};

/* Hex in either case; STATUS_INVALID for anything else. */
MUST_CHECK
enum status server_key_read(struct text text, struct server_key *key_out);

void server_key_write(const struct server_key *key,
                      char text_out[SERVER_KEY_TEXT_BYTES]);

/* Not set if the certificate has no usable key. */
struct server_key server_key_of(X509 *certificate);

/* Are both set, and the same? */
bool server_key_equal(const struct server_key *a, const struct server_key *b);
