/*
 * The administrators of an inventory, with identities and assignments.
 */
#include "provider/object/declare/inventory_private.h"

static enum status read_identities(struct reading *reading, int64_t row,
                                   struct policy_admin *admin)
{
    static const char sql[] = "SELECT kind, value FROM admin_identity"
                              " WHERE admin = ?1 ORDER BY kind, value";
    SCOPED(rows_clear) struct rows rows = {0};
    struct policy_identity *identities;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading,
                   "SELECT count(*) FROM admin_identity WHERE admin = ?1", sql,
                   row, sizeof(*identities), &rows));
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
    TRY(rows_names(
        reading, "SELECT count(*) FROM assignment_role WHERE assignment = ?1",
        "SELECT r.RoleName FROM assignment_role a JOIN role r"
        " ON r.row = a.role WHERE a.assignment = ?1 ORDER BY r.RoleName",
        row, &into->roles, &into->n_roles));
    TRY(rows_names(
        reading, "SELECT count(*) FROM assignment_scope WHERE assignment = ?1",
        "SELECT s.CategoryName FROM assignment_scope a JOIN scope s"
        " ON s.row = a.scope WHERE a.assignment = ?1 ORDER BY s.CategoryName",
        row, &into->scopes, &into->n_scopes));
    return rows_names(
        reading,
        "SELECT count(*) FROM assignment_collection WHERE assignment = ?1",
        "SELECT " COLLECTION_CALLED
        " AS called FROM assignment_collection a JOIN collection c"
        " ON c.row = a.collection WHERE a.assignment = ?1 ORDER BY called",
        row, &into->collections, &into->n_collections);
}

static enum status read_assignments(struct reading *reading, int64_t row,
                                    struct inventory_admin *into)
{
    static const char sql[] = "SELECT row, from_s, until_s FROM assignment"
                              " WHERE admin = ?1 ORDER BY row";
    SCOPED(rows_clear) struct rows rows = {0};
    struct policy_assignment *assignments;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, "SELECT count(*) FROM assignment WHERE admin = ?1",
                   sql, row, sizeof(*assignments), &rows));
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
                              struct inventory_admin *into)
{
    const int64_t row = store_int(rows->stmt, 0);

    TRY(rows_text(reading, rows, 1, &into->admin.name));
    into->admin.is_group = store_int(rows->stmt, 2) != 0;
    into->is_disabled = store_int(rows->stmt, 3) != 0;
    TRY(rows_origin(reading, rows, 4, &into->admin.place, &into->admin.origin));
    TRY(rows_text(reading, rows, 6, &into->admin.source));
    TRY(read_identities(reading, row, &into->admin));
    return read_assignments(reading, row, into);
}

enum status inventory_read_admins(struct reading *reading)
{
    static const char sql[] =
        "SELECT row, LogonName, IsGroup, IsDisabled, place,"
        " CAST(row AS TEXT),"
        " iif(GroupSource IN ('', 'site'), NULL, GroupSource) FROM admin"
        " WHERE ?1 = 0 ORDER BY IsGroup, LogonName";
    SCOPED(rows_clear) struct rows rows = {0};
    struct inventory_admin *admins;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, "SELECT count(*) FROM admin WHERE ?1 = 0", sql, 0,
                   sizeof(*admins), &rows));
    admins = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK)
        TRY(read_admin(reading, &rows, &admins[n - 1]));
    reading->inventory->admins = admins;
    reading->inventory->n_admins = n;
    return rows_end(found);
}
