/*
 * The scopes of an object: a row each, and all of them in its own row.
 */
#include <stdlib.h>

#include "provider/object/class/object_scopes_sql.h"
#include "provider/object/object_private.h"

enum status scopes_add(struct store *store, int64_t type, int64_t row,
                       int64_t scope)
{
    return store_run_with(
        store, SQL_SCOPES_ADD,
        STORE_ARGS(STORE_INT(type), STORE_INT(row), STORE_INT(scope)));
}

enum status scopes_remove(struct store *store, int64_t type, int64_t row,
                          int64_t scope)
{
    return store_run_with(
        store, SQL_SCOPES_REMOVE,
        STORE_ARGS(STORE_INT(type), STORE_INT(row), STORE_INT(scope)));
}

enum status scopes_drop(struct store *store, int64_t type, int64_t row)
{
    return store_run_with(store, SQL_SCOPES_DROP,
                          STORE_ARGS(STORE_INT(type), STORE_INT(row)));
}

static enum status pack_scopes(struct store *store, int64_t type, int64_t row,
                               struct buf *packed)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare_with(store, SQL_SCOPES_LIST,
                           STORE_ARGS(STORE_INT(type), STORE_INT(row)), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        label_append(packed, store_int(stmt, 0));
    TRY(found == STATUS_END ? STATUS_OK : found);
    return buf_status(packed);
}

enum status scopes_refresh(struct store *store,
                           const struct object_class *class, int64_t row)
{
    SCOPED(buf_free) struct buf packed = buf_make(OBJECT_LABELS_MAX * 4);
    const struct class_sql *sql = object_class_sql(class);

    if (!sql)
        return STATUS_NO_MEMORY;
    TRY(pack_scopes(store, class->type, row, &packed));
    return store_run_with(
        store, sql->set_scopes,
        STORE_ARGS(STORE_BLOB(buf_text(&packed)), STORE_INT(row)));
}

enum status scopes_of_creator(struct object_call *call, int64_t row)
{
    const struct object_map *map = call->actor.map;
    const size_t max = map->of[MAP_SCOPE].n_indexes;
    SCOPED(memory_drop) uint32_t *scopes = calloc(max + 1, sizeof(*scopes));
    const struct rbac_request request = {
        .type = call->class->create.type,
        .operation = call->class->create.operation,
        .is_type_wide = true,
        .level = call->actor.level,
        .now_s = call->actor.now_s,
    };
    size_t n;

    if (!scopes)
        return STATUS_NO_MEMORY;
    n = rbac_creation_scopes(call->actor.subject, &request, scopes, max);
    if (n > OBJECT_LABELS_MAX)
        return STATUS_LIMIT;
    if (n == 0) /* no scope to put it in: nobody could reach it */
        return fail_guard(call, RBAC_OUT_OF_SCOPE, call->class->create,
                          "There is no scope that you could create it in.");
    for (size_t i = 0; i < n && i < max; i++)
        TRY(scopes_add(call->store, call->class->type, row,
                       map->of[MAP_SCOPE].row_of[scopes[i]]));
    return scopes_refresh(call->store, call->class, row);
}
