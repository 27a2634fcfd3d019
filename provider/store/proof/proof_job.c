#include "provider/store/proof/proof_job.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/mutant.h"

void proof_job_clear(struct proof_job *job)
{
    free(job->of_trees);
}

enum status proof_reader_open(struct proof_reader *reader, sqlite3 *db,
                              const struct seal_key *key,
                              const unsigned char *secret)
{
    *reader = (struct proof_reader){.db = db,
                                    .secret = secret,
                                    .entry = entry_make(),
                                    .before = entry_make()};
    return sum_hasher_open(&reader->hasher, key);
}

void proof_reader_close(struct proof_reader *reader)
{
    sum_hasher_close(&reader->hasher);
    entry_clear(&reader->entry);
    entry_clear(&reader->before);
}

static void stmt_drop(sqlite3_stmt **stmt)
{
    sqlite3_finalize(*stmt);
}

static enum status status_of(int code)
{
    switch (code) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return STATUS_OK;
    case SQLITE_NOMEM:
        return STATUS_NO_MEMORY;
    default:
        return STATUS_UNAVAILABLE;
    }
}

/* ---- Order ---- */

/* The entry that was read is the one before from now on. */
static void check_order(struct proof_job *job, struct proof_reader *reader,
                        const struct entry_shape *shape, bool is_first)
{
    const struct entry entry = reader->entry;

    if (!is_first && !entry_is_before(&reader->before, &entry, shape) &&
        !MUTANT("a7-order-unseen"))
        job->is_disordered = true;
    reader->entry = reader->before;
    reader->before = entry;
}

/* ---- Rows ---- */

/* What the indexes must hold of it. */
static enum status add_to_trees(struct proof_job *job,
                                struct proof_reader *reader,
                                const struct tree_table *table,
                                sqlite3_stmt *stmt)
{
    for (size_t i = 0; i < table->n_trees; i++) {
        const struct tree *tree = &table->trees[i];

        if (tree->when_at >= 0 && !sqlite3_column_int(stmt, tree->when_at))
            continue;
        TRY(entry_read(&reader->entry, &tree->of_row, stmt));
        entry_sum_add(&job->of_trees[i], &reader->entry, reader->secret);
    }
    return STATUS_OK;
}

static enum status add_row(struct proof_job *job, struct proof_reader *reader,
                           const struct tree_table *table, sqlite3_stmt *stmt)
{
    unsigned char hash[SUM_HASH_BYTES];

    TRY(sum_hash_columns(&reader->hasher, table->name, stmt, table->n_columns,
                         hash));
    TRY(add_to_trees(job, reader, table, stmt));
    if (table->own.n) {
        TRY(entry_read(&reader->entry, &table->own, stmt));
        check_order(job, reader, &table->own, job->sum.n_rows == 0);
    }
    sum_add(&job->sum, hash);
    return STATUS_OK;
}

static enum status run_rows(struct proof_job *job, struct proof_reader *reader,
                            const struct tree_table *table)
{
    SCOPED(stmt_drop) sqlite3_stmt *stmt = NULL;
    int code;

    snprintf(job->sum.table, sizeof(job->sum.table), "%s", table->name);
    job->of_trees = calloc(table->n_trees + 1, sizeof(*job->of_trees));
    if (!job->of_trees)
        return STATUS_NO_MEMORY;
    TRY(status_of(
        sqlite3_prepare_v2(reader->db, table->select, -1, &stmt, NULL)));
    if (table->has_number) {
        sqlite3_bind_int64(stmt, 1, job->first);
        sqlite3_bind_int64(stmt, 2, job->last - MUTANT("a7-range-cut"));
    }
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW)
        TRY(add_row(job, reader, table, stmt));
    return status_of(code);
}

/* ---- An index ---- */

static enum status run_entries(struct proof_job *job,
                               struct proof_reader *reader,
                               const struct tree *tree)
{
    SCOPED(stmt_drop) sqlite3_stmt *stmt = NULL;
    int code;

    TRY(status_of(
        sqlite3_prepare_v2(reader->db, tree->select, -1, &stmt, NULL)));
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        TRY(entry_read(&reader->entry, &tree->entries, stmt));
        entry_sum_add(&job->entries, &reader->entry, reader->secret);
        check_order(job, reader, &tree->entries, job->entries.n == 1);
    }
    return status_of(code);
}

enum status proof_job_run(struct proof_job *job, struct proof_reader *reader,
                          const struct tree_table *table)
{
    return job->tree == SIZE_MAX
               ? run_rows(job, reader, table)
               : run_entries(job, reader, &table->trees[job->tree]);
}
