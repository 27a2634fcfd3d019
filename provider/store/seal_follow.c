/*
 * Follows the changes of a sealed store, and writes the checkpoint at their
 * end.
 */
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <string.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/store/proof/proof.h"
#include "provider/store/seal_private.h"
#include "provider/store/seal_sql.h"
#include "provider/store/store_private.h"

enum {
    TELL_EVERY_MS = 5 * 60 * 1000,
    PROBLEMS_MAX_BYTES = 64 * 1024,
};

/* The last one goes to the log, which is kept out of reach of the database's
 * writer. */
static void tell(struct seal *seal)
{
    log_info("seal.checkpoint line=%s", seal->text);
    seal->logged_ms = clock_mono_ms();
    seal->logged = seal->line.serial;
}

void seal_free(struct seal *seal)
{
    if (!seal)
        return;
    if (seal->is_attached && seal->logged != seal->line.serial)
        tell(seal);
    seal_key_free(seal->key);
    sum_hasher_close(&seal->hasher);
    anchor_close(&seal->anchor);
    ledger_clear(&seal->ledger);
    changes_clear(&seal->changes);
    free(seal->parts);
    free(seal);
}

/* What the statement and the innermost part need to be undone. */
static enum status keep_sum(struct seal *seal, const char *table)
{
    if (seal->n_parts > 0)
        TRY(sums_keep(&seal->parts[seal->n_parts - 1], &seal->now, table));
    return seal->is_step ? sums_keep(&seal->before, &seal->now, table)
                         : STATUS_OK;
}

static void note_change(struct store *store, uint64_t bit)
{
    store->changed |= bit;
    stamps_note(&store->stamps, (size_t)store->n_parts, bit);
}

/* With another schema a row has another hash. */
static void follow_row(struct seal *seal, const char *table,
                       const struct ledger_step *step)
{
    if (seal->is_schema_new)
        ledger_clear(&seal->ledger);
    else
        ledger_follow(&seal->ledger, table, step);
}

static void on_change(void *context, sqlite3 *db, int operation,
                      const char *database, const char *table,
                      sqlite3_int64 before, sqlite3_int64 after)
{
    struct store *store = context;
    struct seal *seal = store->seal;
    struct sum_step step;

    if (strcmp(database, "main") != 0 || !sum_counts(table))
        return;
    note_change(store, store_table_bit(table));
    changes_note(&seal->changes, db, operation, table,
                 &(const struct row_run){before, after});
    if (keep_sum(seal, table) != STATUS_OK ||
        sums_follow(&seal->now, &seal->hasher, db, operation, table, &step) !=
            STATUS_OK)
        seal->is_bad = true;
    else
        follow_row(
            seal, table,
            &(const struct ledger_step){
                .row_before = before,
                .row_after = after,
                .before = operation == SQLITE_INSERT ? NULL : step.before,
                .after = operation == SQLITE_DELETE ? NULL : step.after,
            });
}

static void note_version(struct store *store)
{
    (void)sqlite3_file_control(store->db, "main", SQLITE_FCNTL_DATA_VERSION,
                               &store->seal->data_version);
}

void seal_attach(struct store *store, struct seal *seal)
{
    store->seal = seal;
    seal->is_attached = true;
    sqlite3_preupdate_hook(store->db, on_change, store);
    note_version(store);
}

/* ---- Where the audit starts ---- */

static void forget_start(struct seal *seal)
{
    seal->next_start = seal->start;
    memcpy(seal->next_start_text, seal->start_text, sizeof(seal->start_text));
}

enum status seal_set_start(struct store *store, struct seal_start start)
{
    struct seal *seal = store->seal;

    if (start.from.id == 0) {
        seal->next_start = (struct seal_start){0};
        seal->next_start_text[0] = '\0';
        return STATUS_OK;
    }
    memcpy(start.store, seal->line.store, sizeof(start.store));
    memcpy(start.key, seal_key_id(seal->key), SEAL_KEY_ID_BYTES);
    TRY(seal_start_write(&start, seal->key, seal->next_start_text));
    seal->next_start = start;
    return STATUS_OK;
}

/* ---- Beginning ---- */

/* Does the audit start and end where the provider left it, and does its own row
 * agree? The records between are checked by audit verify. */
static enum status compare_seal(struct store *store)
{
    struct seal *seal = store->seal;
    char text[SEAL_LINE_BYTES], start[SEAL_LINE_BYTES], hash[AUDIT_HASH_BYTES];
    int64_t first, last, ignored;
    enum status found;

    found = seal_read_text(store, text);
    if (found == STATUS_NOT_FOUND && !MUTANT("a7-checkpoint-unmissed"))
        return STATUS_INVALID; /* there was one */
    TRY(found);
    TRY(seal_read_start_text(store, start));
    TRY(audit_head(store, &last, hash));
    found = audit_first(store, &first, &ignored);
    if (found == STATUS_NOT_FOUND)
        first = last + 1;
    else
        TRY(found);
    return strcmp(text, seal->text) == 0 &&
                   strcmp(start, seal->start_text) == 0 &&
                   last == seal->line.audit &&
                   strcmp(hash, seal->line.head) == 0 &&
                   first == seal->start.from.id + 1
               ? STATUS_OK
               : STATUS_INVALID;
}

/* A trigger of another program would run inside our own changes. */
static enum status compare_schema(struct store *store)
{
    struct seal *seal = store->seal;
    unsigned char schema[SUM_HASH_BYTES];

    if (seal->is_schema_new || MUTANT("a7-schema-unwatched"))
        return STATUS_OK;
    TRY(sums_schema(&seal->hasher, store->db, schema));
    return memcmp(schema, seal->schema, sizeof(schema)) == 0 ? STATUS_OK
                                                             : STATUS_INVALID;
}

/* Nor may an index lead elsewhere: rights are sought by them. */
static enum status compare_rows(struct store *store)
{
    SCOPED(buf_free) struct buf problems = buf_make(PROBLEMS_MAX_BYTES);
    struct seal *seal = store->seal;
    unsigned char schema[SUM_HASH_BYTES];
    enum status status;

    memcpy(schema, seal->schema, sizeof(schema));
    status = proof_run(store, seal, &problems);
    if (status == STATUS_OK &&
        (buf_status(&problems) != STATUS_OK || problems.size > 0 ||
         !sums_are_equal(&seal->now, &seal->committed)))
        status = STATUS_INVALID;
    sums_copy(&seal->now, &seal->committed);
    memcpy(seal->schema, schema, sizeof(schema));
    return status;
}

/* The whole store, if it may be another's work. */
static enum status compare_all(struct store *store)
{
    TRY(compare_schema(store));
    TRY(compare_seal(store));
    return compare_rows(store);
}

enum status seal_begin(struct store *store)
{
    struct seal *seal = store->seal;
    const unsigned known = seal->data_version;
    struct store_bounds bounds;
    enum status status;

    seal->n_changes = sqlite3_total_changes64(store->db);
    seal->n_parts = 0;
    ledger_end(&seal->ledger);
    forget_start(seal);
    TRY(changes_begin(&seal->changes, store->db));
    note_version(store);
    if (seal->data_version == known || MUTANT("a7-rows-unsealed"))
        return STATUS_OK;
    bounds = store_lift_bounds(store);
    status = compare_all(store);
    store_put_bounds(store, bounds);
    if (status != STATUS_OK)
        seal->data_version = known; /* the next change compares again */
    if (status == STATUS_INVALID)
        store_lose(store, "another program has written to the database");
    else if (status == STATUS_OK)
        log_warn(
            "store.compared why=%s",
            "another program has written to the database, no row or index");
    return status;
}

bool seal_is_alone(struct store *store)
{
    const unsigned known = store->seal->data_version;
    unsigned found;

    note_version(store);
    found = store->seal->data_version;
    store->seal->data_version = known;
    return found == known;
}

/* ---- Ending ---- */

static enum status write_row(struct store *store, const struct seal *seal,
                             struct text tags)
{
    return store_run_with(
        store, SQL_SEAL_PUT,
        STORE_ARGS(STORE_TEXT(text_of(seal->next_text)), STORE_TEXT(tags),
                   STORE_TEXT(text_of(seal->next_start_text))));
}

/* Not before the last one: it is how the next start knows how late it was. */
static int64_t latest_ms(int64_t last_ms)
{
    const int64_t now_ms = clock_wall_ms();

    return now_ms > last_ms ? now_ms : last_ms;
}

/* Has a number been given since the rows were read? They only rise, so that
 * their sum tells, at a tenth of the cost of reading them. */
static enum status look_for_numbers(struct store *store, bool *are_new_out)
{
    struct seal_numbers *known = &store->seal->numbers;
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    *are_new_out = true;
    TRY(store_row_with(store, SQL_SEAL_NUMBERS, STORE_NO_ARGS, &stmt));
    *are_new_out = !known->is_known || known->n != store_int(stmt, 0) ||
                   known->sum != store_int(stmt, 1);
    *known = (struct seal_numbers){store_int(stmt, 0), store_int(stmt, 1),
                                   !store->seal->is_schema_new};
    return STATUS_OK;
}

/* Its changes are not told: it is looked at at the end of each change. */
static enum status scan_sequence(struct store *store)
{
    struct seal *seal = store->seal;
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    bool are_new;

    TRY(look_for_numbers(store, &are_new));
    if (!are_new && !seal->is_schema_new)
        return STATUS_OK;
    TRY(store_prepare(store, SQL_SEAL_SEQUENCE, &stmt));
    return sums_scan_rows(&seal->now, &seal->hasher, "sqlite_sequence",
                          stmt->handle);
}

static enum status fill_next(struct store *store)
{
    struct seal *seal = store->seal;
    struct seal_line *next = &seal->next;

    *next = seal->line;
    next->serial++;
    next->time_ms = latest_ms(next->time_ms);
    next->start = seal->next_start.from.id;
    memcpy(next->key, seal_key_id(seal->key), SEAL_KEY_ID_BYTES);
    TRY(audit_head(store, &next->audit, next->head));
    TRY(scan_sequence(store));
    TRY(sums_root(&seal->now, &seal->hasher, seal->schema, next->rows));
    return seal_line_write(next, seal->key, seal->next_text);
}

static enum status write_next(struct store *store)
{
    SCOPED(buf_free) struct buf tags = buf_make(SUM_TAGS_MAX_BYTES);
    struct seal *seal = store->seal;

    if (seal->is_schema_new)
        TRY(sums_schema(&seal->hasher, store->db, seal->schema));
    TRY(fill_next(store));
    sums_write_tags(&seal->now, &seal->hasher, seal->schema, &tags);
    TRY(write_row(store, seal, buf_text(&tags)));
    seal->has_next = true;
    return STATUS_OK;
}

enum status seal_prepare_commit(struct store *store)
{
    struct seal *seal = store->seal;
    struct store_bounds bounds;
    enum status status;

    seal->has_next = false;
    if (seal->is_bad)
        return STATUS_NO_MEMORY;
    if (seal->ledger.is_bent && !MUTANT("a7-rows-unsealed")) {
        store_lose(store, "a row was changed by another program");
        return STATUS_INVALID;
    }
    if (sqlite3_total_changes64(store->db) == seal->n_changes &&
        !seal->is_schema_new &&
        strcmp(seal->next_start_text, seal->start_text) == 0)
        return STATUS_OK;
    bounds = store_lift_bounds(store);
    status = changes_write(store, &seal->changes);
    if (status == STATUS_OK)
        status = write_next(store);
    store_put_bounds(store, bounds);
    return status;
}

enum status seal_committed(struct store *store)
{
    struct seal *seal = store->seal;

    sums_copy(&seal->committed, &seal->now);
    ledger_end(&seal->ledger);
    note_version(store);
    if (!seal->has_next)
        return STATUS_OK;
    seal->has_next = false;
    seal->is_schema_new = false;
    seal->line = seal->next;
    memcpy(seal->text, seal->next_text, sizeof(seal->text));
    seal->start = seal->next_start;
    memcpy(seal->start_text, seal->next_start_text, sizeof(seal->start_text));
    if (!seal->logged || clock_mono_ms() - seal->logged_ms > TELL_EVERY_MS)
        tell(seal);
    if (!seal->anchor.path)
        return STATUS_OK;
    return anchor_write(&seal->anchor, seal->line.serial, seal->text, false);
}

void seal_rolled_back(struct store *store)
{
    struct seal *seal = store->seal;

    sums_copy(&seal->now, &seal->committed);
    seal->numbers.is_known = false;
    ledger_undo(&seal->ledger, 0);
    ledger_end(&seal->ledger);
    seal->n_parts = 0;
    seal->is_bad = false;
    seal->has_next = false;
    forget_start(seal);
    if (seal->is_schema_new &&
        sums_schema(&seal->hasher, store->db, seal->schema) != STATUS_OK)
        seal->is_bad = true;
}

/* ---- Parts and statements that are undone separately ---- */

enum status seal_part_begin(struct seal *seal)
{
    struct sums *parts;

    if (seal->n_parts == PARTS_MAX)
        return STATUS_LIMIT;
    if (seal->n_parts == seal->n_parts_room) {
        parts = realloc(seal->parts,
                        (seal->n_parts_room + 4) * sizeof(*seal->parts));
        if (!parts)
            return STATUS_NO_MEMORY;
        seal->parts = parts;
        seal->n_parts_room += 4;
    }
    seal->part_at[seal->n_parts] = seal->ledger.n_past;
    seal->changes_at[seal->n_parts] = changes_mark(&seal->changes);
    seal->parts[seal->n_parts++].n = 0;
    return STATUS_OK;
}

void seal_part_back(struct seal *seal)
{
    if (seal->n_parts == 0)
        return;
    ledger_undo(&seal->ledger, seal->part_at[seal->n_parts - 1]);
    changes_undo(&seal->changes, seal->changes_at[seal->n_parts - 1]);
    if (sums_put_back(&seal->now, &seal->parts[seal->n_parts - 1]) != STATUS_OK)
        seal->is_bad = true;
}

/* The part around it may be undone yet. */
void seal_part_end(struct seal *seal)
{
    struct sums *ended;

    if (seal->n_parts == 0)
        return;
    ended = &seal->parts[--seal->n_parts];
    for (size_t i = 0; seal->n_parts > 0 && i < ended->n; i++)
        if (sums_keep(ended - 1, ended, ended->items[i].table) != STATUS_OK)
            seal->is_bad = true;
}

void seal_step_begin(struct seal *seal)
{
    seal->before.n = 0;
    seal->ledger.step_at = seal->ledger.n_past;
    seal->changes.step_at = changes_mark(&seal->changes);
    seal->is_step = true;
}

void seal_step_end(struct seal *seal, bool has_failed)
{
    seal->is_step = false;
    if (has_failed) {
        ledger_undo(&seal->ledger, seal->ledger.step_at);
        changes_undo(&seal->changes, seal->changes.step_at);
    }
    if (has_failed && sums_put_back(&seal->now, &seal->before) != STATUS_OK)
        seal->is_bad = true;
}
