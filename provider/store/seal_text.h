/*
 * A claim in a line of text, with the signature at its end; inside this room.
 *
 * Claims of one kind are signed behind words of their own, so that none can be
 * taken for another's.
 */
#pragma once

#include "provider/store/seal_key.h"

enum { SEAL_LINE_BYTES = 512 }; /* a whole line, with its NUL */

/* Appends the signature to the claim that stands in the text. */
MUST_CHECK
enum status seal_text_sign(const char *kind, const struct seal_key *key,
                           char text[SEAL_LINE_BYTES]);

/* A line, taken apart. */
struct seal_text {
    char claim[SEAL_LINE_BYTES];
    unsigned char signature[SEAL_SIGNATURE_BYTES];
};

/* STATUS_INVALID: no such line. */
MUST_CHECK
enum status seal_text_read(struct text line, struct seal_text *text_out);

/* STATUS_DENIED: this key did not sign it. */
MUST_CHECK
enum status seal_text_check(const struct seal_text *text, const char *kind,
                            const struct seal_key *key);
