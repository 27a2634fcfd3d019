/*
 * Assignments of administrators, by the rows of what they name.
 */
#include "provider/object/class/admin_assign_sql.h"
#include "provider/object/object_private.h"

static enum status insert_categories(struct store *store, const char *sql,
                                     int64_t assignment, const int64_t *rows,
                                     size_t n_rows)
{
    for (size_t i = 0; i < n_rows; i++)
        TRY(store_run_with(
            store, sql, STORE_ARGS(STORE_INT(assignment), STORE_INT(rows[i]))));
    return STATUS_OK;
}

enum status admin_assign(struct store *store, int64_t admin,
                         const struct grant_rows *grants)
{
    int64_t row;

    TRY(store_run_with(store, SQL_ADMIN_ASSIGN,
                       STORE_ARGS(STORE_INT(admin), STORE_INT(grants->from_s),
                                  STORE_INT(grants->until_s))));
    row = store_last_row(store);
    TRY(insert_categories(store, SQL_ADMIN_ASSIGN_ROLE, row, grants->roles,
                          grants->n_roles));
    TRY(insert_categories(store, SQL_ADMIN_ASSIGN_SCOPE, row, grants->scopes,
                          grants->n_scopes));
    return insert_categories(store, SQL_ADMIN_ASSIGN_COLLECTION, row,
                             grants->collections, grants->n_collections);
}

enum status admin_drop_assignments(struct store *store, int64_t admin)
{
    return store_run_with(store, SQL_ADMIN_DROP_ASSIGNMENTS,
                          STORE_ARGS(STORE_INT(admin)));
}
