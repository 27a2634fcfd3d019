/*
 * Imports: which object a row is about.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "provider/object/act/import_private.h"
#include "provider/object/act/import_sql.h"

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

static enum status find_by_name(struct import_batch *batch, struct text name)
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
static enum status find_name(struct import_batch *batch)
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

enum status import_find_key(struct import_batch *batch)
{
    if (batch->import->by.size)
        TRY(find_by_name(batch, batch->import->by));
    else
        TRY(find_name(batch));
    if (!batch->is_alike)
        import_put_lookup(batch->call->class, batch->by, &batch->lookup);
    return buf_status(&batch->lookup);
}

/* ---- Finding the object of a row ---- */

static enum status read_found(struct store_stmt *stmt,
                              struct import_found *found)
{
    enum status status;

    *found = (struct import_found){.n = 0};
    while ((status = store_step(stmt)) == STATUS_OK) {
        const struct text key = store_text(stmt, 0);

        found->n++;
        found->is_new |= store_int(stmt, 1) != 0;
        snprintf(found->key, sizeof(found->key), "%.*s", (int)key.size,
                 key.data);
    }
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status select_found(struct import_batch *batch, const json_t *value,
                                struct import_found *found)
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

static enum status look(struct import_batch *batch, const json_t *value,
                        struct import_found *found)
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

static const json_t *value_in(const struct import_batch *batch,
                              const json_t *row)
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

static enum status find_alike(struct import_batch *batch, const json_t *row,
                              struct import_found *found)
{
    struct object_call *call = batch->call;
    int64_t number;
    const enum status status =
        call->class->hooks->find_alike(call, row, &number);

    *found = (struct import_found){.n = status == STATUS_OK};
    if (status == STATUS_OK)
        snprintf(found->key, sizeof(found->key), "%" PRId64, number);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* What waits and has the row's value is found in the table. */
static enum status store_namesake(struct import_batch *batch,
                                  const json_t *value)
{
    const struct object_class *class = batch->call->class;
    const size_t at = (size_t)(batch->by - class->properties);
    const struct text text = {json_string_value(value),
                              json_string_length(value)};

    if (!json_is_string(value) || !pending_has(&batch->pending, at, text))
        return STATUS_OK;
    return pending_store(&batch->pending, batch->call->store, class);
}

enum status import_find_object(struct import_batch *batch, const json_t *row,
                               struct import_found *found)
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
    TRY(store_namesake(batch, value));
    return look(batch, value, found);
}
