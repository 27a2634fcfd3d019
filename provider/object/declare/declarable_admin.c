/*
 * Administrators that files could declare, with identities and assignments.
 */
#include "provider/object/declare/declarable_private.h"

static enum status read_identities(struct reading *reading, int64_t row,
                                   struct policy_admin *admin)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct policy_identity *identities;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, SQL_DECLARABLE_COUNT_IDENTITIES,
                   SQL_DECLARABLE_IDENTITIES, row, sizeof(*identities), &rows));
    identities = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK) {
        identities[n - 1].kind = identity_kind_read(store_text(rows.stmt, 0));
        TRY(rows_text(reading, &rows, 1, &identities[n - 1].value));
    }
    admin->identities = identities;
    admin->n_identities = n;
    return rows_end(found);
}

static enum status read_categories(struct reading *reading, int64_t row,
                                   struct policy_assignment *into)
{
    TRY(rows_names(reading, SQL_DECLARABLE_COUNT_ASSIGNED_ROLES,
                   SQL_DECLARABLE_ASSIGNED_ROLES, row, &into->roles,
                   &into->n_roles));
    TRY(rows_names(reading, SQL_DECLARABLE_COUNT_ASSIGNED_SCOPES,
                   SQL_DECLARABLE_ASSIGNED_SCOPES, row, &into->scopes,
                   &into->n_scopes));
    return rows_names(reading, SQL_DECLARABLE_COUNT_ASSIGNED_COLLECTIONS,
                      SQL_DECLARABLE_ASSIGNED_COLLECTIONS, row,
                      &into->collections, &into->n_collections);
}

static enum status read_assignments(struct reading *reading, int64_t row,
                                    struct declarable_admin *into)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct policy_assignment *assignments;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, SQL_DECLARABLE_COUNT_ASSIGNMENTS,
                   SQL_DECLARABLE_ASSIGNMENTS, row, sizeof(*assignments),
                   &rows));
    assignments = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK) {
        assignments[n - 1].place = into->admin.place;
        assignments[n - 1].from_s = store_int(rows.stmt, 1);
        assignments[n - 1].until_s = store_int(rows.stmt, 2);
        TRY(read_categories(reading, store_int(rows.stmt, 0),
                            &assignments[n - 1]));
    }
    into->admin.assignments = assignments;
    into->admin.n_assignments = n;
    return rows_end(found);
}

static enum status read_admin(struct reading *reading, struct rows *rows,
                              struct declarable_admin *into)
{
    const int64_t row = store_int(rows->stmt, 0);

    TRY(rows_text(reading, rows, 1, &into->admin.name));
    into->admin.is_group = store_int(rows->stmt, 2) != 0;
    into->is_disabled = store_int(rows->stmt, 3) != 0;
    TRY(rows_origin(reading, rows, 4, &into->admin.place, &into->admin.origin));
    TRY(rows_text(reading, rows, 6, &into->admin.source));
    TRY(rows_text(reading, rows, 7, &into->admin.host));
    TRY(rows_text(reading, rows, 8, &into->admin.called));
    into->admin.device = store_int(rows->stmt, 9);
    TRY(read_identities(reading, row, &into->admin));
    return read_assignments(reading, row, into);
}

enum status declarable_read_admins(struct reading *reading)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct declarable_admin *admins;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, SQL_DECLARABLE_COUNT_ADMINS, SQL_DECLARABLE_ADMINS,
                   0, sizeof(*admins), &rows));
    admins = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK)
        TRY(read_admin(reading, &rows, &admins[n - 1]));
    reading->declarable->admins = admins;
    reading->declarable->n_admins = n;
    return rows_end(found);
}
