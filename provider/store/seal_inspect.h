/*
 * Checks a store, or a copy of one, from outside: without writing, and without
 * a provider. The public half of the key suffices for everything but the rows.
 */
#pragma once

#include "provider/store/seal.h"

struct seal_inspection {
    const char *file;   /* the database */
    const char *key;    /* either half */
    const char *anchor; /* checkpoints, a line each: the anchor, or a log;
                         * NULL: none */
    bool has_rows;      /* check pages and rows too */
};

struct seal_found {
    struct seal_report report;
    int64_t n_checkpoints; /* in the anchor, signed by the key */
};
void seal_found_clear(struct seal_found *found);

/* The findings; a status if it cannot be read at all. */
MUST_CHECK
enum status seal_inspect(const struct seal_inspection *what,
                         struct seal_found *found);

/* The same, of one that is open and being read. */
MUST_CHECK
enum status seal_inspect_read(struct store *store,
                              const struct seal_inspection *what,
                              struct seal_found *found);
