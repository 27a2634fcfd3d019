/*
 * A checkpoint: the signed state of the store after one change.
 *
 * One line of text, the same in the store, in the anchor and in the log, so
 * that a log kept elsewhere is an anchor too:
 *
 *
 *   store=ID serial=N time=MS start=N audit=N head=HEX rows=HEX key=ID
 *   signature=HEX
 */
#pragma once

#include <stdint.h>

#include "provider/store/audit.h"
#include "provider/store/seal_text.h"

enum {
    SEAL_STORE_ID_BYTES = 33,
    SEAL_ROWS_BYTES = 65,
};

struct seal_line {
    char store[SEAL_STORE_ID_BYTES]; /* random, made with the store */
    int64_t serial;                  /* increases by one with every change */
    int64_t time_ms;                 /* the latest of all so far */
    int64_t start;                   /* of the audit: the last record removed */
    int64_t audit;                   /* the last record */
    char head[AUDIT_HASH_BYTES];     /* its hash */
    char rows[SEAL_ROWS_BYTES];      /* of the sums of all tables, keyed */
    char key[SEAL_KEY_ID_BYTES];
};

/* Writes the line, signed. */
MUST_CHECK
enum status seal_line_write(const struct seal_line *line,
                            const struct seal_key *key,
                            char text_out[SEAL_LINE_BYTES]);

/* STATUS_INVALID: no such line. STATUS_DENIED: not signed with this key; then
 * line_out has its claims. */
MUST_CHECK
enum status seal_line_read(struct text text, const struct seal_key *key,
                           struct seal_line *line_out);
