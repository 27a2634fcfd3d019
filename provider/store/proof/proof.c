#include "provider/store/proof/proof.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/store/health.h"
#include "provider/store/health_sql.h"
#include "provider/store/proof/proof_job.h"
#include "provider/store/seal_sql.h"

enum {
    ROWS_A_JOB = 4 * 1024, /* numbers, of which not all need be rows */
    JOBS_A_TABLE = 16 * 1024,
    HELPERS_MAX = 7,
    SQL_BYTES = 2 * SUM_NAME_BYTES + 96,
    PROBLEMS_MAX_BYTES = 64 * 1024,
};

struct proof {
    struct store *store;
    struct seal *seal;
    struct buf *problems;
    struct tree_table *tables; /* owned [n_tables] */
    size_t n_tables;
    struct proof_job *jobs; /* owned [n_jobs] */
    size_t n_jobs, n_jobs_room;
    atomic_size_t next;
    atomic_bool is_over; /* one has failed */
    bool is_long;        /* a table is read in several jobs */
    unsigned char secret[ENTRY_SECRET_BYTES];
};

static void proof_clear(struct proof *proof)
{
    for (size_t i = 0; i < proof->n_tables; i++)
        tree_table_clear(&proof->tables[i]);
    for (size_t i = 0; i < proof->n_jobs; i++)
        proof_job_clear(&proof->jobs[i]);
    free(proof->tables);
    free(proof->jobs);
}

/* ---- What is to be read ---- */

static enum status add_job(struct proof *proof, struct proof_job job)
{
    if (proof->n_jobs == proof->n_jobs_room) {
        const size_t room = proof->n_jobs_room ? 2 * proof->n_jobs_room : 512;
        struct proof_job *jobs = realloc(proof->jobs, room * sizeof(*jobs));

        if (!jobs)
            return STATUS_NO_MEMORY;
        proof->jobs = jobs;
        proof->n_jobs_room = room;
    }
    proof->jobs[proof->n_jobs++] = job;
    return STATUS_OK;
}

static void stmt_drop(sqlite3_stmt **stmt)
{
    sqlite3_finalize(*stmt);
}

/* How far its numbers reach; 0 and 0 if it has no row. */
static enum status read_reach(struct proof *proof,
                              const struct tree_table *table,
                              int64_t *least_out, int64_t *greatest_out)
{
    SCOPED(stmt_drop) sqlite3_stmt *stmt = NULL;
    char sql[SQL_BYTES];

    snprintf(sql, sizeof(sql), SQL_TREE_NUMBERS, table->name);
    if (sqlite3_prepare_v2(proof->store->db, sql, -1, &stmt, NULL) !=
            SQLITE_OK ||
        sqlite3_step(stmt) != SQLITE_ROW)
        return STATUS_UNAVAILABLE;
    *least_out = sqlite3_column_int64(stmt, 0);
    *greatest_out = sqlite3_column_int64(stmt, 1);
    return STATUS_OK;
}

/* The first and the last one have no end, so that no row is left out. */
static enum status add_rows(struct proof *proof, size_t at)
{
    struct proof_job job = {at, SIZE_MAX, INT64_MIN, INT64_MAX,
                            .status = STATUS_OK};
    int64_t least = 0, greatest = 0;

    if (proof->tables[at].has_number)
        TRY(read_reach(proof, &proof->tables[at], &least, &greatest));
    if ((uint64_t)greatest - (uint64_t)least <
        (uint64_t)JOBS_A_TABLE * ROWS_A_JOB)
        while (greatest - least >= ROWS_A_JOB) {
            least += ROWS_A_JOB;
            job.last = least - 1;
            TRY(add_job(proof, job));
            job.first = least;
            proof->is_long = true;
        }
    job.last = INT64_MAX;
    return add_job(proof, job);
}

static enum status add_table(struct proof *proof, const char *name)
{
    struct tree_table *table = &proof->tables[proof->n_tables];
    const size_t at = proof->n_tables;

    TRY(tree_table_read(proof->store, name, table));
    proof->n_tables++;
    for (size_t i = 0; i < table->n_trees && !MUTANT("a7-index-in-part"); i++)
        TRY(add_job(proof, (struct proof_job){at, i, .status = STATUS_OK}));
    return add_rows(proof, at);
}

/* Others than those that are sealed are looked at for a moment. */
static enum status plan_table(struct proof *proof, const char *name)
{
    enum status status = STATUS_NOT_FOUND;

    if (sum_counts(name))
        status = add_table(proof, name);
    if (status != STATUS_NOT_FOUND)
        return status;
    if (sum_counts(name))
        TRY(sums_scan_table(&proof->seal->now, &proof->seal->hasher,
                            proof->store->db, name));
    return health_check_table(proof->store, name, sum_counts(name),
                              proof->problems);
}

static enum status plan(struct proof *proof)
{
    SCOPED(stmt_drop) sqlite3_stmt *stmt = NULL;
    int code;

    proof->tables = calloc(SUM_TABLES_MAX, sizeof(*proof->tables));
    if (!proof->tables || sqlite3_prepare_v2(proof->store->db, SQL_SUM_TABLES,
                                             -1, &stmt, NULL) != SQLITE_OK)
        return STATUS_NO_MEMORY;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(stmt, 0);

        if (!name)
            return STATUS_NO_MEMORY;
        if (proof->n_tables == SUM_TABLES_MAX)
            return STATUS_LIMIT;
        TRY(plan_table(proof, name));
    }
    return code == SQLITE_DONE ? STATUS_OK : STATUS_UNAVAILABLE;
}

/* ---- Reading ---- */

static void take_jobs(struct proof *proof, struct proof_reader *reader)
{
    size_t i;

    while (!atomic_load(&proof->is_over) &&
           (i = atomic_fetch_add(&proof->next, 1)) < proof->n_jobs) {
        struct proof_job *job = &proof->jobs[i];

        job->status = proof_job_run(job, reader, &proof->tables[job->table]);
        if (job->status != STATUS_OK)
            atomic_store(&proof->is_over, true);
    }
}

static enum status read_with(struct proof *proof, sqlite3 *db)
{
    struct proof_reader reader;
    const enum status status =
        proof_reader_open(&reader, db, proof->seal->key, proof->secret);

    if (status == STATUS_OK)
        take_jobs(proof, &reader);
    proof_reader_close(&reader);
    return status;
}

/* A helper that cannot read leaves all jobs to the others. It may see what
 * another program has written since the proof began: then the first change
 * finds that out. */
static void *help(void *context)
{
    struct proof *proof = context;
    OWNED(store) store = NULL;

    if (store_open(sqlite3_db_filename(proof->store->db, "main"), STORE_READ,
                   &store) != STATUS_OK ||
        store_read_begin(store) != STATUS_OK)
        return NULL;
    if (!MUTANT("a7-helper-hurries"))
        (void)store_lift_bounds(store); /* of the statement that began it */
    if (read_with(proof, store->db) != STATUS_OK)
        log_info("store.helper why=%s", "out of memory");
    store_read_end(store);
    return NULL;
}

static size_t start_helpers(struct proof *proof, pthread_t helpers[HELPERS_MAX])
{
    const char *path = sqlite3_db_filename(proof->store->db, "main");
    const long n = sysconf(_SC_NPROCESSORS_ONLN) - 1;
    size_t started = 0;

    if (!proof->is_long || !path || !*path)
        return 0;
    while (started < HELPERS_MAX && (long)started < n &&
           pthread_create(&helpers[started], NULL, help, proof) == 0)
        started++;
    return started;
}

static enum status read_all(struct proof *proof)
{
    pthread_t helpers[HELPERS_MAX];
    const size_t n = start_helpers(proof, helpers);
    enum status status = health_check_structure(proof->store, proof->problems);

    if (status == STATUS_OK && proof->problems->size == 0)
        status = read_with(proof, proof->store->db);
    else
        atomic_store(&proof->is_over, true);
    for (size_t i = 0; i < n; i++)
        pthread_join(helpers[i], NULL);
    return status;
}

/* ---- What was found ---- */

static void say_disorder(struct proof *proof, const struct proof_job *job)
{
    const struct tree_table *table = &proof->tables[job->table];

    buf_append_format(
        proof->problems, "the database is damaged: %s is out of order\n",
        job->tree == SIZE_MAX ? table->name : table->trees[job->tree].name);
}

/* What the rows of the table call for in the index. */
static struct entry_sum sum_for(const struct proof *proof, size_t table,
                                size_t tree)
{
    struct entry_sum all = {0};

    for (size_t i = 0; i < proof->n_jobs; i++) {
        const struct proof_job *job = &proof->jobs[i];

        if (job->table != table || job->tree != SIZE_MAX)
            continue;
        all.n += job->of_trees[tree].n;
        all.hash += job->of_trees[tree].hash;
    }
    return all;
}

static void compare_tree(struct proof *proof, const struct proof_job *job)
{
    const struct tree_table *table = &proof->tables[job->table];
    const struct entry_sum all = sum_for(proof, job->table, job->tree);

    if (all.n == job->entries.n && all.hash == job->entries.hash)
        return;
    buf_append_format(proof->problems,
                      "the database is damaged: the index %s has other entries "
                      "than the rows of %s\n",
                      table->trees[job->tree].name, table->name);
}

static enum status judge_job(struct proof *proof, const struct proof_job *job)
{
    if (job->is_disordered)
        say_disorder(proof, job);
    if (job->tree != SIZE_MAX)
        compare_tree(proof, job);
    else if (job->sum.n_rows > 0)
        return sums_add(&proof->seal->now, &job->sum);
    return STATUS_OK;
}

static enum status judge(struct proof *proof)
{
    for (size_t i = 0; i < proof->n_jobs; i++)
        TRY(proof->jobs[i].status);
    for (size_t i = 0; i < proof->n_jobs; i++)
        TRY(judge_job(proof, &proof->jobs[i]));
    return STATUS_OK;
}

/* ---- As a whole ---- */

static enum status prove(struct proof *proof)
{
    struct seal *seal = proof->seal;

    if (RAND_bytes(proof->secret, sizeof(proof->secret)) != 1)
        return STATUS_UNAVAILABLE;
    TRY(plan(proof));
    if (proof->problems->size > 0)
        return STATUS_OK;
    TRY(read_all(proof));
    if (proof->problems->size > 0)
        return STATUS_OK;
    TRY(judge(proof));
    TRY(sums_scan_table(&seal->now, &seal->hasher, proof->store->db,
                        "sqlite_sequence"));
    return sums_schema(&seal->hasher, proof->store->db, seal->schema);
}

enum status proof_run(struct store *store, struct seal *seal,
                      struct buf *problems)
{
    const bool was_sealed = store->is_sealed;
    SCOPED(buf_free) struct buf found = buf_make(PROBLEMS_MAX_BYTES);
    SCOPED(proof_clear)
    struct proof proof = {.store = store, .seal = seal, .problems = &found};
    enum status status;

    memset(&seal->now, 0, sizeof(seal->now));
    store->is_sealed = false;
    status = prove(&proof);
    store->is_sealed = was_sealed;
    buf_append_text(problems, buf_text(&found));
    return status;
}
