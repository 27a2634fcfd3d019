/*
 * What is said between the provider and its signer: one packet each, of one
 * host and program, so its fields are the machine's.
 *
 *     LOAD purpose, file   the key's number and its public half (DER)
 *     SIGN key, text       the signature
 *     DROP key             nothing
 *
 * A file is its path; with "NUL public half" (DER) behind it the key is meant,
 * of several in the file, that has this one.
 * An answer that is not STATUS_OK brings the cause in words.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "provider/base/text.h"

/* Confines the signer, in its process; anything but STATUS_OK ends it. */
typedef enum status signer_wall(void *context);

/* How many may be answered at a time. */
enum { SIGNER_LANES_MAX = 64 };

/* A path, or the public half of a long RSA key. */
enum { SIGNER_BYTES_MAX = 4096 };

enum signer_verb { SIGNER_LOAD = 1, SIGNER_SIGN, SIGNER_DROP };

/* What a key signs, and nothing else. */
enum signer_purpose {
    SIGNER_FOR_TLS = 0, /* what TLS 1.3 makes a server sign */
    SIGNER_FOR_HOSTS,   /* offline logins */
    SIGNER_FOR_SSH,     /* certificates of users */
    SIGNER_N_PURPOSES,
};

enum signer_digest {
    SIGNER_DIGEST_NONE = 0, /* the key's own: EdDSA */
    SIGNER_SHA256,
    SIGNER_SHA384,
    SIGNER_SHA512,
    SIGNER_N_DIGESTS,
};

struct signer_order {
    uint64_t number; /* of its lane */
    uint32_t verb;
    uint32_t key;
    uint32_t digest;
    uint32_t purpose;
    uint32_t size; /* of bytes */
    unsigned char bytes[SIGNER_BYTES_MAX];
};

struct signer_answer {
    uint64_t number; /* of its order */
    int32_t status;  /* enum status */
    uint32_t key;
    uint32_t size; /* of bytes */
    unsigned char bytes[SIGNER_BYTES_MAX];
};

/* Sizes of a packet: what stands before the bytes, and with them. */
#define SIGNER_ORDER_BYTES(n)  (offsetof(struct signer_order, bytes) + (n))
#define SIGNER_ANSWER_BYTES(n) (offsetof(struct signer_answer, bytes) + (n))

/* Is a packet of that size as long as it says? */
bool signer_order_is_whole(const struct signer_order *order, size_t size);
bool signer_answer_is_whole(const struct signer_answer *answer, size_t size);

/* Text longer than there is room for is cut. */
void signer_answer_put(struct signer_answer *answer, struct text bytes);
