/*
 * Rotates the key: the new one is made beside the old one, which it replaces
 * once the store is sealed with it. An interruption leaves both, and the next
 * start finishes or discards the new one, depending on whose signature the
 * store has.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "provider/base/log.h"
#include "provider/store/conceal_private.h"
#include "provider/store/seal_private.h"
#include "provider/store/store_private.h"

enum { PATH_MAX_BYTES = 4096 };

struct names {
    char next[PATH_MAX_BYTES];
    char next_public[PATH_MAX_BYTES + 8];
    char key_public[PATH_MAX_BYTES + 8];
};

static enum status name_files(const char *key, struct names *names)
{
    if (strlen(key) + sizeof(".next.pub") > PATH_MAX_BYTES)
        return STATUS_LIMIT;
    snprintf(names->next, sizeof(names->next), "%s.next", key);
    snprintf(names->next_public, sizeof(names->next_public), "%s.pub",
             names->next);
    snprintf(names->key_public, sizeof(names->key_public), "%s.pub", key);
    return STATUS_OK;
}

static void forget_next(const struct names *names)
{
    unlink(names->next);
    unlink(names->next_public);
}

/* After an interruption the public half may be in place already. */
static enum status take_place(const char *key, const struct names *names)
{
    if ((rename(names->next_public, names->key_public) != 0 &&
         errno != ENOENT) ||
        rename(names->next, key) != 0)
        return STATUS_UNAVAILABLE;
    return STATUS_OK;
}

/* ---- Rotating ---- */

/* What the old key signed means nothing once it is gone. */
static enum status sign_start_anew(struct store *store)
{
    struct seal *seal = store->seal;

    if (seal->start.from.id == 0)
        return STATUS_OK;
    memcpy(seal->start.key, seal_key_id(seal->key), SEAL_KEY_ID_BYTES);
    return seal_start_write(&seal->start, seal->key, seal->start_text);
}

/* One change, the first that the new key signs. */
static enum status write_anew(struct store *store, const struct seal_key *old)
{
    enum status status;

    store->seal->is_schema_new = true;
    TRY(store_write_begin(store));
    status = conceal_rotate(store, old, store->seal->key);
    if (status == STATUS_OK)
        status = store_write_commit(store);
    if (status != STATUS_OK)
        store_write_rollback(store);
    return status;
}

static enum status seal_with(struct store *store, const char *path)
{
    struct seal *seal = store->seal;
    struct sum_hasher hasher = {0};
    OWNED(seal_key) key = NULL;
    OWNED(seal_key) old = NULL;
    enum status status;

    TRY(seal_key_open(path, &key));
    status = sum_hasher_open(&hasher, key);
    if (status == STATUS_OK)
        status = sums_scan(&seal->now, &hasher, store->db);
    if (status != STATUS_OK) {
        sum_hasher_close(&hasher);
        return status;
    }
    sum_hasher_close(&seal->hasher);
    old = seal->key;
    seal->hasher = hasher;
    ledger_clear(&seal->ledger); /* of hashes by the old key */
    seal->key = TAKE(key);
    sums_copy(&seal->committed, &seal->now);
    TRY(sign_start_anew(store));
    return write_anew(store, old);
}

enum status seal_rotate(struct store *store, const struct seal_place *place)
{
    struct names names;

    TRY(name_files(place->key, &names));
    forget_next(&names);
    TRY(seal_key_make(names.next));
    TRY(seal_with(store, names.next));
    return take_place(place->key, &names);
}

/* ---- After an interruption ---- */

/* The anchor may still be as the old key left it, or older. */
static enum status settle_anchor(const struct seal_place *place,
                                 const struct seal_key *next,
                                 const struct seal_line *line, const char *text)
{
    struct anchor anchor = {.fd = -1};
    OWNED(seal_key) old = NULL;
    struct seal_line anchored;
    char ignored[SEAL_LINE_BYTES];
    enum status status;

    TRY(seal_key_open(place->key, &old));
    TRY(anchor_open(place->anchor, &anchor));
    status = anchor_read(&anchor, next, &anchored, ignored);
    if (status == STATUS_INVALID)
        status = anchor_read(&anchor, old, &anchored, ignored) == STATUS_OK &&
                         strcmp(anchored.store, line->store) == 0 &&
                         anchored.serial < line->serial
                     ? anchor_write(&anchor, line->serial, text, true)
                     : STATUS_INVALID;
    anchor_close(&anchor);
    if (status == STATUS_INVALID)
        log_error("seal.rotated path=%s why=%s", place->key,
                  "the rotation had been stopped, and the anchor does not fit");
    return status;
}

static bool is_sealed_with(struct store *store, const char *path)
{
    OWNED(seal_key) key = NULL;
    char text[SEAL_LINE_BYTES];
    struct seal_line line;

    return seal_key_open(path, &key) == STATUS_OK &&
           seal_read_text(store, text) == STATUS_OK &&
           seal_line_read(text_of(text), key, &line) == STATUS_OK;
}

enum status seal_settle(struct store *store, const struct seal_place *place)
{
    OWNED(seal_key) next = NULL;
    char text[SEAL_LINE_BYTES];
    struct seal_line line;
    struct names names;

    TRY(name_files(place->key, &names));
    if (access(names.next, F_OK) != 0)
        return STATUS_OK;
    if (is_sealed_with(store, place->key)) {
        forget_next(&names); /* which may be half written */
        return STATUS_OK;
    }
    TRY(seal_key_open(names.next, &next));
    if (seal_read_text(store, text) != STATUS_OK ||
        seal_line_read(text_of(text), next, &line) != STATUS_OK) {
        forget_next(&names);
        return STATUS_OK;
    }
    TRY(settle_anchor(place, next, &line, text));
    log_warn("seal.rotated path=%s why=%s", place->key,
             "the rotation had been stopped, and is finished now");
    return take_place(place->key, &names);
}
