/*
 * Checks a store: is it as its checkpoint says?
 */
#include <stdio.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/store/seal_private.h"
#include "provider/store/seal_sql.h"
#include "provider/store/store_private.h"

enum {
    PROBLEMS_MAX_BYTES = 16 * 1024,
    TAIL_RECORDS = 1000, /* of the audit, unless all are checked */
};

struct seal_report seal_report_make(void)
{
    return (struct seal_report){.problems = buf_make(PROBLEMS_MAX_BYTES)};
}

void seal_report_clear(struct seal_report *report)
{
    buf_free(&report->problems);
}

static void say(struct seal_report *report, const char *problem)
{
    buf_append_string(&report->problems, problem);
    buf_append_char(&report->problems, '\n');
}

/* ---- Parts ---- */

/* The store's own statements. */
struct claim {
    char text[SEAL_LINE_BYTES];
    char start[SEAL_LINE_BYTES];
    struct buf tags;
};

static void claim_clear(struct claim *claim)
{
    buf_free(&claim->tags);
}

/* False: it is longer than any that we write. */
static bool take_line(struct store_stmt *stmt, int column,
                      char out[SEAL_LINE_BYTES])
{
    const struct text line = store_text(stmt, column);

    out[0] = '\0';
    if (line.size >= SEAL_LINE_BYTES)
        return false;
    if (line.size > 0)
        memcpy(out, line.data, line.size);
    out[line.size] = '\0';
    return true;
}

static enum status read_claim(struct store *store, struct claim *claim)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    bool is_read;

    claim->text[0] = claim->start[0] = '\0';
    claim->tags = buf_make(SUM_TAGS_MAX_BYTES);
    found = store_prepare(store, SQL_SEAL_FIND, &stmt);
    if (found != STATUS_OK) /* there may be no such table */
        return found == STATUS_NO_MEMORY ? found : STATUS_NOT_FOUND;
    found = store_step(stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_NOT_FOUND : found;
    is_read = take_line(stmt, 0, claim->text);
    if (!take_line(stmt, 1, claim->start))
        strcpy(claim->start, "-"); /* which is no start */
    if (!is_read || !claim->text[0])
        return STATUS_NOT_FOUND;
    buf_append_text(&claim->tags, store_text(stmt, 2));
    return buf_status(&claim->tags);
}

/* One that is missing is empty; one that cannot be read is not missing. */
static enum status look_for_claim(struct store *store, struct claim *claim)
{
    const enum status found = read_claim(store, claim);

    if (found != STATUS_NOT_FOUND)
        return found;
    claim->text[0] = '\0';
    return STATUS_OK;
}

enum status seal_read_start_text(struct store *store,
                                 char text_out[SEAL_LINE_BYTES])
{
    SCOPED(claim_clear) struct claim claim = {0};

    TRY(read_claim(store, &claim));
    memcpy(text_out, claim.start, sizeof(claim.start));
    return STATUS_OK;
}

enum status seal_read_text(struct store *store, char text_out[SEAL_LINE_BYTES])
{
    SCOPED(claim_clear) struct claim claim = {0};

    TRY(read_claim(store, &claim));
    memcpy(text_out, claim.text, sizeof(claim.text));
    return STATUS_OK;
}

static void check_line(const struct claim *claim, const struct seal_key *key,
                       struct seal_report *report)
{
    struct seal_line line = {0};

    switch (seal_line_read(text_of(claim->text), key, &line)) {
    case STATUS_OK:
        report->line = line;
        break;
    case STATUS_DENIED:
        buf_append_format(&report->problems,
                          "its checkpoint is not signed by this key (%s): the "
                          "checkpoint or the key was changed\n",
                          seal_key_id(key));
        break;
    default:
        say(report, "it has no checkpoint: it was never finished by --init, "
                    "or its seal was taken out");
    }
}

static void name_tables(struct store *store, const struct claim *claim,
                        struct seal *seal, struct seal_report *report)
{
    SCOPED(buf_free) struct buf tags = buf_make(SUM_TAGS_MAX_BYTES);
    SCOPED(buf_free) struct buf names = buf_make(SUM_TAGS_MAX_BYTES);

    (void)store;
    sums_write_tags(&seal->now, &seal->hasher, seal->schema, &tags);
    sums_name_differences(buf_text(&claim->tags), buf_text(&tags), &names);
    buf_append_format(&report->problems,
                      "its rows were changed by another program, in: %.*s\n",
                      names.size ? (int)names.size : 9,
                      names.size ? buf_text(&names).data : "the whole");
}

static enum status add_rows_up(struct store *store, struct seal *seal)
{
    TRY(sums_scan(&seal->now, &seal->hasher, store->db));
    TRY(sums_scan_table(&seal->now, &seal->hasher, store->db,
                        "sqlite_sequence"));
    return sums_schema(&seal->hasher, store->db, seal->schema);
}

static enum status check_rows(struct store *store, const struct claim *claim,
                              struct seal *seal, struct seal_report *report)
{
    char rows[SEAL_ROWS_BYTES];

    TRY(sums_root(&seal->now, &seal->hasher, seal->schema, rows));
    report->has_rows = true;
    if (report->line.serial && strcmp(rows, report->line.rows) != 0 &&
        !MUTANT("a7-rows-unsealed"))
        name_tables(store, claim, seal, report);
    return STATUS_OK;
}

/* Only the key's owner may declare that the audit starts later than with record
 * 1, and only the start that the checkpoint names counts. */
static void check_start(const struct claim *claim, const struct seal_key *key,
                        struct seal_report *report)
{
    const enum status status =
        seal_start_read(text_of(claim->start), key, &report->start);
    const struct seal_line *line = &report->line;

    if (MUTANT("a7-start-unsigned"))
        return;
    if (status != STATUS_OK)
        say(report, "the start of its audit is not signed by this key");
    else if (line->serial && report->start.from.id != line->start)
        buf_append_format(&report->problems,
                          "its audit was left with a start behind record %lld, "
                          "and has one behind record %lld\n",
                          (long long)line->start,
                          (long long)report->start.from.id);
    else if (line->serial && report->start.from.id > 0 &&
             strcmp(report->start.store, line->store) != 0)
        say(report, "the start of its audit is another store's");
}

/* A record before the start would be listed with the others. */
static enum status check_first_record(struct store *store,
                                      struct seal_report *report)
{
    const int64_t start = report->start.from.id;
    int64_t first, ignored;
    const enum status found = audit_first(store, &first, &ignored);

    if (found != STATUS_OK)
        return found == STATUS_NOT_FOUND ? STATUS_OK : found;
    if (first < 1)
        buf_append_format(&report->problems,
                          "its audit has a record %lld, before the first\n",
                          (long long)first);
    else if (first <= start)
        buf_append_format(
            &report->problems,
            "its audit has a record %lld, before its start behind "
            "record %lld\n",
            (long long)first, (long long)start);
    else if (first > start + 1)
        buf_append_format(&report->problems,
                          "its audit was cut: it begins with record %lld, and "
                          "its signed start is before record %lld\n",
                          (long long)first, (long long)start + 1);
    return STATUS_OK;
}

static enum status check_audit(struct store *store, unsigned how,
                               struct seal_report *report)
{
    char hash[AUDIT_HASH_BYTES];
    int64_t head = 0;

    TRY(audit_head(store, &head, hash));
    if (report->line.serial &&
        (head != report->line.audit || strcmp(hash, report->line.head) != 0))
        buf_append_format(&report->problems,
                          "its audit ends with record %lld and was left with "
                          "another end, record %lld\n",
                          (long long)head, (long long)report->line.audit);
    TRY(check_first_record(store, report));
    TRY(audit_verify(store, &report->start.from,
                     how & SEAL_LOOK_ALL_RECORDS ? INT64_MAX : TAIL_RECORDS,
                     &report->n_records, &report->broken));
    if (report->broken)
        buf_append_format(&report->problems,
                          "its audit is broken at record %lld\n",
                          (long long)report->broken);
    return STATUS_OK;
}

/* ---- As a whole ---- */

enum status seal_new(struct seal_key *key, struct seal **seal_out)
{
    OWNED(seal) seal = calloc(1, sizeof(*seal));

    if (!seal) {
        seal_key_free(key);
        return STATUS_NO_MEMORY;
    }
    seal->key = key;
    seal->anchor.fd = -1;
    if (seal_key_is_private(seal->key))
        TRY(sum_hasher_open(&seal->hasher, seal->key));
    *seal_out = TAKE(seal);
    return STATUS_OK;
}

enum status seal_look(struct store *store, struct seal *seal, unsigned how,
                      struct seal_report *report)
{
    SCOPED(claim_clear) struct claim claim = {0};

    TRY(look_for_claim(store, &claim));
    check_line(&claim, seal->key, report);
    check_start(&claim, seal->key, report);
    if ((how & SEAL_LOOK_ROWS) && !(how & SEAL_LOOK_ADDED))
        TRY(add_rows_up(store, seal));
    if (how & SEAL_LOOK_ROWS)
        TRY(check_rows(store, &claim, seal, report));
    TRY(check_audit(store, how, report));
    seal->line = report->line;
    memcpy(seal->text, claim.text, sizeof(seal->text));
    seal->start = report->start;
    memcpy(seal->start_text, claim.start, sizeof(seal->start_text));
    return STATUS_OK;
}

enum status seal_look_audit(struct store *store, const struct seal_key *key,
                            struct seal_report *report)
{
    SCOPED(claim_clear) struct claim claim = {0};

    if (!key)
        return check_audit(store, SEAL_LOOK_ALL_RECORDS, report);
    TRY(look_for_claim(store, &claim));
    check_line(&claim, key, report);
    check_start(&claim, key, report);
    return check_audit(store, SEAL_LOOK_ALL_RECORDS, report);
}
