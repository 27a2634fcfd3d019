/*
 * The site database: one file, one writer, many readers.
 *
 * A store is one connection and belongs to one thread. Writers work inside a
 * change, which rolls back unless committed; readers keep one read transaction
 * for a pass of their event loop. SQL stays in the rooms provider/store and
 * provider/object; SQLite's own names stay behind this header.
 *
 * The file is refused if others than its owner may access it, or if it is not a
 * site database or a newer one. An open store can neither attach files nor load
 * code nor change its format; a reader cannot write (T72).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

enum store_mode {
    STORE_READ = 0,
    STORE_LOOK,  /* as STORE_READ, whoever owns it: a copy, or offline */
    STORE_WRITE, /* the file exists: a missing one is not an empty one */
    STORE_MAKE,  /* as STORE_WRITE; creates the file (0600) if there is none */
};

/* The maximum cost of a statement: longer ones end with STATUS_LIMIT. */
enum { STORE_STATEMENT_MAX_MS = 30000 };

struct store;
MUST_CHECK
enum status store_open(const char *path, enum store_mode mode,
                       struct store **store_out);
void store_free(struct store *store);

/* Could the file be opened to write, by what is known from outside? */
MUST_CHECK
enum status store_check_file(const char *path);

/*
 * Brings the tables of a sealed store up to date that an earlier program left,
 * in a change of its own; for its writer, once the seal was found intact and
 * before anything is recorded.
 */
MUST_CHECK
enum status store_upgrade(struct store *store);
DEFINE_DROP(store)

/* ---- Statements: prepared once for each connection and text ---- */

struct store_stmt;

/*
 * sql must be a string constant: its address is the key under which the
 * statement is kept. The statement is lent until store_done().
 */
MUST_CHECK
enum status store_prepare(struct store *store, const char *sql,
                          struct store_stmt **stmt_out);
void store_done(struct store_stmt **stmt); /* for SCOPED(store_done) */

/* Like store_prepare, for SQL made from class descriptions; any text.
 * STATUS_INVALID: it nests too deeply. */
MUST_CHECK
enum status store_prepare_text(struct store *store, struct text sql,
                               struct store_stmt **stmt_out);

/*
 * A statement that its caller keeps, until store_stmt_drop() and not longer
 * than the store. store_again() ends a run; what is bound stays bound, and
 * must.
 */
MUST_CHECK
enum status store_prepare_own(struct store *store, struct text sql,
                              struct store_stmt **stmt_out);
void store_again(struct store_stmt *stmt);

/* Another number after each change of a table that such a statement reads, kept
 * or undone. 0: nothing is known, as it reads more than tables. */
uint64_t store_stamp(const struct store_stmt *stmt);

/* The same of tables, by their bits (store_table_bit); 0: they are not
 * followed. */
uint64_t store_stamp_of(const struct store *store, uint64_t tables);

/* The same without changes by store_run_quietly. */
uint64_t store_shape_of(const struct store *store, uint64_t tables);
void store_stmt_drop(struct store_stmt **stmt);

/* Things that are kept with the connection, found by how they are dropped
 * before it closes: one of each kind. NULL: none yet. */
void *store_kept(const struct store *store, void (*drop)(void *thing));
void store_keep(struct store *store, void *thing, void (*drop)(void *thing));

/* Of one statement. */
enum { STORE_PARAMETERS_MAX = 2500 };

/* Parameters count from 1. Text and blobs are borrowed until the next
 * done/bind. */
void store_bind_int(struct store_stmt *stmt, int index, int64_t value);
void store_bind_text(struct store_stmt *stmt, int index, struct text value);
void store_bind_blob(struct store_stmt *stmt, int index, struct text value);
void store_bind_null(struct store_stmt *stmt, int index);

/* STATUS_OK: there is a row. STATUS_END: none (left). Otherwise the failure;
 * STATUS_CONFLICT for a constraint. */
MUST_CHECK
enum status store_step(struct store_stmt *stmt);

/* Runs a statement that returns no rows. */
MUST_CHECK
enum status store_run(struct store_stmt *stmt);

/* ---- In one step ---- */

/* A parameter; text and blobs are borrowed as long as the statement is. */
struct store_arg {
    enum { STORE_ARG_NULL, STORE_ARG_INT, STORE_ARG_TEXT, STORE_ARG_BLOB } kind;
    int64_t integer;
    struct text bytes;
};

struct store_args {
    const struct store_arg *of; /* [n], the first is ?1 */
    size_t n;
};

#define STORE_INT(value)  ((struct store_arg){STORE_ARG_INT, (value), {0}})
#define STORE_TEXT(value) ((struct store_arg){STORE_ARG_TEXT, 0, (value)})
#define STORE_BLOB(value) ((struct store_arg){STORE_ARG_BLOB, 0, (value)})
#define STORE_NULL        ((struct store_arg){0})
#define STORE_ARGS(...)                                                        \
    ((struct store_args){(const struct store_arg[]){__VA_ARGS__},              \
                         sizeof((const struct store_arg[]){__VA_ARGS__}) /     \
                             sizeof(struct store_arg)})

#define STORE_NO_ARGS ((struct store_args){NULL, 0})

/* Like store_prepare, with all parameters bound. Arguments that the statement
 * does not name are ignored, so that several statements can share arguments. */
MUST_CHECK
enum status store_prepare_with(struct store *store, const char *sql,
                               struct store_args args,
                               struct store_stmt **stmt_out);

/* Runs a statement that returns no rows. */
MUST_CHECK
enum status store_run_with(struct store *store, const char *sql,
                           struct store_args args);

/* The same for what no memory of the tables depends on: store_shape_of() stays
 * as it is. */
MUST_CHECK
enum status store_run_quietly(struct store *store, const char *sql,
                              struct store_args args);

/* The first row, lent until store_done(). STATUS_END: there is none. */
MUST_CHECK
enum status store_row_with(struct store *store, const char *sql,
                           struct store_args args,
                           struct store_stmt **stmt_out);

/* Does it return a row? */
MUST_CHECK
enum status store_find_with(struct store *store, const char *sql,
                            struct store_args args, bool *is_found_out);

/* The integer in the first column of the first row; STATUS_END: no row. */
MUST_CHECK
enum status store_int_with(struct store *store, const char *sql,
                           struct store_args args, int64_t *value_out);

/* Less than STORE_STATEMENT_MAX_MS for statements begun from now on; 0: no. */
void store_bound(struct store *store, int64_t max_ms);

/* The same for a read that may be done in another way if it takes longer: of
 * CPU, or four times as long altogether. It ends with STATUS_LIMIT, which is
 * not held against the caller's allowance. */
void store_try(struct store *store, int64_t max_ms);

/*
 * The total cost allowed for the statements of one caller, from now on. A read
 * that costs more ends with STATUS_LIMIT; so does a write before it begins. A
 * write that has begun runs on, within STORE_CHANGE_MAX_MS: SQLite would undo
 * the whole change with it, which may have other callers' work.
 */
enum { STORE_VOID_MAX = 2, STORE_CHANGE_MAX_MS = 10000 };
struct store_allowance {
    int64_t cpu_us; /* of this thread */
    /* Set by another thread when nobody waits any more; NULL: never. */
    const _Atomic bool *is_void[STORE_VOID_MAX];
};

/* NULL: only STORE_STATEMENT_MAX_MS limits them. */
void store_allow(struct store *store, const struct store_allowance *allowance);

/* Did the allowance end a statement since it was set? */
bool store_is_spent(const struct store *store);

/*
 * For a long function called by SQL: may the statement continue? If not, it
 * ends with STATUS_LIMIT whatever the function returns. Also for callers of
 * many statements: is anything left of the allowance?
 */
bool store_may_go_on(struct store *store);

/* Columns from 0, borrowed until the next step. */
int64_t store_int(struct store_stmt *stmt, int column);
struct text store_text(struct store_stmt *stmt, int column);
bool store_is_null(struct store_stmt *stmt, int column);

/* Runs statements without rows and parameters: a schema. */
MUST_CHECK
enum status store_run_script(struct store *store, const char *sql);

/* Row id of the last insert; rows changed by the last statement. */
int64_t store_last_row(struct store *store);
int64_t store_n_changed(struct store *store);

/*
 * A function that SQL of this connection may call by name, with integer, text
 * or blob arguments, returning a boolean: this brings decisions into queries.
 * Values are borrowed for the call. Registering a name again replaces the
 * function and keeps prepared statements; with a NULL function the answer is
 * no.
 */
struct store_value {
    int64_t integer;
    struct text bytes; /* of a text or blob */
};
typedef bool (*store_function)(void *context, const struct store_value *args,
                               size_t n_args);
MUST_CHECK
enum status store_register(struct store *store, const char *name, int n_args,
                           store_function function, void *context);

/* ---- Numbers kept under a name: schema versions, serials ---- */

/* 0 if there is none. */
MUST_CHECK
enum status store_number(struct store *store, const char *name,
                         int64_t *value_out);
MUST_CHECK
enum status store_set_number(struct store *store, const char *name,
                             int64_t value);

/* ---- Transactions ---- */

/* Begins a read transaction unless one is open; ends it. */
MUST_CHECK
enum status store_read_begin(struct store *store);
void store_read_end(struct store *store);

/*
 * True once a sealed store was written to by another program, or its files are
 * no longer those that were opened: nothing committed now would last, so
 * nothing is accepted. From any thread.
 */
bool store_is_lost(const struct store *store);

/* Room left for its files, in bytes; 0: not known. */
int64_t store_room_bytes(const struct store *store);

/* Is a read or write transaction open? */
bool store_is_busy(const struct store *store);

/* BEGIN IMMEDIATE .. COMMIT, durable when it returns; one at a time. */
MUST_CHECK
enum status store_write_begin(struct store *store);
MUST_CHECK
enum status store_write_commit(struct store *store);
void store_write_rollback(struct store *store);

/*
 * The tables that the last change touched, as bits; several tables may share
 * one. Tables of bookkeeping, such as the audit, have none. All bits where
 * nothing is known.
 */
uint64_t store_changed(const struct store *store);
uint64_t store_table_bit(const char *table);

/* A part of a write that can be undone separately (savepoint); they nest. */
MUST_CHECK
enum status store_part_begin(struct store *store);
MUST_CHECK
enum status store_part_keep(struct store *store);
MUST_CHECK
enum status store_part_undo(struct store *store);
