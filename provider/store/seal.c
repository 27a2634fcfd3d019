#include "provider/store/seal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/store/health.h"
#include "provider/store/seal_private.h"
#include "provider/store/store_private.h"

enum {
    PROBLEMS_MAX_BYTES = 16 * 1024,
    TAIL_RECORDS = 1000, /* of the audit, looked at when a store is opened */
    PATH_MAX_BYTES = 4096,
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

/* ---- Looking at a store ---- */

/* What the store says of itself. */
struct claim {
    char text[SEAL_LINE_BYTES];
    struct buf tags;
};

static void claim_clear(struct claim *claim)
{
    buf_free(&claim->tags);
}

static enum status read_claim(struct store *store, struct claim *claim)
{
    static const char sql[] = "SELECT line, tables FROM seal";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct text line;

    claim->text[0] = '\0';
    claim->tags = buf_make(SUM_TAGS_MAX_BYTES);
    TRY(store_prepare(store, sql, &stmt));
    if (store_step(stmt) != STATUS_OK)
        return STATUS_NOT_FOUND;
    line = store_text(stmt, 0);
    if (line.size == 0 || line.size >= sizeof(claim->text))
        return STATUS_NOT_FOUND;
    memcpy(claim->text, line.data, line.size);
    claim->text[line.size] = '\0';
    buf_append_text(&claim->tags, store_text(stmt, 1));
    return buf_status(&claim->tags);
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

static enum status check_rows(struct store *store, const struct claim *claim,
                              struct seal *seal, struct seal_report *report)
{
    char rows[SEAL_ROWS_BYTES];

    TRY(sums_scan(&seal->now, &seal->hasher, store->db));
    TRY(sums_scan_table(&seal->now, &seal->hasher, store->db,
                        "sqlite_sequence"));
    TRY(sums_schema(&seal->hasher, store->db, seal->schema));
    TRY(sums_root(&seal->now, &seal->hasher, seal->schema, rows));
    report->has_rows = true;
    if (report->line.serial && strcmp(rows, report->line.rows) != 0 &&
        !MUTANT("a7-rows-unsealed"))
        name_tables(store, claim, seal, report);
    return STATUS_OK;
}

static enum status check_audit(struct store *store, struct seal_report *report)
{
    char hash[AUDIT_HASH_BYTES];
    int64_t head = 0, broken = 0;

    TRY(audit_head(store, &head, hash));
    if (report->line.serial &&
        (head != report->line.audit || strcmp(hash, report->line.head) != 0))
        buf_append_format(&report->problems,
                          "its audit ends with record %lld and was left with "
                          "another end, record %lld\n",
                          (long long)head, (long long)report->line.audit);
    TRY(audit_verify_tail(store, TAIL_RECORDS, &report->n_records, &broken));
    if (broken)
        buf_append_format(&report->problems,
                          "its audit is broken at record %lld\n",
                          (long long)broken);
    return STATUS_OK;
}

static void check_anchor(const struct claim *claim, const struct seal *seal,
                         struct seal_report *report, struct seal_line *anchored)
{
    const struct seal_line *line = &report->line;
    char text[SEAL_LINE_BYTES];

    if (!seal->anchor.path)
        return;
    if (anchor_read(&seal->anchor, seal->key, anchored, text) != STATUS_OK) {
        say(report, "the anchor holds no checkpoint of this key");
        return;
    }
    if (!line->serial)
        return;
    if (strcmp(line->store, anchored->store) != 0)
        say(report, "it is another store than the anchor's");
    else if (line->serial < anchored->serial)
        buf_append_format(&report->problems,
                          "it is an older database: it ends with change %lld, "
                          "the anchor has seen change %lld\n",
                          (long long)line->serial, (long long)anchored->serial);
    else if (line->serial == anchored->serial && strcmp(text, claim->text) != 0)
        say(report, "it went on otherwise than the anchor has seen");
}

/* Fills seal and report; what cannot be read at all is a status. */
static enum status look(struct store *store, struct seal *seal,
                        struct seal_report *report, struct seal_line *anchored)
{
    SCOPED(claim_clear) struct claim claim = {0};

    *anchored = (struct seal_line){0};
    TRY(health_check_pages(store, &report->problems));
    if (report->problems.size > 0)
        return STATUS_OK; /* rows of broken pages say nothing */
    if (read_claim(store, &claim) != STATUS_OK)
        claim.text[0] = '\0';
    check_line(&claim, seal->key, report);
    TRY(check_rows(store, &claim, seal, report));
    TRY(check_audit(store, report));
    check_anchor(&claim, seal, report, anchored);
    seal->line = report->line;
    memcpy(seal->text, claim.text, sizeof(seal->text));
    return STATUS_OK;
}

/* ---- Opening ---- */

static enum status seal_new(const char *key_path, struct seal **seal_out)
{
    OWNED(seal) seal = calloc(1, sizeof(*seal));

    if (!seal)
        return STATUS_NO_MEMORY;
    seal->anchor.fd = -1;
    TRY(seal_key_open(key_path, &seal->key));
    if (!seal_key_is_private(seal->key)) {
        log_error("seal.open path=%s why=%s", key_path,
                  "the provider needs the private key");
        return STATUS_INVALID;
    }
    TRY(sum_hasher_open(&seal->hasher, seal->key));
    *seal_out = TAKE(seal);
    return STATUS_OK;
}

enum status seal_write(struct store *store)
{
    enum status status;

    store->seal->is_schema_new = true;
    TRY(store_write_begin(store));
    status = store_write_commit(store);
    if (status != STATUS_OK)
        store_write_rollback(store);
    return status;
}

static enum status name_store(struct seal *seal)
{
    unsigned char bytes[(SEAL_STORE_ID_BYTES - 1) / 2];

    if (RAND_bytes(bytes, sizeof(bytes)) != 1)
        return STATUS_UNAVAILABLE;
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(seal->line.store + 2 * i, 3, "%02x", bytes[i]);
    return STATUS_OK;
}

static enum status scan(struct store *store, struct seal *seal)
{
    TRY(sums_scan(&seal->now, &seal->hasher, store->db));
    seal->committed = seal->now;
    return STATUS_OK;
}

enum status seal_make(struct store *store, const struct seal_place *place)
{
    OWNED(seal) seal = NULL;

    if (access(place->key, F_OK) != 0)
        TRY(seal_key_make(place->key));
    TRY(seal_new(place->key, &seal));
    TRY(anchor_make(place->anchor, &seal->anchor));
    TRY(name_store(seal));
    TRY(scan(store, seal));
    seal_attach(store, TAKE(seal));
    return seal_write(store);
}

static void log_problems(const struct seal_report *report)
{
    struct text rest = buf_text(&report->problems);

    while (rest.size > 0) {
        const char *end = memchr(rest.data, '\n', rest.size);
        const size_t length = (size_t)(end - rest.data);
        SCOPED(memory_drop)
        char *line = text_dup((struct text){rest.data, length});

        log_error("store.bent why=%s", line);
        rest.data += length + 1;
        rest.size -= length + 1;
    }
}

static enum status open_and_look(struct store *store,
                                 const struct seal_place *place,
                                 struct seal_report *report,
                                 struct seal_line *anchored,
                                 struct seal **seal_out)
{
    OWNED(seal) seal = NULL;
    enum status status;

    TRY(seal_settle(store, place));
    TRY(seal_new(place->key, &seal));
    if (place->anchor) {
        status = anchor_open(place->anchor, &seal->anchor);
        if (status == STATUS_NOT_FOUND)
            say(report, "its anchor is missing");
        else if (status != STATUS_OK)
            return status;
    }
    TRY(store_read_begin(store));
    status = look(store, seal, report, anchored);
    store_read_end(store);
    TRY(status);
    seal->committed = seal->now;
    *seal_out = TAKE(seal);
    return STATUS_OK;
}

enum status seal_open(struct store *store, const struct seal_place *place,
                      struct seal_report *report)
{
    OWNED(seal) seal = NULL;
    struct seal_line anchored;

    TRY(open_and_look(store, place, report, &anchored, &seal));
    if (buf_status(&report->problems) != STATUS_OK ||
        report->problems.size > 0) {
        log_problems(report);
        return STATUS_INVALID;
    }
    seal_attach(store, TAKE(seal));
    return STATUS_OK;
}

enum status seal_accept(struct store *store, const struct seal_place *place,
                        struct seal_report *report)
{
    OWNED(seal) seal = NULL;
    struct seal_line anchored;

    TRY(open_and_look(store, place, report, &anchored, &seal));
    log_problems(report);
    if (!report->has_rows)
        return STATUS_INVALID; /* damaged: there is nothing to accept */
    if (!seal->anchor.path)
        TRY(anchor_make(place->anchor, &seal->anchor));
    if (!seal->line.serial)
        TRY(name_store(seal));
    if (anchored.serial > seal->line.serial)
        seal->line.serial = anchored.serial;
    seal_attach(store, TAKE(seal));
    return seal_write(store);
}

const struct seal_line *seal_last(const struct store *store)
{
    return store->seal ? &store->seal->line : NULL;
}

/* ---- While it is open ---- */

static enum status check_table(struct store *store, const char *table)
{
    struct seal *seal = store->seal;

    seal->before.n = 0;
    TRY(sums_scan_table(&seal->before, &seal->hasher, store->db, table));
    if (sums_has(&seal->now, &seal->before.items[0]))
        return STATUS_OK;
    log_error("store.bent table=%s why=%s", table,
              "its rows are not those that the provider left there");
    store_lose(store, "rows were changed by another program");
    return STATUS_INVALID;
}

enum status seal_check_tables(struct store *store, const char *const *tables,
                              size_t n_tables)
{
    struct store_bounds bounds;
    enum status status = STATUS_OK;

    if (!store->seal || MUTANT("a7-rows-unsealed"))
        return STATUS_OK;
    bounds = store_lift_bounds(store);
    for (size_t i = 0; i < n_tables && status == STATUS_OK; i++)
        status = check_table(store, tables[i]);
    store_put_bounds(store, bounds);
    return status;
}
