/*
 * How many objects and devices a right covers: for plans.
 */
#include <stdio.h>

#include "provider/object/object_private.h"
#include "provider/object/query/count_sql.h"

enum { COUNT_MAX_BYTES = 1024 };

static enum status read_count(struct store_stmt *stmt, int64_t *n_out)
{
    TRY(store_step(stmt));
    *n_out = store_int(stmt, 0);
    return STATUS_OK;
}

enum status object_count_all(struct store *store, uint16_t type, int64_t *n_out)
{
    const struct object_class *class = object_class_of_type(type);
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    char sql[COUNT_MAX_BYTES];

    *n_out = 0;
    if (!class)
        return STATUS_OK;
    snprintf(sql, sizeof(sql), SQL_COUNT_TABLE, class->table);
    TRY(store_prepare_text(store, text_of(sql), &stmt));
    return read_count(stmt, n_out);
}

enum status object_count_in(struct store *store, uint16_t type,
                            const char *scope_id, int64_t *n_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_COUNT_IN_SCOPE, &stmt));
    store_bind_text(stmt, 1, text_of(scope_id));
    store_bind_int(stmt, 2, type);
    return read_count(stmt, n_out);
}

enum status object_count_outside(struct store *store, uint16_t type,
                                 struct text scope_ids, int64_t *n_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_COUNT_OUTSIDE, &stmt));
    store_bind_int(stmt, 1, type);
    store_bind_text(stmt, 2, scope_ids);
    return read_count(stmt, n_out);
}

enum status object_count_on(struct store *store, uint16_t type,
                            const char *collection_id, bool on, bool below,
                            int64_t *n_out)
{
    const struct object_class *class = object_class_of_type(type);
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    char sql[COUNT_MAX_BYTES];

    *n_out = 0;
    if (!class || class->label_kind != LABELS_COLLECTION)
        return STATUS_OK;
    snprintf(sql, sizeof(sql), SQL_COUNT_ON, class->table,
             object_class_labels(class));
    TRY(store_prepare_text(store, text_of(sql), &stmt));
    store_bind_text(stmt, 1, text_of(collection_id));
    store_bind_int(stmt, 2, on);
    store_bind_int(stmt, 3, below);
    return read_count(stmt, n_out);
}

enum status object_count_devices(struct store *store, const char *collection_id,
                                 bool on, int64_t *n_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, on ? SQL_COUNT_DEVICES : SQL_COUNT_DEVICES_BELOW,
                      &stmt));
    store_bind_text(stmt, 1, text_of(collection_id));
    return read_count(stmt, n_out);
}
