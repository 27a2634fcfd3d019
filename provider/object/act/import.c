/*
 * Imports: each row is an act of its own, within one change.
 */
#include "provider/object/import.h"

#include "provider/base/clock.h"
#include "provider/base/mutant.h"
#include "provider/object/act/import_private.h"

enum {
    LOOKUP_MAX_BYTES = 4096,
    ROWS_A_LOOK = 4, /* at the clock, which is a call of the system */
    CREATED_MAX =
        25 * NEW_ROWS, /* objects of which after_import is told at once */
};

void object_imported_clear(struct object_imported *imported)
{
    buf_free(&imported->created);
    buf_free(&imported->updated);
    buf_free(&imported->denied);
}

void object_imported_put_counts(const struct object_imported *imported,
                                struct json_writer *result)
{
    writer_put_int(result, "taken", (int64_t)imported->n_taken);
    writer_put_int(result, "created", (int64_t)imported->n_created);
    writer_put_int(result, "updated", (int64_t)imported->n_updated);
    writer_put_int(result, "unchanged", (int64_t)imported->n_unchanged);
}

/* ---- The class's own end of it ---- */

static enum status store_pending(struct import_batch *batch)
{
    return pending_store(&batch->pending, batch->call->store,
                         batch->call->class);
}

static enum status tell_class(struct import_batch *batch)
{
    struct object_call *call = batch->call;

    TRY(store_pending(batch));
    if (batch->created.n && call->class->hooks->after_import)
        TRY(call->class->hooks->after_import(call));
    batch->created.n = 0;
    return STATUS_OK;
}

/* ---- Rows that fail ---- */

static const char *reason_of(const struct object_call *call, enum status status)
{
    switch (status) {
    case STATUS_DENIED:
        return denial_is_of_level(&call->failure.denial) ? "level_too_low"
                                                         : "denied";
    case STATUS_NOT_FOUND:
        return "not_found";
    case STATUS_CONFLICT:
        return "conflict";
    default:
        break;
    }
    return "invalid";
}

static void put_error(struct import_batch *batch, size_t number,
                      enum status status)
{
    const struct object_failure *failure = &batch->call->failure;
    struct json_writer *w = batch->errors;

    writer_object_begin(w);
    writer_put_int(w, "row", (int64_t)number);
    writer_put_string(w, "reason", reason_of(batch->call, status));
    if (failure->property[0])
        writer_put_string(w, "property", failure->property);
    if (status == STATUS_DENIED && need_operation_name(failure->denial.need)[0])
        writer_put_string(w, "operation",
                          need_operation_name(failure->denial.need));
    if (failure->place[0])
        writer_put_string(w, "at", failure->place);
    writer_put_string(w, "why", failure->why);
    writer_object_end(w);
}

static void note_denial(struct import_batch *batch)
{
    const struct denial *denial = &batch->call->failure.denial;
    struct object_imported *imported = batch->imported;

    if (imported->n_denied++ == 0)
        imported->first_denial = *denial;
    if (denial->key[0])
        import_keys_add(&batch->denied_keys, text_of(denial->key));
}

/* The others go on, unless it is the batch that failed. */
static enum status fail_row(struct import_batch *batch, size_t number,
                            enum status status)
{
    switch (status) {
    case STATUS_INVALID:
    case STATUS_CONFLICT:
    case STATUS_NOT_FOUND:
        break;
    case STATUS_DENIED:
        note_denial(batch);
        break;
    default:
        return status;
    }
    put_error(batch, number, status);
    batch->imported->n_failed++;
    batch->call->failure = (struct object_failure){0};
    return STATUS_OK;
}

/* ---- All rows ---- */

/* Nothing that is told to the class here, which other rows need too. */
static enum status take_apart(struct import_batch *batch,
                              const struct import_found *found,
                              const json_t *row, size_t number)
{
    const size_t n_created = batch->created.n;
    struct store *store = batch->call->store;
    enum status status;

    TRY(store_part_begin(store));
    status = import_take_row(batch, found, row);
    if (status == STATUS_OK)
        return store_part_keep(store);
    batch->created.n = n_created;
    TRY(store_part_undo(store));
    return fail_row(batch, number, status);
}

/*
 * Storing the row is the last that can fail for its own sake, so there is
 * nothing to undo. Savepoints would cost a sixth of such an import.
 */
static enum status take_plain(struct import_batch *batch,
                              const struct import_found *found,
                              const json_t *row, size_t number)
{
    enum status status;

    batch->shared.is_stored = false;
    status = import_take_row(batch, found, row);
    if (status == STATUS_OK)
        return STATUS_OK;
    if (batch->shared.is_stored)
        return STATUS_UNAVAILABLE; /* undoes the batch */
    return fail_row(batch, number, status);
}

/* Nothing follows from making one but what the class is told of. */
static bool is_plain_new(const struct import_batch *batch,
                         const struct import_found *found)
{
    const struct object_class *class = batch->call->class;

    return found->n == 0 && import_is_told(class) && batch->shared.is_of_top &&
           !object_class_has_scopes(class);
}

/* It is found among those that wait by its text alone. */
static bool may_wait(const struct import_batch *batch,
                     const struct import_found *found)
{
    return is_plain_new(batch, found) && !batch->is_alike &&
           batch->by->type == OBJECT_STRING;
}

static enum status take_later(struct import_batch *batch,
                              const struct import_found *found,
                              const json_t *row, size_t number)
{
    batch->shared.pending = &batch->pending;
    TRY(take_plain(batch, found, row, number));
    return batch->pending.n < NEW_ROWS ? STATUS_OK : store_pending(batch);
}

static enum status take(struct import_batch *batch,
                        const struct import_found *found, const json_t *row,
                        size_t number)
{
    if (may_wait(batch, found))
        return take_later(batch, found, row, number);
    TRY(store_pending(batch));
    batch->shared.pending = NULL;
    if (batch->shared.is_quiet || is_plain_new(batch, found))
        return take_plain(batch, found, row, number);
    return take_apart(batch, found, row, number);
}

static enum status import_row(struct import_batch *batch, size_t number)
{
    const json_t *row = json_array_get(batch->import->rows, number);
    enum status status;
    struct import_found found;

    if (batch->created.n >= CREATED_MAX)
        TRY(tell_class(batch));
    status = import_find_object(batch, row, &found);
    if (status == STATUS_OK && found.is_new) {
        TRY(tell_class(batch)); /* it is found like others then */
        status = import_find_object(batch, row, &found);
    }
    return status == STATUS_OK ? take(batch, &found, row, number)
                               : fail_row(batch, number, status);
}

/* Time of the processor, so that rows are as many on a busy machine. */
static bool is_time_up(const struct object_import *import)
{
    const int64_t now_us = clock_thread_us();

    if (now_us >= import->latest_us)
        return true;
    return now_us >= import->until_us &&
           (!import->n_waiting || *import->n_waiting > 0);
}

static bool is_over(const struct import_batch *batch, size_t n_taken)
{
    const struct object_import *import = batch->import;

    if (batch->call->estate_changed && !MUTANT("n2-import-old-rights"))
        return true;
    if (import->most_rows && n_taken >= import->most_rows)
        return true;
    if (import_keys_size(&batch->created_keys) +
            import_keys_size(&batch->updated_keys) +
            import_keys_size(&batch->denied_keys) >
        import->keys_max_bytes)
        return true;
    return n_taken >= IMPORT_ROWS_MIN && n_taken % ROWS_A_LOOK == 0 &&
           is_time_up(import);
}

static enum status import_rows(struct import_batch *batch)
{
    const size_t n = json_array_size(batch->import->rows);
    size_t at = 0;

    while (at < n && (at == 0 || !is_over(batch, at)))
        TRY(import_row(batch, at++));
    batch->imported->n_taken = at;
    return tell_class(batch);
}

static enum status find_quiet(struct import_batch *batch)
{
    const struct object_hooks *hooks = batch->call->class->hooks;

    if (!hooks || !hooks->find_quiet)
        return STATUS_OK;
    return hooks->find_quiet(batch->call, &batch->shared.is_quiet);
}

static enum status run(struct import_batch *batch, struct json_writer *result)
{
    TRY(find_quiet(batch));
    TRY(import_find_key(batch));
    writer_object_begin(result);
    writer_key(result, "errors");
    writer_array_begin(result);
    TRY(import_rows(batch));
    writer_array_end(result);
    object_imported_put_counts(batch->imported, result);
    writer_object_end(result);
    import_keys_end(&batch->created_keys);
    import_keys_end(&batch->updated_keys);
    import_keys_end(&batch->denied_keys);
    return STATUS_OK;
}

enum status object_import(struct object_call *call,
                          const struct object_import *import,
                          struct object_imported *imported,
                          struct json_writer *result)
{
    struct import_batch batch = {
        .call = call,
        .import = import,
        .imported = imported,
        .lookup = buf_make(LOOKUP_MAX_BYTES),
        .errors = result,
        .created_keys = {.out = &imported->created},
        .updated_keys = {.out = &imported->updated},
        .denied_keys = {.out = &imported->denied},
    };
    enum status status;

    *imported = (struct object_imported){
        .created = buf_make(2 * import->keys_max_bytes),
        .updated = buf_make(2 * import->keys_max_bytes),
        .denied = buf_make(2 * import->keys_max_bytes),
    };
    batch.shared.created = &batch.created;
    batch.shared.is_of_top =
        rbac_is_full_administrator(call->actor.subject, call->actor.now_s);
    call->batch = &batch.shared;
    status = run(&batch, result);
    call->batch = NULL;
    call->made_key[0] = call->made_name[0] = '\0';
    pending_clear(&batch.pending);
    row_list_clear(&batch.created);
    buf_free(&batch.lookup);
    return status;
}
