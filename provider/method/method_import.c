/* object.import: many rows in one call, and one record of what became of them.
 */
#include "provider/base/clock.h"
#include "provider/call/approval.h"
#include "provider/call/method.h"
#include "provider/method/methods.h"
#include "provider/method/row_digest.h"
#include "provider/object/import.h"

enum {
    /* A batch leaves room in the writer's turn (WRITER_HOLD_MS) for what comes
     * after its rows: memberships, record and commit. While no caller waits
     * for the writer it goes on, whatever of the provider's own does, as the
     * evaluation that the last batch has made due: a commit costs as much as
     * many rows, since every one writes the leaves again that all rows go to
     * (SQLite alone writes 3.8 KB a device with 500 in a commit, 1.8 KB with
     * 2,000; of 58,000). What takes IN_WRITER_FIRST_US in all would be tried on
     * a copy first. */
    ROWS_US = 5 * 1000,
    ROWS_ALONE_US = 70 * 1000,
    KEYS_MAX_BYTES = 16 * 1024,
    NOTE_MAX_BYTES = 4 * KEYS_MAX_BYTES,
};

/* Nobody shall guess at a masked value by the digest. */
static bool has_bags(const struct object_class *class)
{
    for (size_t i = 0; i < class->n_properties; i++)
        if (class->properties[i].flags & OBJECT_BAG)
            return true;
    return false;
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
    char hash[ROW_DIGEST_CHARS + 1];

    TRY(row_digest(params_value(call->params, "rows"), imported->n_taken,
                   has_bags(call->gate.class), hash));
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
    const int64_t now_us = clock_thread_us();
    const struct object_import rows = {
        .rows = params_value(call->params, "rows"),
        .by = params_text(call->params, "key"),
        .until_us = now_us + ROWS_US,
        .latest_us = now_us + ROWS_ALONE_US,
        .n_waiting = call->ground->n_callers,
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

/* ---- One after the other ---- */

/*
 * A client may send a batch before it has the answer to the one before it. If
 * rows of that were left, its own would be taken before them.
 */
static bool is_out_of_turn(const struct call *call)
{
    const int64_t after = params_integer(call->params, "after", 0);

    return after > 0 && call->peer->session &&
           call->peer->session->import_batch != after;
}

/* It becomes the session's last one when it is kept: a trial is none. */
static void note_batch(struct call *call,
                       const struct object_imported *imported)
{
    const size_t n_rows = json_array_size(params_value(call->params, "rows"));

    call->import_batch = imported->n_taken == n_rows
                             ? params_integer(call->params, "batch", 0)
                             : 0;
}

/* Nothing of it is looked at. */
static enum status leave_out(struct call *call,
                             struct object_imported *imported,
                             struct json_writer *result)
{
    writer_object_begin(result);
    writer_key(result, "errors");
    writer_array_begin(result);
    writer_array_end(result);
    object_imported_put_counts(imported, result);
    writer_object_end(result);
    return note_rows(call, imported);
}

enum rpc_error run_object_import(struct call *call, struct json_writer *result)
{
    SCOPED(object_imported_clear) struct object_imported imported = {0};
    enum status status;

    if (approval_holds_back(call))
        return RPC_CONFLICT;
    if (is_out_of_turn(call))
        return method_error(leave_out(call, &imported, result));
    status = params_boolean(call->params, "dry_run")
                 ? try_import(call, &imported, result)
                 : import(call, &imported, result);
    if (status == STATUS_OK)
        note_batch(call, &imported);
    return method_error(status);
}
