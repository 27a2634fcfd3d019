#include "provider/object/site.h"

#include <stdlib.h>

#include "provider/base/log.h"
#include "provider/object/people.h"
#include "provider/object/role.h"
#include "provider/object/site_load_sql.h"
#include "provider/store/seal.h"

/*
 * The estate under construction: arrays in an arena, which is freed once the
 * engine has its own copy.
 */
struct loading {
    struct store *store;
    struct arena arena;
    struct object_map *map;
    struct rbac_role *roles;
    struct rbac_scope *scopes;
    struct rbac_collection *collections;
    struct rbac_admin *admins;
    size_t n_roles;
    size_t n_scopes;
    size_t n_collections;
    size_t n_admins;
};

static void draft_clear(struct loading *draft)
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
static enum status make_room(struct loading *draft, const char *count_sql,
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
static enum status begin(struct loading *draft, const char *count_sql,
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

static enum status begin_of(struct loading *draft, int64_t parent,
                            const struct child_sql *sql, struct room *room,
                            struct store_stmt **stmt_out)
{
    TRY(make_room(draft, sql->count, parent, sql->size, room));
    return store_prepare_with(draft->store, sql->rows,
                              STORE_ARGS(STORE_INT(parent)), stmt_out);
}

static const char *keep(struct loading *draft, struct text text)
{
    return arena_copy_text(&draft->arena, text);
}

static enum status fill_map(struct loading *draft, enum map_kind kind,
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

static enum status fill_maps(struct loading *draft)
{
    TRY(fill_map(draft, MAP_ROLE, SQL_LOAD_ROLE_ROWS));
    TRY(fill_map(draft, MAP_SCOPE, SQL_LOAD_SCOPE_ROWS));
    TRY(fill_map(draft, MAP_COLLECTION, SQL_LOAD_COLLECTION_ROWS));
    return fill_map(draft, MAP_ADMIN, SQL_LOAD_ADMIN_ROWS);
}

/* ---- Roles ---- */

static enum status load_rights(struct loading *draft, int64_t row,
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

static enum status load_roles(struct loading *draft)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct room room = {0};
    enum status found;

    TRY(begin(draft, SQL_LOAD_COUNT_ROLES, SQL_LOAD_ROLES,
              sizeof(*draft->roles), &room, &stmt));
    draft->roles = room.array;
    while ((found = next_row(stmt, &room)) == STATUS_OK) {
        struct rbac_role *role = &draft->roles[draft->n_roles++];

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

static enum status load_scopes(struct loading *draft)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct room room = {0};
    enum status found;

    TRY(begin(draft, SQL_LOAD_COUNT_SCOPES, SQL_LOAD_SCOPES,
              sizeof(*draft->scopes), &room, &stmt));
    draft->scopes = room.array;
    while ((found = next_row(stmt, &room)) == STATUS_OK) {
        struct rbac_scope *scope = &draft->scopes[draft->n_scopes++];

        scope->id = keep(draft, store_text(stmt, 0));
        scope->name = keep(draft, store_text(stmt, 1));
        scope->is_all = store_int(stmt, 2) != 0;
        scope->is_default = store_int(stmt, 3) != 0;
        if (!scope->id || !scope->name)
            return STATUS_NO_MEMORY;
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status load_collections(struct loading *draft)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct room room = {0};
    enum status found;

    TRY(begin(draft, SQL_LOAD_COUNT_COLLECTIONS, SQL_LOAD_COLLECTIONS,
              sizeof(*draft->collections), &room, &stmt));
    draft->collections = room.array;
    draft->map->limits = calloc(room.n_max + 1, sizeof(*draft->map->limits));
    if (!draft->map->limits)
        return STATUS_NO_MEMORY;
    while ((found = next_row(stmt, &room)) == STATUS_OK) {
        struct rbac_collection *into =
            &draft->collections[draft->n_collections++];

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

static enum status load_indexes(struct loading *draft, int64_t assignment,
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

static enum status load_assignment(struct loading *draft, int64_t row,
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

static enum status load_assignments(struct loading *draft, int64_t admin,
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

static enum status load_admins(struct loading *draft)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct room room = {0};
    enum status found;

    TRY(begin(draft, SQL_LOAD_COUNT_ADMINS, SQL_LOAD_ADMINS,
              sizeof(*draft->admins), &room, &stmt));
    draft->admins = room.array;
    while ((found = next_row(stmt, &room)) == STATUS_OK) {
        struct rbac_admin *admin = &draft->admins[draft->n_admins++];

        admin->name = keep(draft, store_text(stmt, 1));
        admin->is_group = store_int(stmt, 2) != 0;
        admin->is_disabled = store_int(stmt, 3) != 0;
        if (!admin->name)
            return STATUS_NO_MEMORY;
        TRY(load_assignments(draft, store_int(stmt, 0), admin));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

/* ---- The site ---- */

static enum status build_engine(const struct loading *draft,
                                struct rbac_engine **engine_out)
{
    int64_t lenient;

    TRY(store_number(draft->store, SITE_LENIENT, &lenient));
    const struct rbac_estate estate = {
        .catalog = &rbac_catalog,
        .roles = draft->roles,
        .n_roles = draft->n_roles,
        .scopes = draft->scopes,
        .n_scopes = draft->n_scopes,
        .collections = draft->collections,
        .n_collections = draft->n_collections,
        .admins = draft->admins,
        .n_admins = draft->n_admins,
        .is_lenient = lenient == 1,
    };
    struct rbac_problem problem = {0};
    const enum status built = rbac_engine_build(&estate, engine_out, &problem);

    if (built != STATUS_OK)
        log_error("site.estate status=%s why=%s", status_name(built),
                  problem.text);
    return built;
}

static enum status load_level(struct store *store, enum auth_level *level_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_LOAD_LEVEL, &stmt));
    found = store_step(stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_INVALID : found;
    *level_out = auth_level_read(store_text(stmt, 0));
    return *level_out == AUTH_LEVEL_NONE ? STATUS_INVALID : STATUS_OK;
}

static enum status load_estate(struct loading *draft, struct site *site)
{
    TRY(fill_maps(draft));
    TRY(load_roles(draft));
    TRY(load_scopes(draft));
    TRY(load_collections(draft));
    TRY(load_admins(draft));
    return build_engine(draft, &site->engine);
}

static enum status load(struct store *store, struct site *site)
{
    SCOPED(draft_clear) struct loading draft = {.store = store};
    const struct rbac_estate *estate;

    site->map = calloc(1, sizeof(*site->map));
    if (!site->map)
        return STATUS_NO_MEMORY;
    draft.map = site->map;
    TRY(load_estate(&draft, site));
    estate = rbac_engine_estate(site->engine);
    TRY(people_load(store, estate->admins, estate->n_admins, &site->people));
    site->exclusions = people_exclusions(site->people, &site->n_exclusions);
    TRY(load_level(store, &site->minimum_level));
    return store_number(store, "estate", &site->serial);
}

enum status site_check_rows(struct store *store)
{
    static const char *const tables[] = {
        "admin",
        "admin_identity",
        "identity_gift",
        "assignment",
        "assignment_role",
        "assignment_scope",
        "assignment_collection",
        "role",
        "role_right",
        "scope",
        "people_group",
        "people_member",
        "exclusion",
        "collection",
        "collection_rule",
        "site",
        "shown_evidence",
        "declared_reference",
    };

    return seal_check_tables(store, tables, ARRAY_SIZE(tables));
}

enum status site_open_reader(const char *path, struct store **store_out)
{
    OWNED(store) store = NULL;

    TRY(store_open(path, STORE_READ, &store));
    TRY(object_functions_register(store));
    *store_out = TAKE(store);
    return STATUS_OK;
}

enum status site_load(struct store *store, struct site **site_out)
{
    const bool is_ours = !store_is_busy(store);
    OWNED(site) site = calloc(1, sizeof(*site));
    enum status loaded;

    if (!site)
        return STATUS_NO_MEMORY;
    TRY(object_functions_register(store));
    if (is_ours)
        TRY(store_read_begin(store)); /* one state of everything */
    loaded = load(store, site);
    if (is_ours)
        store_read_end(store);
    TRY(loaded);
    *site_out = TAKE(site);
    return STATUS_OK;
}

void site_free(struct site *site)
{
    if (!site)
        return;
    rbac_engine_free(site->engine);
    if (site->map)
        object_map_clear(site->map);
    free(site->map);
    people_free(site->people);
    free(site);
}
