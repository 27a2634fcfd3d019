/*
 * The public keys of one token issuer: a JWK set (RFC 7517), kept parsed.
 *
 * Parsing a key costs far more than a signature check, so it happens once.
 * Immutable once read; freed by its last holder.
 */
#pragma once

#include "auth/auth.h"
#include "auth/token/jws_algorithm.h"
#include "provider/base/own.h"

enum {
    KEY_SET_MAX_BYTES = 100 * 1024,
    KEY_SET_MAX_KEYS = 64,
    KEY_ID_MAX_BYTES = 128,
    KEY_FINGERPRINT_BYTES = AUTH_KEY_FINGERPRINT_BYTES,
};

struct key_set;

/*
 * Reads a set. Keys of unknown type or for other uses are ignored; an unusable
 * key (malformed, weak, without a proper kid, not for verification) is skipped
 * and named, without affecting the others; so are keys with the same kid. A set
 * without a usable key is STATUS_INVALID. why_out: borrowed, as of
 * why_format().
 */
MUST_CHECK
enum status key_set_read(struct text json, struct key_set **set_out,
                         const char **why_out);

/* The same from a file, which must not be writable by others. */
MUST_CHECK
enum status key_set_load(const char *path, struct key_set **set_out,
                         const char **why_out);

struct key_set *key_set_ref(struct key_set *set);
void key_set_free(struct key_set *set);
DEFINE_DROP(key_set)

/* The number of skipped keys, and which, with the cause: "key 2 (a@b): ..". */
size_t key_set_skipped(const struct key_set *set, struct text *names_out);

/*
 * The key with that id, if the algorithm is meant for it. NULL otherwise;
 * is_known_out distinguishes a wrong algorithm from an unknown key.
 */
EVP_PKEY *key_set_find(const struct key_set *set, struct text kid,
                       const struct jws_algorithm *algorithm,
                       bool *is_known_out);

/* SHA-256 of the SubjectPublicKeyInfo of one of its keys, borrowed, for
 * key_set_holds(). NULL: it is none of its keys. */
const unsigned char *key_set_fingerprint(const struct key_set *set,
                                         const EVP_PKEY *key);

/* Does the set contain that very key, under any id? */
bool key_set_holds(const struct key_set *set,
                   const unsigned char fingerprint[KEY_FINGERPRINT_BYTES]);

/* Letters, digits and -._~+/=: only; 1..KEY_ID_MAX_BYTES (T35). */
bool key_id_is_valid(struct text kid);
