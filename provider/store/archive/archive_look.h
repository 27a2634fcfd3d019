/*
 * Checks archives of audit records: each for itself, whether one continues the
 * other, and whether a store continues the last.
 */
#pragma once

#include "provider/store/archive/archive_seal.h"

enum { ARCHIVE_PROBLEM_BYTES = 160 };

/* One file. */
struct archive_found {
    struct archive_seal seal; /* what it says of itself; last.id 0: nothing */
    bool is_whole;            /* its records fit each other and the seal */
    bool is_signed;           /* by the key that was given */
    char problem[ARCHIVE_PROBLEM_BYTES]; /* why it is not whole */
};

/* STATUS_NOT_FOUND, STATUS_UNAVAILABLE: it cannot be read. */
MUST_CHECK
enum status archive_look(const char *path, const struct seal_key *key,
                         struct archive_found *found_out);

struct archive_inspection {
    const char *const *files; /* [n_files], in any order */
    size_t n_files;
    const char *key;    /* either half */
    const char *file;   /* a database that continues them; NULL: none */
    const char *anchor; /* the database's checkpoints; NULL: none */
};

/* Several. An archive with the signature of an earlier key is proved by what
 * continues it. */
struct archive_chain {
    int64_t behind; /* the record behind which the first one begins */
    int64_t last;   /* the last record of all */
    size_t n_signed;
    bool joins;          /* the database continues it */
    struct buf problems; /* a sentence a line; empty: no fault */
};
void archive_chain_clear(struct archive_chain *chain);

MUST_CHECK
enum status archive_chain_look(const struct archive_inspection *what,
                               struct archive_chain *chain_out);
