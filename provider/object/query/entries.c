#include "provider/object/query/entries.h"

#include "provider/base/own.h"

bool entries_are_kept(const struct object_class *class)
{
    for (size_t i = 0; i < class->n_properties; i++)
        if (object_property_has_entries(&class->properties[i]))
            return true;
    return false;
}

static bool is_set(const struct object_value *value)
{
    return value && value->is_given && !value->is_null;
}

static void json_drop(json_t **json)
{
    json_decref(*json);
}

static void bind_entry(struct store_stmt *stmt, int index, int64_t row,
                       const json_t *entry)
{
    store_bind_int(stmt, index, row);
    store_bind_text(
        stmt, index + 1,
        (struct text){json_string_value(entry), json_string_length(entry)});
}

static enum status run_each(struct store *store, const char *sql, int64_t row,
                            const json_t *list)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const size_t n = json_array_size(list);

    if (n == 0)
        return STATUS_OK;
    TRY(store_prepare(store, sql, &stmt));
    for (size_t i = 0; i < n; i++) {
        bind_entry(stmt, 1, row, json_array_get(list, i));
        TRY(store_run(stmt));
    }
    return STATUS_OK;
}

/* The list as it was given, or else as it is kept. */
static enum status run_value(struct store *store, const char *sql, int64_t row,
                             const struct object_value *value)
{
    SCOPED(json_drop) json_t *kept = NULL;

    if (!is_set(value))
        return STATUS_OK;
    if (value->json)
        return run_each(store, sql, row, value->json);
    kept = json_loadb(value->text.data, value->text.size, 0, NULL);
    return kept ? run_each(store, sql, row, kept) : STATUS_NO_MEMORY;
}

static bool is_same(const struct object_value *a, const struct object_value *b)
{
    return is_set(a) && is_set(b) && text_equal(a->text, b->text);
}

enum status entries_store(struct store *store, const struct object_class *class,
                          int64_t row, const struct object_values *old,
                          const struct object_values *values)
{
    const struct class_sql *sql = object_class_sql(class);

    if (!sql)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < class->n_properties; i++) {
        const struct object_value *before = old ? &old->of[i] : NULL;
        const struct object_value *after = values ? &values->of[i] : NULL;

        if (!sql->entry_add[i] || is_same(before, after))
            continue;
        TRY(run_value(store, sql->entry_drop[i], row, before));
        TRY(run_value(store, sql->entry_add[i], row, after));
    }
    return STATUS_OK;
}

/* ---- Of many rows ---- */

static enum status run_group(struct entry_group *group)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(group->store, group->add_many, &stmt));
    for (int i = 0; i < NEW_ROWS; i++)
        bind_entry(stmt, 2 * i + 1, group->rows[i], group->entries[i]);
    group->n = 0;
    return store_run(stmt);
}

enum status entry_group_add(struct entry_group *group, int64_t row,
                            const struct object_value *value)
{
    if (!is_set(value))
        return STATUS_OK;
    if (!value->json)
        return run_value(group->store, group->add, row, value);
    for (size_t i = 0; i < json_array_size(value->json); i++) {
        group->rows[group->n] = row;
        group->entries[group->n++] = json_array_get(value->json, i);
        if (group->n == NEW_ROWS)
            TRY(run_group(group));
    }
    return STATUS_OK;
}

enum status entry_group_end(struct entry_group *group)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    if (group->n == 0)
        return STATUS_OK;
    TRY(store_prepare(group->store, group->add, &stmt));
    for (size_t i = 0; i < group->n; i++) {
        bind_entry(stmt, 1, group->rows[i], group->entries[i]);
        TRY(store_run(stmt));
    }
    group->n = 0;
    return STATUS_OK;
}
