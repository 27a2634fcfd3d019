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
#include "provider/store/proof/proof.h"
#include "provider/store/seal_mark.h"
#include "provider/store/seal_private.h"
#include "provider/store/store_private.h"

static void say(struct seal_report *report, const char *problem)
{
    buf_append_string(&report->problems, problem);
    buf_append_char(&report->problems, '\n');
}

/* ---- Looking ---- */

static void compare_anchor(const struct seal *seal, struct seal_report *report,
                           const struct seal_line *anchored, const char *text)
{
    const struct seal_line *line = &report->line;

    if (!line->serial)
        return;
    if (strcmp(line->store, anchored->store) != 0)
        say(report, "it is another store than the anchor's");
    else if (line->serial < anchored->serial)
        buf_append_format(&report->problems,
                          "it is an older database: it ends with change %lld, "
                          "the anchor has seen change %lld\n",
                          (long long)line->serial, (long long)anchored->serial);
    else if (line->serial == anchored->serial && strcmp(text, seal->text) != 0)
        say(report, "it went on otherwise than the anchor has seen");
}

static enum status check_anchor(const struct seal *seal,
                                struct seal_report *report,
                                struct seal_line *anchored)
{
    char text[SEAL_LINE_BYTES];
    enum status found;

    if (!seal->anchor.path)
        return STATUS_OK;
    found = anchor_read(&seal->anchor, seal->key, anchored, text);
    if (found == STATUS_UNAVAILABLE)
        return found;
    if (found == STATUS_OK)
        compare_anchor(seal, report, anchored, text);
    else
        say(report, "the anchor holds no checkpoint of this key");
    return STATUS_OK;
}

/* Fills seal and report; returns a status if it cannot be read at all. */
static enum status look(struct store *store, struct seal *seal,
                        struct seal_report *report, struct seal_line *anchored)
{
    const bool is_marked = seal_mark_take(store, seal);
    const size_t n_before = report->problems.size; /* its anchor is missing */

    *anchored = (struct seal_line){0};
    if (!is_marked)
        TRY(proof_run(store, seal, &report->problems));
    if (report->problems.size > n_before)
        return STATUS_OK; /* rows of damaged pages tell nothing */
    TRY(seal_look(store, seal, SEAL_LOOK_ROWS | SEAL_LOOK_ADDED, report));
    return check_anchor(seal, report, anchored);
}

/* ---- Opening ---- */

static enum status private_seal(const char *key_path, struct seal **seal_out)
{
    OWNED(seal) seal = NULL;
    struct seal_key *key;

    TRY(seal_key_open(key_path, &key));
    TRY(seal_new(key, &seal));
    if (!seal_key_is_private(seal->key)) {
        log_error("seal.open path=%s why=%s", key_path,
                  "the provider needs the private key");
        return STATUS_INVALID;
    }
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
    sums_copy(&seal->committed, &seal->now);
    return STATUS_OK;
}

enum status seal_make(struct store *store, const struct seal_place *place)
{
    OWNED(seal) seal = NULL;

    if (access(place->key, F_OK) != 0)
        TRY(seal_key_make(place->key));
    TRY(private_seal(place->key, &seal));
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
    TRY(private_seal(place->key, &seal));
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
    sums_copy(&seal->committed, &seal->now);
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

void seal_leave(struct store *store)
{
    seal_mark_leave(store);
}

/* Does the audit continue from its declared start? */
static enum status is_start_good(struct store *store, int64_t first,
                                 bool *is_good_out)
{
    const struct audit_start *start = &store->seal->start.from;
    int64_t n, broken;

    TRY(audit_verify(store, start, INT64_MAX, &n, &broken));
    *is_good_out = first == start->id + 1 && broken != first;
    return STATUS_OK;
}

/* After its first record, whose predecessor is unknown. */
static enum status start_behind(struct store *store, int64_t first)
{
    struct seal_start start = {.from = {.id = first},
                               .why = SEAL_START_ACCEPTED,
                               .time_ms = clock_wall_ms()};

    TRY(audit_hash_at(store, first, start.from.hash));
    TRY(audit_delete_up_to(store, first));
    return seal_set_start(store, start);
}

/* An audit that was cut, or whose start another key signed, gets a start that
 * fits its records. */
static enum status fit_start(struct store *store)
{
    int64_t first, ignored;
    const enum status found = audit_first(store, &first, &ignored);
    bool is_good;

    if (found == STATUS_NOT_FOUND)
        return seal_set_start(store, store->seal->start);
    TRY(found);
    if (first <= 1)
        return seal_set_start(store, (struct seal_start){0});
    TRY(is_start_good(store, first, &is_good));
    return is_good ? seal_set_start(store, store->seal->start)
                   : start_behind(store, first);
}

/* A change of its own: the checkpoint after it covers it. */
static enum status accept_start(struct store *store)
{
    enum status status;

    TRY(store_write_begin(store));
    status = fit_start(store);
    if (status == STATUS_OK)
        status = store_write_commit(store);
    if (status != STATUS_OK)
        store_write_rollback(store);
    return status;
}

enum status seal_accept(struct store *store, const struct seal_place *place,
                        struct seal_report *report)
{
    OWNED(seal) seal = NULL;
    struct seal_line anchored;

    TRY(open_and_look(store, place, report, &anchored, &seal));
    log_problems(report);
    if (!report->has_rows)
        return STATUS_INVALID; /* damaged: it cannot be accepted */
    if (!seal->anchor.path)
        TRY(anchor_make(place->anchor, &seal->anchor));
    if (!seal->line.serial)
        TRY(name_store(seal));
    if (anchored.serial > seal->line.serial)
        seal->line.serial = anchored.serial;
    seal->line.time_ms = 0; /* it is as late as the host's clock says */
    seal_attach(store, TAKE(seal));
    TRY(accept_start(store));
    return seal_write(store);
}

const struct seal_line *seal_last(const struct store *store)
{
    return store->seal ? &store->seal->line : NULL;
}

const struct seal_key *seal_key_of(const struct store *store)
{
    return store->seal ? store->seal->key : NULL;
}
