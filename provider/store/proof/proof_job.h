/*
 * What is read for a proof: rows of a table, or all entries of an index.
 */
#pragma once

#include "provider/store/proof/tree.h"

struct proof_job {
    size_t table;
    size_t tree;         /* of the table; SIZE_MAX: rows */
    int64_t first, last; /* rows; both included */
    enum status status;
    bool is_disordered;
    struct sum sum;             /* of the rows */
    struct entry_sum *of_trees; /* owned: what each index must hold of them */
    struct entry_sum entries;   /* of the index */
};
void proof_job_clear(struct proof_job *job);

/* One thread's. */
struct proof_reader {
    sqlite3 *db; /* borrowed */
    struct sum_hasher hasher;
    const unsigned char *secret; /* of the entries' hashes */
    struct entry entry, before;
};
MUST_CHECK
enum status proof_reader_open(struct proof_reader *reader, sqlite3 *db,
                              const struct seal_key *key,
                              const unsigned char *secret);
void proof_reader_close(struct proof_reader *reader);

MUST_CHECK
enum status proof_job_run(struct proof_job *job, struct proof_reader *reader,
                          const struct tree_table *table);
