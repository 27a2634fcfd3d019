/*
 * What an issuer says in a device authorization grant (RFC 8628, and OpenID
 * Connect Discovery): read once, into what cannot be wrong. No I/O.
 */
#pragma once

#include "provider/base/secret.h"

enum {
    DEVICE_DOCUMENT_MAX_BYTES = 256 * 1024,
    DEVICE_TOKEN_MAX_BYTES = 32 * 1024,
    DEVICE_ADDRESS_BYTES = 512,
    DEVICE_USER_CODE_BYTES = 48,
    DEVICE_INTERVAL_S = 5, /* where the issuer names none, and to be added when
                              it says slow_down */
};

/* Where it is asked. */
struct device_places {
    char start[DEVICE_ADDRESS_BYTES];
    char token[DEVICE_ADDRESS_BYTES];
};

/* A grant that waits for its user. */
struct device_offer {
    struct secret code;                     /* owned: the host's half */
    char user_code[DEVICE_USER_CODE_BYTES]; /* the user's */
    char address[DEVICE_ADDRESS_BYTES];     /* where the user types it */
    int64_t interval_s;
    int64_t expires_in_s;
};

enum device_answer {
    DEVICE_GARBAGE = 0, /* nothing that means yes */
    DEVICE_PENDING,
    DEVICE_SLOW_DOWN,
    DEVICE_REFUSED, /* by the user */
    DEVICE_EXPIRED,
    DEVICE_GRANTED,
};

/* STATUS_INVALID: it is another issuer's, or names no https addresses. */
MUST_CHECK
enum status device_places_read(struct text document, const char *issuer,
                               struct device_places *places_out);

/* STATUS_INVALID: what would be shown or kept is not what it must be. */
MUST_CHECK
enum status device_offer_read(struct text document,
                              struct device_offer *offer_out);
void device_offer_clear(struct device_offer *offer);

/* http_code: of the answer. The token is given with DEVICE_GRANTED alone. */
enum device_answer device_token_read(long http_code, struct text document,
                                     struct secret *token_out);
