#include "provider/object/inventory.h"

#include <stdlib.h>

#include "provider/object/role.h"
#include "rbac/arena.h"

struct inventory_memory {
    struct arena arena;
};

struct reading {
    struct store *store;
    struct arena *arena;
    struct inventory *inventory;
};

void inventory_free(struct inventory *inventory)
{
    if (!inventory)
        return;
    if (inventory->memory)
        arena_free(&inventory->memory->arena);
    free(inventory->memory);
    free(inventory);
}

/* ---- Rows ---- */

/* Rows of a table, as many as count says; key is bound to ?1 of both. */
struct rows {
    struct store_stmt *stmt; /* lent: store_done */
    size_t n_room;
    void *items;
};

static void rows_clear(struct rows *rows)
{
    store_done(&rows->stmt);
}

static enum status rows_begin(struct reading *reading, const char *count_sql,
                              const char *sql, int64_t key, size_t size,
                              struct rows *rows_out)
{
    SCOPED(store_done) struct store_stmt *count = NULL;

    TRY(store_prepare(reading->store, count_sql, &count));
    store_bind_int(count, 1, key);
    TRY(store_step(count));
    rows_out->n_room = (size_t)store_int(count, 0);
    rows_out->items = arena_take(reading->arena, rows_out->n_room, size);
    if (!rows_out->items)
        return STATUS_NO_MEMORY;
    TRY(store_prepare(reading->store, sql, &rows_out->stmt));
    store_bind_int(rows_out->stmt, 1, key);
    return STATUS_OK;
}

/* *n counts the rows that were read. */
static enum status rows_next(struct rows *rows, size_t *n)
{
    if (*n == rows->n_room)
        return STATUS_END;
    TRY(store_step(rows->stmt));
    ++*n;
    return STATUS_OK;
}

static enum status at_end(enum status found)
{
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status keep(struct reading *reading, struct rows *rows, int column,
                        const char **text_out)
{
    if (store_is_null(rows->stmt, column)) {
        *text_out = NULL;
        return STATUS_OK;
    }
    *text_out = arena_copy_text(reading->arena, store_text(rows->stmt, column));
    return *text_out ? STATUS_OK : STATUS_NO_MEMORY;
}

/* A list of names that belong to a row. */
static enum status read_names(struct reading *reading, const char *count_sql,
                              const char *sql, int64_t key,
                              const char *const **names_out, size_t *n_out)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const char **names;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, count_sql, sql, key, sizeof(*names), &rows));
    names = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK)
        TRY(keep(reading, &rows, 0, &names[n - 1]));
    *names_out = names;
    *n_out = n;
    return at_end(found);
}

/* ---- Authentication and scopes ---- */

static enum status read_level(struct reading *reading)
{
    static const char sql[] =
        "SELECT AuthenticationLevel, level_place FROM site WHERE ?1 = 0";
    struct inventory *into = reading->inventory;
    SCOPED(rows_clear) struct rows rows = {0};
    size_t n = 0;

    TRY(rows_begin(reading, "SELECT count(*) FROM site WHERE ?1 = 0", sql, 0, 1,
                   &rows));
    TRY(rows_next(&rows, &n));
    into->minimum_level = auth_level_read(store_text(rows.stmt, 0));
    return keep(reading, &rows, 1, &into->level_place);
}

static enum status read_exclusions(struct reading *reading)
{
    static const char sql[] =
        "SELECT name, is_group, reason, owner, until_s, place FROM exclusion"
        " WHERE ?1 = 0 ORDER BY is_group, name";
    SCOPED(rows_clear) struct rows rows = {0};
    struct inventory_exclusion *exclusions;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, "SELECT count(*) FROM exclusion WHERE ?1 = 0", sql,
                   0, sizeof(*exclusions), &rows));
    exclusions = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK) {
        struct inventory_exclusion *into = &exclusions[n - 1];

        TRY(keep(reading, &rows, 0, &into->exclusion.user));
        into->exclusion.is_group = store_int(rows.stmt, 1) != 0;
        TRY(keep(reading, &rows, 2, &into->exclusion.reason));
        TRY(keep(reading, &rows, 3, &into->exclusion.owner));
        into->exclusion.until_s = store_int(rows.stmt, 4);
        TRY(keep(reading, &rows, 5, &into->place));
    }
    reading->inventory->exclusions = exclusions;
    reading->inventory->n_exclusions = n;
    return at_end(found);
}

static enum status read_scopes(struct reading *reading)
{
    static const char sql[] =
        "SELECT CategoryName, ifnull(CategoryDescription, ''), place"
        " FROM scope WHERE NOT IsBuiltIn AND ?1 = 0 ORDER BY CategoryName";
    SCOPED(rows_clear) struct rows rows = {0};
    struct inventory_scope *scopes;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading,
                   "SELECT count(*) FROM scope WHERE NOT IsBuiltIn AND ?1 = 0",
                   sql, 0, sizeof(*scopes), &rows));
    scopes = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK) {
        TRY(keep(reading, &rows, 0, &scopes[n - 1].name));
        TRY(keep(reading, &rows, 1, &scopes[n - 1].description));
        TRY(keep(reading, &rows, 2, &scopes[n - 1].place));
    }
    reading->inventory->scopes = scopes;
    reading->inventory->n_scopes = n;
    return at_end(found);
}

/* ---- Roles ---- */

static enum status read_rights(struct reading *reading, int64_t row,
                               struct declare_role *role)
{
    static const char sql[] = "SELECT type, operations, level FROM role_right"
                              " WHERE role = ?1 ORDER BY type, level";
    SCOPED(rows_clear) struct rows rows = {0};
    struct rbac_right *rights;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, "SELECT count(*) FROM role_right WHERE role = ?1",
                   sql, row, sizeof(*rights), &rows));
    rights = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK) {
        struct rbac_right *right = &rights[n - 1];

        right->type = (uint16_t)store_int(rows.stmt, 0);
        right->operations = (uint32_t)store_int(rows.stmt, 1);
        if (!role_level_read(store_int(rows.stmt, 2), &right->level))
            return STATUS_INVALID;
    }
    role->rights = rights;
    role->n_rights = n;
    return at_end(found);
}

static enum status read_role(struct reading *reading, struct rows *rows,
                             struct inventory_role *into)
{
    TRY(keep(reading, rows, 1, &into->role.name));
    TRY(keep(reading, rows, 2, &into->role.description));
    TRY(keep(reading, rows, 3, &into->role.copied_from));
    if (!role_level_read(store_int(rows->stmt, 4), &into->role.level))
        return STATUS_INVALID;
    TRY(keep(reading, rows, 5, &into->place));
    return read_rights(reading, store_int(rows->stmt, 0), &into->role);
}

static enum status read_roles(struct reading *reading)
{
    static const char sql[] =
        "SELECT row, RoleName, ifnull(RoleDescription, ''),"
        " ifnull(CopiedFromID, ''), RequiredLevel, place FROM role"
        " WHERE NOT IsBuiltIn AND ?1 = 0 ORDER BY RoleName";
    SCOPED(rows_clear) struct rows rows = {0};
    struct inventory_role *roles;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading,
                   "SELECT count(*) FROM role WHERE NOT IsBuiltIn AND ?1 = 0",
                   sql, 0, sizeof(*roles), &rows));
    roles = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK)
        TRY(read_role(reading, &rows, &roles[n - 1]));
    reading->inventory->roles = roles;
    reading->inventory->n_roles = n;
    return at_end(found);
}

/* ---- Groups ---- */

static enum status read_group(struct reading *reading, struct rows *rows,
                              struct inventory_group *into)
{
    TRY(keep(reading, rows, 1, &into->name));
    TRY(keep(reading, rows, 2, &into->place));
    return read_names(
        reading, "SELECT count(*) FROM people_member WHERE people = ?1",
        "SELECT name FROM people_member WHERE people = ?1 ORDER BY name",
        store_int(rows->stmt, 0), &into->members, &into->n_members);
}

static enum status read_groups(struct reading *reading)
{
    static const char sql[] = "SELECT row, name, place FROM people_group"
                              " WHERE ?1 = 0 ORDER BY name";
    SCOPED(rows_clear) struct rows rows = {0};
    struct inventory_group *groups;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, "SELECT count(*) FROM people_group WHERE ?1 = 0",
                   sql, 0, sizeof(*groups), &rows));
    groups = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK)
        TRY(read_group(reading, &rows, &groups[n - 1]));
    reading->inventory->groups = groups;
    reading->inventory->n_groups = n;
    return at_end(found);
}

/* ---- Administrators ---- */

static enum status read_identities(struct reading *reading, int64_t row,
                                   struct declare_admin *admin)
{
    static const char sql[] = "SELECT kind, value FROM admin_identity"
                              " WHERE admin = ?1 ORDER BY kind, value";
    SCOPED(rows_clear) struct rows rows = {0};
    struct declare_identity *identities;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading,
                   "SELECT count(*) FROM admin_identity WHERE admin = ?1", sql,
                   row, sizeof(*identities), &rows));
    identities = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK) {
        identities[n - 1].kind = identity_kind_read(store_text(rows.stmt, 0));
        TRY(keep(reading, &rows, 1, &identities[n - 1].value));
    }
    admin->identities = identities;
    admin->n_identities = n;
    return at_end(found);
}

static enum status read_categories(struct reading *reading, int64_t row,
                                   struct declare_assignment *into)
{
    TRY(read_names(
        reading, "SELECT count(*) FROM assignment_role WHERE assignment = ?1",
        "SELECT r.RoleName FROM assignment_role a JOIN role r"
        " ON r.row = a.role WHERE a.assignment = ?1 ORDER BY r.RoleName",
        row, &into->roles, &into->n_roles));
    TRY(read_names(
        reading, "SELECT count(*) FROM assignment_scope WHERE assignment = ?1",
        "SELECT s.CategoryName FROM assignment_scope a JOIN scope s"
        " ON s.row = a.scope WHERE a.assignment = ?1 ORDER BY s.CategoryName",
        row, &into->scopes, &into->n_scopes));
    return read_names(
        reading,
        "SELECT count(*) FROM assignment_collection WHERE assignment = ?1",
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM collection o WHERE"
        " (o.Name = c.Name OR o.CollectionID = c.Name) AND o.row <> c.row)"
        " THEN c.CollectionID ELSE c.Name END AS called"
        " FROM assignment_collection a JOIN collection c"
        " ON c.row = a.collection WHERE a.assignment = ?1 ORDER BY called",
        row, &into->collections, &into->n_collections);
}

static enum status read_assignments(struct reading *reading, int64_t row,
                                    struct inventory_admin *into)
{
    static const char sql[] = "SELECT row, from_s, until_s FROM assignment"
                              " WHERE admin = ?1 ORDER BY row";
    SCOPED(rows_clear) struct rows rows = {0};
    struct declare_assignment *assignments;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, "SELECT count(*) FROM assignment WHERE admin = ?1",
                   sql, row, sizeof(*assignments), &rows));
    assignments = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK) {
        assignments[n - 1].place = into->place;
        assignments[n - 1].from_s = store_int(rows.stmt, 1);
        assignments[n - 1].until_s = store_int(rows.stmt, 2);
        TRY(read_categories(reading, store_int(rows.stmt, 0),
                            &assignments[n - 1]));
    }
    into->admin.assignments = assignments;
    into->admin.n_assignments = n;
    return at_end(found);
}

static enum status read_admin(struct reading *reading, struct rows *rows,
                              struct inventory_admin *into)
{
    const int64_t row = store_int(rows->stmt, 0);

    TRY(keep(reading, rows, 1, &into->admin.name));
    into->admin.is_group = store_int(rows->stmt, 2) != 0;
    into->is_disabled = store_int(rows->stmt, 3) != 0;
    TRY(keep(reading, rows, 4, &into->place));
    TRY(read_identities(reading, row, &into->admin));
    return read_assignments(reading, row, into);
}

static enum status read_admins(struct reading *reading)
{
    static const char sql[] =
        "SELECT row, LogonName, IsGroup, IsDisabled, place FROM admin"
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
    return at_end(found);
}

/* ---- All of it ---- */

static enum status read_all(struct reading *reading)
{
    TRY(read_level(reading));
    TRY(read_exclusions(reading));
    TRY(read_scopes(reading));
    TRY(read_roles(reading));
    TRY(read_groups(reading));
    return read_admins(reading);
}

enum status inventory_read(struct store *store,
                           struct inventory **inventory_out)
{
    const bool is_ours = !store_is_busy(store);
    OWNED(inventory) inventory = calloc(1, sizeof(*inventory));
    struct reading reading = {store, NULL, inventory};
    enum status read;

    if (!inventory)
        return STATUS_NO_MEMORY;
    inventory->memory = calloc(1, sizeof(*inventory->memory));
    if (!inventory->memory)
        return STATUS_NO_MEMORY;
    reading.arena = &inventory->memory->arena;
    if (is_ours)
        TRY(store_read_begin(store)); /* one state of everything */
    read = read_all(&reading);
    if (is_ours)
        store_read_end(store);
    TRY(read);
    *inventory_out = TAKE(inventory);
    return STATUS_OK;
}
