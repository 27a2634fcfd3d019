/*
 * Imports: each row is an act of its own, within one change.
 */
#include "provider/object/import.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/clock.h"
#include "provider/base/mutant.h"
#include "provider/object/act/import_sql.h"
#include "provider/object/act/write.h"
#include "provider/object/import_keys.h"
#include "provider/object/object_private.h"
#include "provider/object/query/row_list.h"

enum {
    LOOKUP_MAX_BYTES = 4096,
    CREATED_MAX = 1024, /* objects of which after_import is told at once */
};

struct batch {
    struct object_call *call;
    const struct object_import *import;
    struct object_imported *imported;
    const struct object_property *by; /* names an object */
    bool is_alike;                    /* by what the class itself says */
    struct buf lookup;                /* SQL */
    struct object_batch shared;
    struct row_list created;
    struct import_keys created_keys;
    struct import_keys updated_keys;
    struct import_keys denied_keys;
    struct json_writer *errors;
};

void object_imported_clear(struct object_imported *imported)
{
    buf_free(&imported->created);
    buf_free(&imported->updated);
    buf_free(&imported->denied);
}

/* ---- What names an object ---- */

/* Finding it must not read the whole table; nor many objects of one value,
 * which the caller may not see: that would take time (T60). */
static bool is_of_one(const struct object_class *class,
                      const struct object_property *property)
{
    const uint32_t name = OBJECT_NAME | OBJECT_INDEX;

    return (property->flags & (OBJECT_KEY | OBJECT_UNIQUE | OBJECT_IDENTITY)) ||
           (property->flags & name) == name ||
           (class->name_column &&
            strcmp(property->column, class->name_column) == 0) ||
           (class->has_integer_key && strcmp(property->column, "row") == 0);
}

static enum status find_by_name(struct batch *batch, struct text name)
{
    struct object_call *call = batch->call;
    size_t i;

    TRY(object_property_find(call, name, &i));
    batch->by = &call->class->properties[i];
    if (!batch->by->column ||
        (batch->by->type != OBJECT_STRING && batch->by->type != OBJECT_INTEGER))
        return fail_invalid(call, batch->by->name,
                            "Rows cannot be found by it.");
    if (!is_of_one(call->class, batch->by))
        return fail_invalid(call, batch->by->name,
                            "Rows cannot be found by it: it does not name one "
                            "object.");
    return STATUS_OK;
}

/* The property that keeps the name of the class's objects. */
static enum status find_name(struct batch *batch)
{
    const struct object_class *class = batch->call->class;

    batch->is_alike = class->hooks && class->hooks->find_alike;
    if (batch->is_alike) {
        batch->by = &class->properties[object_property_at(class, "ResourceID")];
        return STATUS_OK;
    }

    for (size_t i = 0; i < class->n_properties; i++)
        if (class->properties[i].column && class->name_column &&
            strcmp(class->properties[i].column, class->name_column) == 0) {
            batch->by = &class->properties[i];
            return STATUS_OK;
        }
    return fail_invalid(batch->call, "key",
                        "Objects of %s have no name. Say which property names "
                        "them.",
                        class->name);
}

/* ---- Finding the object of a row ---- */

struct found {
    char key[OBJECT_KEY_MAX_BYTES + 1];
    size_t n;
    bool is_new; /* made by this import, and not told to the class yet */
};

static enum status read_found(struct store_stmt *stmt, struct found *found)
{
    enum status status;

    *found = (struct found){.n = 0};
    while ((status = store_step(stmt)) == STATUS_OK) {
        const struct text key = store_text(stmt, 0);

        found->n++;
        found->is_new |= store_int(stmt, 1) != 0;
        snprintf(found->key, sizeof(found->key), "%.*s", (int)key.size,
                 key.data);
    }
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status select_found(struct batch *batch, const json_t *value,
                                struct found *found)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare_text(batch->call->store, buf_text(&batch->lookup),
                           &stmt));
    if (batch->by->type == OBJECT_INTEGER)
        store_bind_int(stmt, 1, json_integer_value(value));
    else
        store_bind_text(
            stmt, 1,
            (struct text){json_string_value(value), json_string_length(value)});
    store_bind_int(stmt, 2,
                   batch->created.n ? batch->created.of[0] : INT64_MAX);
    return read_found(stmt, found);
}

static enum status look(struct batch *batch, const json_t *value,
                        struct found *found)
{
    const struct object_filter filter = actor_filter(batch->call);
    struct sight sight;
    enum status status;

    TRY(sight_begin(&sight, batch->call->store, &filter));
    status = select_found(batch, value, found);
    if (status == STATUS_OK)
        status = sight_status(&sight);
    sight_end(&sight, batch->call->store);
    return status;
}

/* ---- The class's own end of it ---- */

static enum status tell_class(struct batch *batch)
{
    struct object_call *call = batch->call;

    if (batch->created.n && call->class->hooks->after_import)
        TRY(call->class->hooks->after_import(call));
    batch->created.n = 0;
    return STATUS_OK;
}

static bool is_told(const struct object_class *class)
{
    return class->hooks && class->hooks->after_import;
}

/* ---- One row ---- */

static enum status fail_missing_object(struct batch *batch)
{
    struct object_call *call = batch->call;

    fail_invalid(call, batch->by->name, "There is no such %s.",
                 call->class->name);
    return STATUS_NOT_FOUND;
}

static enum status create_row(struct batch *batch, const json_t *row)
{
    struct object_call *call = batch->call;
    const struct object_class *class = call->class;
    const struct rbac_decision decision =
        actor_check(call, class->create, true, NULL, 0);
    int64_t number;

    if (!class->can_create || (batch->by->flags & OBJECT_READ_ONLY))
        return fail_missing_object(batch);
    if (decision.verdict != RBAC_ALLOW && !MUTANT("n1-import-creates"))
        return fail_denied(call, decision, class->create);
    TRY(write_create(call, row, &number));
    if (is_told(class))
        TRY(row_list_add(&batch->created, number));
    batch->imported->n_created++;
    import_keys_add(&batch->created_keys, text_of(call->made_key));
    return STATUS_OK;
}

/* What names the object and is not to be changed. */
static bool is_left_out(const struct batch *batch,
                        const struct object_property *property)
{
    if (batch->is_alike)
        return (property->flags & OBJECT_FIXED) != 0;
    return property == batch->by &&
           (property->flags & (OBJECT_READ_ONLY | OBJECT_FIXED));
}

static enum status without_key(const struct batch *batch, const json_t *row,
                               json_t **row_out)
{
    const struct object_class *class = batch->call->class;
    const char *name;
    json_t *value;
    json_t *copy;

    if (!batch->is_alike && !is_left_out(batch, batch->by)) {
        *row_out = json_incref((json_t *)(uintptr_t)row);
        return STATUS_OK;
    }
    copy = json_copy((json_t *)(uintptr_t)row);
    if (!copy)
        return STATUS_NO_MEMORY;
    json_object_foreach ((json_t *)(uintptr_t)row, name, value) {
        const int at = object_property_index(class, text_of(name));

        if (at >= 0 && is_left_out(batch, &class->properties[at]))
            json_object_del(copy, name);
    }
    *row_out = copy;
    return STATUS_OK;
}

static void row_drop(json_t **row)
{
    json_decref(*row);
}

/* The question that the gate asks before object.update. */
static enum status ask_modify(struct object_call *call)
{
    const struct object_class *class = call->class;
    const struct question q = actor_question(call, class->modify, call->target);
    struct question_answer answer;

    TRY(question_act(&q, class, &answer));
    if (!class->can_modify)
        return fail_invalid(call, "", "Objects of %s are not changed.",
                            class->name);
    if (answer.decision.verdict != RBAC_ALLOW && !MUTANT("n1-import-changes"))
        return fail_denied(call, answer.decision, answer.need);
    return STATUS_OK;
}

static enum status update_target(struct batch *batch, const json_t *row)
{
    SCOPED(row_drop) json_t *properties = NULL;
    struct object_call *call = batch->call;
    bool is_changed = false;

    TRY(without_key(batch, row, &properties));
    TRY(ask_modify(call));
    TRY(write_update(call, properties, &is_changed));
    if (!is_changed) {
        batch->imported->n_unchanged++;
        return STATUS_OK;
    }
    batch->imported->n_updated++;
    import_keys_add(&batch->updated_keys, text_of(call->target->key));
    return STATUS_OK;
}

static enum status update_row(struct batch *batch, struct text key,
                              const json_t *row)
{
    SCOPED(object_target_clear) struct object_target target = {0};
    struct object_call *call = batch->call;
    enum status status;

    TRY(object_target_read(call->store, call->actor.map, call->class, key,
                           &target));
    call->target = &target;
    status = update_target(batch, row);
    call->target = NULL;
    return status == STATUS_NOT_FOUND ? fail_missing_object(batch) : status;
}

static const json_t *value_in(const struct batch *batch, const json_t *row)
{
    const json_t *value = json_object_get(row, batch->by->name);
    const char *name;
    json_t *other;

    if (value)
        return value;
    json_object_foreach ((json_t *)(uintptr_t)row, name, other)
        if (text_equal_nocase(text_of(name), text_of(batch->by->name)))
            return other;
    return NULL;
}

static bool is_of_type(const struct object_property *property,
                       const json_t *value)
{
    return property->type == OBJECT_INTEGER ? json_is_integer(value)
                                            : json_is_string(value);
}

static enum status find_alike(struct batch *batch, const json_t *row,
                              struct found *found)
{
    struct object_call *call = batch->call;
    int64_t number;
    const enum status status =
        call->class->hooks->find_alike(call, row, &number);

    *found = (struct found){.n = status == STATUS_OK};
    if (status == STATUS_OK)
        snprintf(found->key, sizeof(found->key), "%" PRId64, number);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status find_object(struct batch *batch, const json_t *row,
                               struct found *found)
{
    struct object_call *call = batch->call;
    const json_t *value = value_in(batch, row);

    if (batch->is_alike)
        return find_alike(batch, row, found);

    if (!value)
        return fail_invalid(call, batch->by->name, "Every row needs it.");
    if (!is_of_type(batch->by, value))
        return fail_invalid(call, batch->by->name, "It must be %s.",
                            batch->by->type == OBJECT_INTEGER ? "a whole number"
                                                              : "a text");
    return look(batch, value, found);
}

static enum status take_row(struct batch *batch, const struct found *found,
                            const json_t *row)
{
    struct object_call *call = batch->call;

    if (found->n > 1)
        return fail_conflict(call, "Several %s have this %s.",
                             call->class->name, batch->by->name);
    return found->n ? update_row(batch, text_of(found->key), row)
                    : create_row(batch, row);
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

static void put_error(struct batch *batch, size_t number, enum status status)
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

static void note_denial(struct batch *batch)
{
    const struct denial *denial = &batch->call->failure.denial;
    struct object_imported *imported = batch->imported;

    if (imported->n_denied++ == 0)
        imported->first_denial = *denial;
    if (denial->key[0])
        import_keys_add(&batch->denied_keys, text_of(denial->key));
}

/* The others go on, unless it is the batch that failed. */
static enum status fail_row(struct batch *batch, size_t number,
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
static enum status take_apart(struct batch *batch, const struct found *found,
                              const json_t *row, size_t number)
{
    const size_t n_created = batch->created.n;
    struct store *store = batch->call->store;
    enum status status;

    TRY(store_part_begin(store));
    status = take_row(batch, found, row);
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
static enum status take_plain(struct batch *batch, const struct found *found,
                              const json_t *row, size_t number)
{
    enum status status;

    batch->shared.is_stored = false;
    status = take_row(batch, found, row);
    if (status == STATUS_OK)
        return STATUS_OK;
    if (batch->shared.is_stored)
        return STATUS_UNAVAILABLE; /* undoes the batch */
    return fail_row(batch, number, status);
}

static enum status take(struct batch *batch, const struct found *found,
                        const json_t *row, size_t number)
{
    const struct object_class *class = batch->call->class;

    if (batch->shared.is_quiet ||
        (found->n == 0 && is_told(class) && batch->shared.is_of_top &&
         !object_class_has_scopes(class)))
        return take_plain(batch, found, row, number);
    return take_apart(batch, found, row, number);
}

static enum status import_row(struct batch *batch, size_t number)
{
    const json_t *row = json_array_get(batch->import->rows, number);
    enum status status;
    struct found found;

    if (batch->created.n >= CREATED_MAX)
        TRY(tell_class(batch));
    status = find_object(batch, row, &found);
    if (status == STATUS_OK && found.is_new) {
        TRY(tell_class(batch)); /* it is found like others then */
        status = find_object(batch, row, &found);
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

static bool is_over(const struct batch *batch, size_t n_taken)
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
    return n_taken >= IMPORT_ROWS_MIN && is_time_up(import);
}

static enum status import_rows(struct batch *batch)
{
    const size_t n = json_array_size(batch->import->rows);
    size_t at = 0;

    while (at < n && (at == 0 || !is_over(batch, at)))
        TRY(import_row(batch, at++));
    batch->imported->n_taken = at;
    return tell_class(batch);
}

static void put_counts(const struct object_imported *imported,
                       struct json_writer *result)
{
    writer_put_int(result, "taken", (int64_t)imported->n_taken);
    writer_put_int(result, "created", (int64_t)imported->n_created);
    writer_put_int(result, "updated", (int64_t)imported->n_updated);
    writer_put_int(result, "unchanged", (int64_t)imported->n_unchanged);
}

static enum status find_quiet(struct batch *batch)
{
    const struct object_hooks *hooks = batch->call->class->hooks;

    if (!hooks || !hooks->find_quiet)
        return STATUS_OK;
    return hooks->find_quiet(batch->call, &batch->shared.is_quiet);
}

static enum status run(struct batch *batch, struct json_writer *result)
{
    TRY(find_quiet(batch));
    if (batch->import->by.size)
        TRY(find_by_name(batch, batch->import->by));
    else
        TRY(find_name(batch));
    if (!batch->is_alike)
        import_put_lookup(batch->call->class, batch->by, &batch->lookup);
    TRY(buf_status(&batch->lookup));
    writer_object_begin(result);
    writer_key(result, "errors");
    writer_array_begin(result);
    TRY(import_rows(batch));
    writer_array_end(result);
    put_counts(batch->imported, result);
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
    struct batch batch = {
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
    row_list_clear(&batch.created);
    buf_free(&batch.lookup);
    return status;
}
