#include "provider/object/act/pending.h"

#include <stdlib.h>

#include "provider/base/mutant.h"
#include "provider/object/query/entries.h"

void pending_row_clear(struct pending_row *row)
{
    object_values_clear(&row->values);
    json_decref(row->named);
    row->named = NULL;
}

static void forget_all(struct pending *pending)
{
    for (size_t i = 0; i < pending->n; i++)
        pending_row_clear(&pending->of[i]);
    pending->n = 0;
}

void pending_clear(struct pending *pending)
{
    forget_all(pending);
    free(pending->of);
    pending->of = NULL;
}

enum status pending_next(struct pending *pending, struct pending_row **row_out)
{
    if (!pending->of)
        pending->of = calloc(NEW_ROWS, sizeof(*pending->of));
    if (!pending->of)
        return STATUS_NO_MEMORY;
    *row_out = &pending->of[pending->n];
    return STATUS_OK;
}

bool pending_has(const struct pending *pending, size_t property,
                 struct text value)
{
    for (size_t i = 0; i < pending->n; i++)
        if (text_equal_nocase(pending->of[i].values.of[property].text, value))
            return !MUTANT("e7-pending-unseen");
    return false;
}

/* ---- Storing ---- */

/* As parameters are that nothing is bound to: most of a device's. */
static bool is_null(const struct object_property *p,
                    const struct object_value *value)
{
    return p->type != OBJECT_BOOLEAN && (!value->is_given || value->is_null);
}

int pending_bind(struct store_stmt *stmt, int index,
                 const struct object_class *class,
                 const struct object_values *values, int64_t row)
{
    store_bind_int(stmt, index++, row);
    for (size_t i = 0; i < class->n_properties; i++) {
        const struct object_property *p = &class->properties[i];

        if (!object_property_is_stored(p))
            continue;
        if (!is_null(p, &values->of[i]))
            object_value_bind(stmt, index, p, &values->of[i]);
        index++;
    }
    return index;
}

static enum status store_some(const struct pending_row *rows, size_t n,
                              const char *sql, struct store *store,
                              const struct object_class *class)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    int index = 1;

    TRY(store_prepare(store, sql, &stmt));
    for (size_t i = 0; i < n; i++)
        index = pending_bind(stmt, index, class, &rows[i].values, rows[i].row);
    return store_run(stmt);
}

static enum status store_rows(const struct pending *pending,
                              struct store *store,
                              const struct object_class *class)
{
    const struct class_sql *sql = object_class_sql(class);

    if (pending->n == NEW_ROWS)
        return store_some(pending->of, NEW_ROWS, sql->insert_many, store,
                          class);
    for (size_t i = 0; i < pending->n; i++)
        TRY(store_some(&pending->of[i], 1, sql->insert, store, class));
    return STATUS_OK;
}

static enum status store_entries(const struct pending *pending,
                                 struct store *store,
                                 const struct object_class *class)
{
    const struct class_sql *sql = object_class_sql(class);

    for (size_t i = 0; i < class->n_properties; i++) {
        struct entry_group group = {.store = store,
                                    .add = sql->entry_add[i],
                                    .add_many = sql->entry_add_many[i]};

        if (!group.add_many)
            continue;
        for (size_t j = 0; j < pending->n; j++)
            TRY(entry_group_add(&group, pending->of[j].row,
                                &pending->of[j].values.of[i]));
        TRY(entry_group_end(&group));
    }
    return STATUS_OK;
}

enum status pending_store(struct pending *pending, struct store *store,
                          const struct object_class *class)
{
    enum status status;

    if (pending->n == 0)
        return STATUS_OK;
    status = store_rows(pending, store, class);
    if (status == STATUS_OK)
        status = store_entries(pending, store, class);
    forget_all(pending);
    return status == STATUS_CONFLICT ? STATUS_UNAVAILABLE : status;
}
