/*
 * The start of the audit, once its oldest records were removed: number and hash
 * of the last of them, which the chain continues, time and cause, signed.
 * Without it a cut at the beginning is a manipulation like any other; the
 * checkpoint has the number too, so that no earlier start, with the records it
 * had, can be put back.
 *
 *
 *   store=ID start=N time=MS why=WORD before=MS hash=HEX key=ID signature=HEX
 */
#pragma once

#include "provider/store/audit.h"
#include "provider/store/seal_line.h"

enum seal_start_why {
    SEAL_START_NONE = 0, /* nothing was removed */
    SEAL_START_TERM,     /* older than the term */
    SEAL_START_ACCEPTED, /* it was missing, and --accept-restored accepted that
                          */
    SEAL_N_STARTS,
};

struct seal_start {
    char store[SEAL_STORE_ID_BYTES];
    struct audit_start from; /* id 0: with the first record */
    int64_t time_ms;         /* when it was made */
    enum seal_start_why why;
    int64_t before_ms; /* what was removed is older; 0: unknown */
    char key[SEAL_KEY_ID_BYTES];
};

/* "term", "accepted"; "" for none. */
const char *seal_start_why_name(enum seal_start_why why);

MUST_CHECK
enum status seal_start_write(const struct seal_start *start,
                             const struct seal_key *key,
                             char text_out[SEAL_LINE_BYTES]);

/* Like seal_line_read. An empty text is no start, and valid. */
MUST_CHECK
enum status seal_start_read(struct text text, const struct seal_key *key,
                            struct seal_start *start_out);
