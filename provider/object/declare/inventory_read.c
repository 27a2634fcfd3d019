#include "provider/object/declare/inventory.h"

#include <stdlib.h>
#include <string.h>

#include "provider/object/declare/inventory_private.h"
#include "provider/object/role.h"

struct inventory_memory {
    struct arena arena;
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

void rows_clear(struct rows *rows)
{
    store_done(&rows->stmt);
}

enum status rows_begin(struct reading *reading, const char *count_sql,
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

enum status rows_next(struct rows *rows, size_t *n)
{
    if (*n == rows->n_room)
        return STATUS_END;
    TRY(store_step(rows->stmt));
    ++*n;
    return STATUS_OK;
}

enum status rows_end(enum status found)
{
    return found == STATUS_END ? STATUS_OK : found;
}

enum status rows_text(struct reading *reading, struct rows *rows, int column,
                      const char **text_out)
{
    if (store_is_null(rows->stmt, column)) {
        *text_out = NULL;
        return STATUS_OK;
    }
    *text_out = arena_copy_text(reading->arena, store_text(rows->stmt, column));
    return *text_out ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status rows_place(struct reading *reading, struct rows *rows, int column,
                       struct policy_place *place_out)
{
    const struct text place = store_text(rows->stmt, column);
    const char *colon =
        place.size ? memrchr(place.data, ':', place.size) : NULL;

    *place_out = (struct policy_place){0};
    if (!colon)
        return STATUS_OK;
    place_out->file = arena_copy_text(
        reading->arena,
        (struct text){place.data, (size_t)(colon - place.data)});
    place_out->line = (unsigned)strtoul(colon + 1, NULL, 10);
    place_out->column = 1;
    return place_out->file ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status rows_origin(struct reading *reading, struct rows *rows, int column,
                        struct policy_place *place_out,
                        struct policy_origin *origin_out)
{
    *origin_out = (struct policy_origin){0};
    TRY(rows_place(reading, rows, column, place_out));
    if (store_is_null(rows->stmt, column))
        return rows_text(reading, rows, column + 1, &origin_out->adopt);
    return STATUS_OK;
}

enum status rows_names(struct reading *reading, const char *count_sql,
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
        TRY(rows_text(reading, &rows, 0, &names[n - 1]));
    *names_out = names;
    *n_out = n;
    return rows_end(found);
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
    return rows_place(reading, &rows, 1, &into->level_place);
}

static enum status read_exclusions(struct reading *reading)
{
    static const char sql[] =
        "SELECT name, is_group, reason, owner, until_s, place,"
        " iif(is_group AND source <> 'site', source, NULL) FROM exclusion"
        " WHERE ?1 = 0 ORDER BY is_group, name";
    SCOPED(rows_clear) struct rows rows = {0};
    struct policy_exclusion *exclusions;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, "SELECT count(*) FROM exclusion WHERE ?1 = 0", sql,
                   0, sizeof(*exclusions), &rows));
    exclusions = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK) {
        struct policy_exclusion *into = &exclusions[n - 1];

        TRY(rows_text(reading, &rows, 0, &into->user));
        into->is_group = store_int(rows.stmt, 1) != 0;
        TRY(rows_text(reading, &rows, 2, &into->reason));
        TRY(rows_text(reading, &rows, 3, &into->owner));
        into->until_s = store_int(rows.stmt, 4);
        TRY(rows_text(reading, &rows, 6, &into->source));
        TRY(rows_place(reading, &rows, 5, &into->place));
    }
    reading->inventory->exclusions = exclusions;
    reading->inventory->n_exclusions = n;
    return rows_end(found);
}

static enum status read_scopes(struct reading *reading)
{
    static const char sql[] =
        "SELECT CategoryName, ifnull(CategoryDescription, ''), place,"
        " CategoryID"
        " FROM scope WHERE NOT IsBuiltIn AND ?1 = 0 ORDER BY CategoryName";
    SCOPED(rows_clear) struct rows rows = {0};
    struct policy_scope *scopes;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading,
                   "SELECT count(*) FROM scope WHERE NOT IsBuiltIn AND ?1 = 0",
                   sql, 0, sizeof(*scopes), &rows));
    scopes = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK) {
        TRY(rows_text(reading, &rows, 0, &scopes[n - 1].name));
        TRY(rows_text(reading, &rows, 1, &scopes[n - 1].description));
        TRY(rows_origin(reading, &rows, 2, &scopes[n - 1].place,
                        &scopes[n - 1].origin));
    }
    reading->inventory->scopes = scopes;
    reading->inventory->n_scopes = n;
    return rows_end(found);
}

/* ---- Roles ---- */

static enum status read_rights(struct reading *reading, int64_t row,
                               struct policy_role *role)
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
    return rows_end(found);
}

static enum status read_role(struct reading *reading, struct rows *rows,
                             struct policy_role *into)
{
    TRY(rows_text(reading, rows, 1, &into->name));
    TRY(rows_text(reading, rows, 2, &into->description));
    TRY(rows_text(reading, rows, 3, &into->copied_from));
    if (!role_level_read(store_int(rows->stmt, 4), &into->level))
        return STATUS_INVALID;
    TRY(rows_origin(reading, rows, 5, &into->place, &into->origin));
    return read_rights(reading, store_int(rows->stmt, 0), into);
}

static enum status read_roles(struct reading *reading)
{
    static const char sql[] =
        "SELECT row, RoleName, ifnull(RoleDescription, ''),"
        " ifnull(CopiedFromID, ''), RequiredLevel, place, RoleID FROM role"
        " WHERE NOT IsBuiltIn AND ?1 = 0 ORDER BY RoleName";
    SCOPED(rows_clear) struct rows rows = {0};
    struct policy_role *roles;
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
    return rows_end(found);
}

/* ---- Groups ---- */

static enum status read_group(struct reading *reading, struct rows *rows,
                              struct policy_group *into)
{
    TRY(rows_text(reading, rows, 1, &into->name));
    TRY(rows_place(reading, rows, 2, &into->place));
    return rows_names(
        reading, "SELECT count(*) FROM people_member WHERE people = ?1",
        "SELECT name FROM people_member WHERE people = ?1 ORDER BY name",
        store_int(rows->stmt, 0), &into->members, &into->n_members);
}

static enum status read_groups(struct reading *reading)
{
    static const char sql[] = "SELECT row, name, place FROM people_group"
                              " WHERE ?1 = 0 ORDER BY name";
    SCOPED(rows_clear) struct rows rows = {0};
    struct policy_group *groups;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, "SELECT count(*) FROM people_group WHERE ?1 = 0",
                   sql, 0, sizeof(*groups), &rows));
    groups = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK)
        TRY(read_group(reading, &rows, &groups[n - 1]));
    reading->inventory->groups = groups;
    reading->inventory->n_groups = n;
    return rows_end(found);
}

/* ---- All of it ---- */

static enum status read_all(struct reading *reading)
{
    TRY(read_level(reading));
    TRY(read_exclusions(reading));
    TRY(read_scopes(reading));
    TRY(read_roles(reading));
    TRY(inventory_read_collections(reading));
    TRY(read_groups(reading));
    return inventory_read_admins(reading);
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
