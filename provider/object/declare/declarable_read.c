#include "provider/object/declare/declarable.h"

#include <stdlib.h>
#include <string.h>

#include "provider/object/declare/declarable_private.h"
#include "provider/object/role.h"

struct declarable_memory {
    struct arena arena;
};

void declarable_free(struct declarable *declarable)
{
    if (!declarable)
        return;
    if (declarable->memory)
        arena_free(&declarable->memory->arena);
    free(declarable->memory);
    free(declarable);
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
    const struct store_args args = STORE_ARGS(STORE_INT(key));
    int64_t n;

    TRY(store_int_with(reading->store, count_sql, args, &n));
    rows_out->n_room = (size_t)n;
    rows_out->items = arena_take(reading->arena, rows_out->n_room, size);
    if (!rows_out->items)
        return STATUS_NO_MEMORY;
    return store_prepare_with(reading->store, sql, args, &rows_out->stmt);
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
    struct declarable *into = reading->declarable;
    SCOPED(rows_clear) struct rows rows = {0};
    size_t n = 0;

    TRY(rows_begin(reading, SQL_DECLARABLE_COUNT_SITES, SQL_DECLARABLE_LEVEL, 0,
                   1, &rows));
    TRY(rows_next(&rows, &n));
    into->minimum_level = auth_level_read(store_text(rows.stmt, 0));
    return rows_place(reading, &rows, 1, &into->level_place);
}

static enum status read_exclusions(struct reading *reading)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct policy_exclusion *exclusions;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, SQL_DECLARABLE_COUNT_EXCLUSIONS,
                   SQL_DECLARABLE_EXCLUSIONS, 0, sizeof(*exclusions), &rows));
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
    reading->declarable->exclusions = exclusions;
    reading->declarable->n_exclusions = n;
    return rows_end(found);
}

static enum status read_scopes(struct reading *reading)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct policy_scope *scopes;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, SQL_DECLARABLE_COUNT_SCOPES, SQL_DECLARABLE_SCOPES,
                   0, sizeof(*scopes), &rows));
    scopes = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK) {
        TRY(rows_text(reading, &rows, 0, &scopes[n - 1].name));
        TRY(rows_text(reading, &rows, 1, &scopes[n - 1].description));
        TRY(rows_origin(reading, &rows, 2, &scopes[n - 1].place,
                        &scopes[n - 1].origin));
    }
    reading->declarable->scopes = scopes;
    reading->declarable->n_scopes = n;
    return rows_end(found);
}

/* ---- Roles ---- */

static enum status read_rights(struct reading *reading, int64_t row,
                               struct policy_role *role)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct rbac_right *rights;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, SQL_DECLARABLE_COUNT_RIGHTS, SQL_DECLARABLE_RIGHTS,
                   row, sizeof(*rights), &rows));
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
    SCOPED(rows_clear) struct rows rows = {0};
    struct policy_role *roles;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, SQL_DECLARABLE_COUNT_ROLES, SQL_DECLARABLE_ROLES, 0,
                   sizeof(*roles), &rows));
    roles = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK)
        TRY(read_role(reading, &rows, &roles[n - 1]));
    reading->declarable->roles = roles;
    reading->declarable->n_roles = n;
    return rows_end(found);
}

/* ---- Groups ---- */

static enum status read_group(struct reading *reading, struct rows *rows,
                              struct policy_group *into)
{
    TRY(rows_text(reading, rows, 1, &into->name));
    TRY(rows_place(reading, rows, 2, &into->place));
    return rows_names(reading, SQL_DECLARABLE_COUNT_MEMBERS,
                      SQL_DECLARABLE_MEMBERS, store_int(rows->stmt, 0),
                      &into->members, &into->n_members);
}

static enum status read_groups(struct reading *reading)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct policy_group *groups;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, SQL_DECLARABLE_COUNT_GROUPS, SQL_DECLARABLE_GROUPS,
                   0, sizeof(*groups), &rows));
    groups = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK)
        TRY(read_group(reading, &rows, &groups[n - 1]));
    reading->declarable->groups = groups;
    reading->declarable->n_groups = n;
    return rows_end(found);
}

/* ---- All of it ---- */

static enum status read_all(struct reading *reading)
{
    TRY(read_level(reading));
    TRY(read_exclusions(reading));
    TRY(read_scopes(reading));
    TRY(read_roles(reading));
    TRY(declarable_read_collections(reading));
    TRY(read_groups(reading));
    return declarable_read_admins(reading);
}

enum status declarable_read(struct store *store,
                            struct declarable **declarable_out)
{
    const bool is_ours = !store_is_busy(store);
    OWNED(declarable) declarable = calloc(1, sizeof(*declarable));
    struct reading reading = {store, NULL, declarable};
    enum status read;

    if (!declarable)
        return STATUS_NO_MEMORY;
    declarable->memory = calloc(1, sizeof(*declarable->memory));
    if (!declarable->memory)
        return STATUS_NO_MEMORY;
    reading.arena = &declarable->memory->arena;
    if (is_ours)
        TRY(store_read_begin(store)); /* one state of everything */
    read = read_all(&reading);
    if (is_ours)
        store_read_end(store);
    TRY(read);
    *declarable_out = TAKE(declarable);
    return STATUS_OK;
}
