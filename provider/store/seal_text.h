/*
 * A signed claim in a line of text; for this room only.
 *
 * Claims of one kind are signed with a prefix of their own, so that none can be
 * taken for another's.
 */
#pragma once

#include "provider/store/seal_key.h"

enum { SEAL_LINE_BYTES = 512 }; /* a whole line, NUL-terminated */

/* Appends the signature to the claim in the text. */
MUST_CHECK
enum status seal_text_sign(const char *kind, const struct seal_key *key,
                           char text[SEAL_LINE_BYTES]);

/* A line, parsed. */
struct seal_text {
    char claim[SEAL_LINE_BYTES];
    unsigned char signature[SEAL_SIGNATURE_BYTES];
};

/* STATUS_INVALID: no such line. */
MUST_CHECK
enum status seal_text_read(struct text line, struct seal_text *text_out);

/* STATUS_DENIED: not signed with this key. */
MUST_CHECK
enum status seal_text_check(const struct seal_text *text, const char *kind,
                            const struct seal_key *key);
