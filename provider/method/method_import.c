/* object.import: many rows in one call, and one record of what became of them.
 */
#include <openssl/evp.h>
#include <stdio.h>

#include "provider/call/approval.h"
#include "provider/call/method.h"
#include "provider/call/sent.h"
#include "provider/method/methods.h"
#include "provider/object/import.h"

enum {
    /* A batch leaves room in the writer's turn (WRITER_HOLD_MS) for what comes
     * after its rows: memberships, record and commit. */
    ROWS_MS = 10,
    KEYS_MAX_BYTES = 16 * 1024,
    NOTE_MAX_BYTES = 4 * KEYS_MAX_BYTES,
    HASH_BYTES = 32,
    ROW_BYTES = 4096,
};

/* ---- What was sent ---- */

static int add(const char *data, size_t size, void *context)
{
    return EVP_DigestUpdate(context, data, size) == 1 ? 0 : -1;
}

static void digest_drop(EVP_MD_CTX **digest)
{
    EVP_MD_CTX_free(*digest);
}

static bool add_row(const json_t *row, EVP_MD_CTX *digest)
{
    char text[ROW_BYTES]; /* a call for each word would cost more than it */
    const size_t size = json_dumpb(row, text, sizeof(text), JSON_COMPACT);

    if (size > 0 && size <= sizeof(text))
        return add(text, size, digest) == 0;
    return json_dump_callback(row, add, digest, JSON_COMPACT) == 0;
}

static void json_drop(json_t **json)
{
    json_decref(*json);
}

/* Nobody shall guess at a masked value by the digest. */
static bool add_masked(const json_t *row, EVP_MD_CTX *digest)
{
    SCOPED(json_drop) json_t *masked = NULL;

    return sent_mask(row, &masked) && add_row(masked ? masked : row, digest);
}

static bool has_bags(const struct object_class *class)
{
    for (size_t i = 0; i < class->n_properties; i++)
        if (class->properties[i].flags & OBJECT_BAG)
            return true;
    return false;
}

/* Of the rows that were taken: each as compact JSON and a newline. */
static enum status hash_rows(const struct object_class *class,
                             const json_t *rows, size_t n,
                             char hex_out[2 * HASH_BYTES + 1])
{
    SCOPED(digest_drop) EVP_MD_CTX *digest = EVP_MD_CTX_new();
    bool (*add_one)(const json_t *, EVP_MD_CTX *) =
        has_bags(class) ? add_masked : add_row;
    unsigned char hash[HASH_BYTES];

    if (!digest || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (!add_one(json_array_get(rows, i), digest) ||
            add("\n", 1, digest) != 0)
            return STATUS_NO_MEMORY;
    if (EVP_DigestFinal_ex(digest, hash, NULL) != 1)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < HASH_BYTES; i++)
        snprintf(hex_out + 2 * i, 3, "%02x", hash[i]);
    return STATUS_OK;
}

/* ---- The record ---- */

static void put_keys(struct json_writer *w, const char *name,
                     const struct buf *keys)
{
    if (keys->size)
        writer_put_text(w, name, buf_text(keys));
}

static void put_count(struct json_writer *w, const char *name, size_t n)
{
    if (n)
        writer_put_int(w, name, (int64_t)n);
}

static void put_note(struct call *call, const struct object_imported *imported,
                     const char *hash)
{
    struct json_writer w = json_writer_make(&call->note);

    writer_object_begin(&w);
    if (call->params && params_text(call->params, "key").size)
        writer_put_text(&w, "by", params_text(call->params, "key"));
    if (params_boolean(call->params, "dry_run"))
        writer_put_bool(&w, "dry_run", true);
    writer_put_int(&w, "rows", (int64_t)imported->n_taken);
    writer_put_string(&w, "sha256", hash);
    put_count(&w, "created", imported->n_created);
    put_keys(&w, "created_keys", &imported->created);
    put_count(&w, "updated", imported->n_updated);
    put_keys(&w, "updated_keys", &imported->updated);
    put_count(&w, "unchanged", imported->n_unchanged);
    put_count(&w, "failed", imported->n_failed);
    put_count(&w, "denied", imported->n_denied);
    put_keys(&w, "denied_keys", &imported->denied);
    writer_object_end(&w);
}

/* A batch whose objects are not on record is none. */
static enum status note_rows(struct call *call,
                             const struct object_imported *imported)
{
    char hash[2 * HASH_BYTES + 1];

    TRY(hash_rows(call->gate.class, params_value(call->params, "rows"),
                  imported->n_taken, hash));
    TRY(buf_status(&imported->created));
    TRY(buf_status(&imported->updated));
    TRY(buf_status(&imported->denied));
    buf_free(&call->note);
    call->note = buf_make(NOTE_MAX_BYTES);
    call->note_name = "import";
    put_note(call, imported, hash);
    call->n_rows_denied = imported->n_denied;
    call->rows_denied = imported->first_denial;
    return buf_status(&call->note);
}

/* ---- The batch ---- */

static enum status import(struct call *call, struct object_imported *imported,
                          struct json_writer *result)
{
    const struct object_import rows = {
        .rows = params_value(call->params, "rows"),
        .by = params_text(call->params, "key"),
        .until_ms = call->ground->now_ms + ROWS_MS,
        .keys_max_bytes = KEYS_MAX_BYTES,
    };

    TRY(object_import(&call->act, &rows, imported, result));
    return note_rows(call, imported);
}

/* As import, and nothing stays but the record of it. */
static enum status try_import(struct call *call,
                              struct object_imported *imported,
                              struct json_writer *result)
{
    struct store *store = call->ground->store;
    enum status status;

    TRY(store_part_begin(store));
    status = import(call, imported, result);
    call->act.estate_changed = false;
    TRY(store_part_undo(store));
    return status;
}

enum rpc_error run_object_import(struct call *call, struct json_writer *result)
{
    SCOPED(object_imported_clear) struct object_imported imported = {0};

    if (approval_holds_back(call))
        return RPC_CONFLICT;
    return method_error(params_boolean(call->params, "dry_run")
                            ? try_import(call, &imported, result)
                            : import(call, &imported, result));
}
