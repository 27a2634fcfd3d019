#include "provider/object/site_draft.h"

#include <stdlib.h>

#include "provider/base/log.h"
#include "provider/object/role.h"
#include "provider/object/site_draft_sql.h"

void draft_clear(struct site_draft *draft)
{
    arena_free(&draft->arena);
}

/* Rows are stored if there is room for as many as were counted. */
struct room {
    void *array;
    size_t n;
    size_t n_max;
};

/* Room for rows whose number is asked first, of one parent unless it is 0. */
static enum status make_room(struct site_draft *draft, const char *count_sql,
                             int64_t parent, size_t size, struct room *room)
{
    SCOPED(store_done) struct store_stmt *count = NULL;

    TRY(store_prepare(draft->store, count_sql, &count));
    if (parent)
        store_bind_int(count, 1, parent);
    TRY(store_step(count));
    room->n_max = (size_t)store_int(count, 0);
    room->array = arena_take(&draft->arena, room->n_max + 1, size);
    return room->array ? STATUS_OK : STATUS_NO_MEMORY;
}

/* The next row, if there is room. A wrong index counts fewer rows than another
 * query then finds: such a store is refused, not written past. */
static enum status next_row(struct store_stmt *stmt, struct room *room)
{
    TRY(store_step(stmt));
    if (room->n == room->n_max) {
        log_error("site.load why=%s", "there are more rows than were counted");
        return STATUS_INVALID;
    }
    room->n++;
    return STATUS_OK;
}

/* A statement of all rows of a table, after how many there are is known. */
static enum status begin(struct site_draft *draft, const char *count_sql,
                         const char *sql, size_t size, struct room *room,
                         struct store_stmt **stmt_out)
{
    TRY(make_room(draft, count_sql, 0, size, room));
    return store_prepare(draft->store, sql, stmt_out);
}

/* The rows of one parent (?1 in both): how many, then which. */
struct child_sql {
    const char *count;
    const char *rows;
    size_t size; /* of what each becomes */
};

static enum status begin_of(struct site_draft *draft, int64_t parent,
                            const struct child_sql *sql, struct room *room,
                            struct store_stmt **stmt_out)
{
    TRY(make_room(draft, sql->count, parent, sql->size, room));
    return store_prepare_with(draft->store, sql->rows,
                              STORE_ARGS(STORE_INT(parent)), stmt_out);
}

static const char *keep(struct site_draft *draft, struct text text)
{
    return arena_copy_text(&draft->arena, text);
}

static enum status fill_map(struct site_draft *draft, enum map_kind kind,
                            const char *sql)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct room room = {0};
    int64_t *rows = NULL;
    size_t n = 0;
    enum status found;

    TRY(store_prepare(draft->store, sql, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        n++;
    TRY(found == STATUS_END ? STATUS_OK : found);
    rows = arena_take(&draft->arena, n + 1, sizeof(*rows));
    if (!rows)
        return STATUS_NO_MEMORY;
    store_done(&stmt);
    TRY(store_prepare(draft->store, sql, &stmt));
    room.n_max = n;
    while ((found = next_row(stmt, &room)) == STATUS_OK)
        rows[room.n - 1] = store_int(stmt, 0);
    TRY(found == STATUS_END ? STATUS_OK : found);
    return object_map_fill(draft->map, kind, rows, room.n);
}

/* ---- Roles ---- */

static enum status load_rights(struct site_draft *draft, int64_t row,
                               struct rbac_role *role)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct rbac_right *rights;
    struct room room = {0};
    enum status found;

    TRY(begin_of(draft, row,
                 &(const struct child_sql){SQL_LOAD_COUNT_RIGHTS,
                                           SQL_LOAD_RIGHTS, sizeof(*rights)},
                 &room, &stmt));
    rights = room.array;
    while ((found = next_row(stmt, &room)) == STATUS_OK) {
        struct rbac_right *right = &rights[role->n_rights++];

        right->type = (uint16_t)store_int(stmt, 0);
        right->operations = (uint32_t)store_int(stmt, 1);
        if (!role_level_read(store_int(stmt, 2), &right->level))
            return STATUS_INVALID;
    }
    role->rights = rights;
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status load_roles(struct site_draft *draft)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct rbac_role *roles;
    struct room room = {0};
    enum status found;

    TRY(begin(draft, SQL_LOAD_COUNT_ROLES, SQL_LOAD_ROLES, sizeof(*roles),
              &room, &stmt));
    draft->roles = roles = room.array;
    while ((found = next_row(stmt, &room)) == STATUS_OK) {
        struct rbac_role *role = &roles[draft->n_roles++];

        role->id = keep(draft, store_text(stmt, 1));
        role->name = keep(draft, store_text(stmt, 2));
        if (!role->id || !role->name)
            return STATUS_NO_MEMORY;
        if (!role_level_read(store_int(stmt, 3), &role->level))
            return STATUS_INVALID;
        TRY(load_rights(draft, store_int(stmt, 0), role));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

/* ---- Scopes and collections ---- */

static enum status load_scopes(struct site_draft *draft)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct rbac_scope *scopes;
    struct room room = {0};
    enum status found;

    TRY(begin(draft, SQL_LOAD_COUNT_SCOPES, SQL_LOAD_SCOPES, sizeof(*scopes),
              &room, &stmt));
    draft->scopes = scopes = room.array;
    while ((found = next_row(stmt, &room)) == STATUS_OK) {
        struct rbac_scope *scope = &scopes[draft->n_scopes++];

        scope->id = keep(draft, store_text(stmt, 0));
        scope->name = keep(draft, store_text(stmt, 1));
        scope->is_all = store_int(stmt, 2) != 0;
        scope->is_default = store_int(stmt, 3) != 0;
        if (!scope->id || !scope->name)
            return STATUS_NO_MEMORY;
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status load_collections(struct site_draft *draft)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct rbac_collection *collections;
    struct room room = {0};
    enum status found;

    TRY(begin(draft, SQL_LOAD_COUNT_COLLECTIONS, SQL_LOAD_COLLECTIONS,
              sizeof(*collections), &room, &stmt));
    draft->collections = collections = room.array;
    draft->map->limits = calloc(room.n_max + 1, sizeof(*draft->map->limits));
    if (!draft->map->limits)
        return STATUS_NO_MEMORY;
    while ((found = next_row(stmt, &room)) == STATUS_OK) {
        struct rbac_collection *into = &collections[draft->n_collections++];

        into->id = keep(draft, store_text(stmt, 0));
        into->name = keep(draft, store_text(stmt, 1));
        into->limiting = store_is_null(stmt, 2)
                             ? RBAC_NONE
                             : object_map_index(draft->map, MAP_COLLECTION,
                                                store_int(stmt, 2));
        draft->map->limits[room.n - 1] = into->limiting;
        if (!into->id || !into->name)
            return STATUS_NO_MEMORY;
    }
    return found == STATUS_END ? STATUS_OK : found;
}

/* ---- Administrators ---- */

/* Where the roles, scopes or collections of an assignment go. */
struct index_list {
    const uint32_t **indexes_out;
    size_t *n_out;
};

static enum status load_indexes(struct site_draft *draft, int64_t assignment,
                                const struct child_sql *sql, enum map_kind kind,
                                struct index_list list)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct room room = {0};
    uint32_t *indexes;
    enum status found;

    TRY(begin_of(draft, assignment, sql, &room, &stmt));
    indexes = room.array;
    while ((found = next_row(stmt, &room)) == STATUS_OK)
        indexes[room.n - 1] =
            object_map_index(draft->map, kind, store_int(stmt, 0));
    *list.indexes_out = indexes;
    *list.n_out = room.n;
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status load_assignment(struct site_draft *draft, int64_t row,
                                   struct rbac_assignment *into)
{
    static const struct child_sql roles = {SQL_LOAD_COUNT_ASSIGNED_ROLES,
                                           SQL_LOAD_ASSIGNED_ROLES,
                                           sizeof(uint32_t)};
    static const struct child_sql scopes = {SQL_LOAD_COUNT_ASSIGNED_SCOPES,
                                            SQL_LOAD_ASSIGNED_SCOPES,
                                            sizeof(uint32_t)};
    static const struct child_sql collections = {
        SQL_LOAD_COUNT_ASSIGNED_COLLECTIONS, SQL_LOAD_ASSIGNED_COLLECTIONS,
        sizeof(uint32_t)};

    TRY(load_indexes(draft, row, &roles, MAP_ROLE,
                     (struct index_list){&into->roles, &into->n_roles}));
    TRY(load_indexes(draft, row, &scopes, MAP_SCOPE,
                     (struct index_list){&into->scopes, &into->n_scopes}));
    return load_indexes(
        draft, row, &collections, MAP_COLLECTION,
        (struct index_list){&into->collections, &into->n_collections});
}

static enum status load_assignments(struct site_draft *draft, int64_t admin,
                                    struct rbac_admin *into)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct rbac_assignment *assignments;
    struct room room = {0};
    enum status found;

    TRY(begin_of(draft, admin,
                 &(const struct child_sql){SQL_LOAD_COUNT_ASSIGNMENTS,
                                           SQL_LOAD_ASSIGNMENTS,
                                           sizeof(*assignments)},
                 &room, &stmt));
    assignments = room.array;
    while ((found = next_row(stmt, &room)) == STATUS_OK) {
        struct rbac_assignment *assignment =
            &assignments[into->n_assignments++];

        assignment->from_s = store_int(stmt, 1);
        assignment->until_s = store_int(stmt, 2);
        TRY(load_assignment(draft, store_int(stmt, 0), assignment));
    }
    into->assignments = assignments;
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status load_admins(struct site_draft *draft)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct rbac_admin *admins;
    struct room room = {0};
    enum status found;

    TRY(begin(draft, SQL_LOAD_COUNT_ADMINS, SQL_LOAD_ADMINS, sizeof(*admins),
              &room, &stmt));
    draft->admins = admins = room.array;
    while ((found = next_row(stmt, &room)) == STATUS_OK) {
        struct rbac_admin *admin = &admins[draft->n_admins++];

        admin->name = keep(draft, store_text(stmt, 1));
        admin->is_group = store_int(stmt, 2) != 0;
        admin->is_disabled = store_int(stmt, 3) != 0;
        if (!admin->name)
            return STATUS_NO_MEMORY;
        TRY(load_assignments(draft, store_int(stmt, 0), admin));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

/* ---- As a whole ---- */

enum status draft_read_collections(struct site_draft *draft)
{
    TRY(fill_map(draft, MAP_COLLECTION, SQL_LOAD_COLLECTION_ROWS));
    return load_collections(draft);
}

enum status draft_read_powers(struct site_draft *draft)
{
    TRY(fill_map(draft, MAP_ROLE, SQL_LOAD_ROLE_ROWS));
    TRY(fill_map(draft, MAP_SCOPE, SQL_LOAD_SCOPE_ROWS));
    TRY(fill_map(draft, MAP_ADMIN, SQL_LOAD_ADMIN_ROWS));
    TRY(load_roles(draft));
    TRY(load_scopes(draft));
    return load_admins(draft);
}

enum status draft_read_collection(struct site_draft *draft, int64_t row,
                                  struct rbac_collection *collection_out,
                                  int64_t *limit_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare_with(draft->store, SQL_LOAD_COLLECTION,
                           STORE_ARGS(STORE_INT(row)), &stmt));
    TRY(store_step(stmt));
    collection_out->id = keep(draft, store_text(stmt, 0));
    collection_out->name = keep(draft, store_text(stmt, 1));
    *limit_out = store_is_null(stmt, 2) ? 0 : store_int(stmt, 2);
    return collection_out->id && collection_out->name ? STATUS_OK
                                                      : STATUS_NO_MEMORY;
}
