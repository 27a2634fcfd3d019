#include "provider/object/declare.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "provider/base/clock.h"
#include "provider/object/declare_private.h"
#include "provider/object/role.h"

enum { CANONICAL_MAX_BYTES = 4 * 1024 * 1024 };

/* ---- The step as a whole ---- */

enum status declare_fail(struct declare *declare, const char *place,
                         const char *format, ...)
{
    va_list args;
    int n = snprintf(declare->why, sizeof(declare->why), "%.200s: ", place);

    if (n < 0 || (size_t)n >= sizeof(declare->why))
        n = 0;
    va_start(args, format);
    vsnprintf(declare->why + n, sizeof(declare->why) - (size_t)n, format, args);
    va_end(args);
    return STATUS_INVALID;
}

static enum status has_top(struct store *store, bool *has_out)
{
    OWNED(site) site = NULL;

    TRY(site_load(store, &site));
    *has_out =
        rbac_has_full_administrator(site->engine, RBAC_NONE, clock_wall_s());
    return STATUS_OK;
}

enum status declare_begin(struct store *store, struct declare **declare_out)
{
    OWNED(declare) declare = calloc(1, sizeof(*declare));

    if (!declare)
        return STATUS_NO_MEMORY;
    declare->store = store;
    declare->now_s = clock_wall_s();
    snprintf(declare->why, sizeof(declare->why), "The store failed.");
    TRY(has_top(store, &declare->had_top));
    *declare_out = TAKE(declare);
    return STATUS_OK;
}

void declare_free(struct declare *declare)
{
    if (!declare)
        return;
    for (size_t i = 0; i < N_DECLARED; i++)
        free(declare->seen[i].rows);
    free(declare);
}

const char *declare_why(const struct declare *declare)
{
    return declare->why;
}

enum status declare_saw(struct declare *declare, enum declared kind,
                        int64_t row)
{
    struct declare_rows *seen = &declare->seen[kind];

    if (seen->n == seen->capacity) {
        const size_t capacity = seen->capacity ? 2 * seen->capacity : 32;
        int64_t *grown = realloc(seen->rows, capacity * sizeof(*grown));

        if (!grown)
            return STATUS_NO_MEMORY;
        seen->rows = grown;
        seen->capacity = capacity;
    }
    seen->rows[seen->n++] = row;
    return STATUS_OK;
}

bool declare_has_seen(const struct declare *declare, enum declared kind,
                      int64_t row)
{
    const struct declare_rows *seen = &declare->seen[kind];

    for (size_t i = 0; i < seen->n; i++)
        if (seen->rows[i] == row)
            return true;
    return false;
}

/* ---- Things that are found by name ---- */

struct found {
    int64_t row; /* 0: none */
    bool is_built_in;
    bool is_same; /* declared before with the same content */
};

/* sql gives row, is built in, and the declared text, for a name (?1). */
static enum status find_named(struct declare *declare, const char *sql,
                              const char *name, struct text canonical,
                              struct found *found_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    *found_out = (struct found){0};
    TRY(store_prepare(declare->store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(name));
    found = store_step(stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    found_out->row = store_int(stmt, 0);
    found_out->is_built_in = store_int(stmt, 1) != 0;
    found_out->is_same =
        !store_is_null(stmt, 2) && text_equal(store_text(stmt, 2), canonical);
    return STATUS_OK;
}

/* The place may move without anything changing. */
static enum status set_place(struct declare *declare, const char *sql,
                             int64_t row, const char *place,
                             struct text canonical)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(declare->store, sql, &stmt));
    store_bind_int(stmt, 1, row);
    store_bind_text(stmt, 2, text_of(place));
    store_bind_text(stmt, 3, canonical);
    return store_run(stmt);
}

/* ---- Level and exclusions ---- */

enum status declare_level(struct declare *declare, const char *place,
                          enum auth_level level)
{
    static const char read[] = "SELECT AuthenticationLevel FROM site";
    static const char write[] =
        "UPDATE site SET AuthenticationLevel = ?1, level_place = ?2";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    SCOPED(store_done) struct store_stmt *set = NULL;

    if (level == AUTH_LEVEL_NONE)
        return declare_fail(declare, place, "there is no such level");
    TRY(store_prepare(declare->store, read, &stmt));
    TRY(store_step(stmt));
    if (store_int(stmt, 0) != auth_level_number(level))
        declare->changed = true;
    store_done(&stmt);
    TRY(store_prepare(declare->store, write, &set));
    store_bind_int(set, 1, auth_level_number(level));
    store_bind_text(set, 2, text_of(place));
    declare->has_level = true;
    return store_run(set);
}

static enum status is_excluded(struct declare *declare,
                               const struct site_exclusion *exclusion,
                               bool *is_out)
{
    static const char sql[] =
        "SELECT 1 FROM exclusion WHERE name = ?1 AND is_group = ?2"
        " AND reason = ?3 AND owner = ?4 AND until_s = ?5"
        " AND place IS NOT NULL";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(declare->store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(exclusion->user));
    store_bind_int(stmt, 2, exclusion->is_group);
    store_bind_text(stmt, 3, text_of(exclusion->reason));
    store_bind_text(stmt, 4, text_of(exclusion->owner));
    store_bind_int(stmt, 5, exclusion->until_s);
    found = store_step(stmt);
    *is_out = found == STATUS_OK;
    return found == STATUS_END ? STATUS_OK : found;
}

/* Which ones were seen is kept in the rows themselves: a run's number. */
enum status declare_exclusion(struct declare *declare, const char *place,
                              const struct site_exclusion *exclusion)
{
    static const char sql[] =
        "INSERT INTO exclusion (name, is_group, reason, owner, until_s, place,"
        " seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)"
        " ON CONFLICT (name, is_group) DO UPDATE SET reason = ?3, owner = ?4,"
        " until_s = ?5, place = ?6, seen = 1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    bool is_same;

    TRY(is_excluded(declare, exclusion, &is_same));
    if (!is_same)
        declare->changed = true;
    TRY(store_prepare(declare->store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(exclusion->user));
    store_bind_int(stmt, 2, exclusion->is_group);
    store_bind_text(stmt, 3, text_of(exclusion->reason));
    store_bind_text(stmt, 4, text_of(exclusion->owner));
    store_bind_int(stmt, 5, exclusion->until_s);
    store_bind_text(stmt, 6, text_of(place));
    return store_run(stmt);
}

/* ---- Scopes and roles ---- */

static enum status store_named(struct declare *declare, const char *sql,
                               int64_t row, const char *name,
                               const char *description, const char *more)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    char key[SITE_KEY_BYTES];
    char code[4];

    TRY(site_key(declare->store, row, key));
    TRY(site_code(declare->store, code));
    TRY(store_prepare(declare->store, sql, &stmt));
    store_bind_int(stmt, 1, row);
    store_bind_text(stmt, 2, text_of(key));
    store_bind_text(stmt, 3, text_of(name));
    store_bind_text(stmt, 4, text_of(description));
    store_bind_text(stmt, 5, text_of(code));
    store_bind_int(stmt, 6, declare->now_s);
    store_bind_text(stmt, 7, text_of(more));
    return store_run(stmt);
}

enum status declare_scope(struct declare *declare, const char *place,
                          const char *name, const char *description)
{
    static const char find[] = "SELECT row, IsBuiltIn, declared FROM scope"
                               " WHERE CategoryName = ?1";
    static const char store[] =
        "INSERT INTO scope (row, CategoryID, CategoryName,"
        " CategoryDescription, IsBuiltIn, SourceSite, CreatedBy, CreatedDate,"
        " LastModifiedBy, LastModifiedDate)"
        " VALUES (?1, ?2, ?3, ?4, 0, ?5, 'policy', ?6, 'policy', ?6)"
        " ON CONFLICT (row) DO UPDATE SET CategoryName = ?3,"
        " CategoryDescription = ?4, LastModifiedBy = 'policy',"
        " LastModifiedDate = ?6, row_version = row_version + 1 WHERE ?7 = ''";
    static const char mark[] =
        "UPDATE scope SET place = ?2, declared = ?3 WHERE row = ?1";
    SCOPED(buf_free) struct buf canonical = buf_make(CANONICAL_MAX_BYTES);
    struct found found;

    buf_append_format(&canonical, "%s\n%s", name, description);
    TRY(buf_status(&canonical));
    TRY(find_named(declare, find, name, buf_text(&canonical), &found));
    if (found.is_built_in)
        return declare_fail(declare, place, "the scope %s is built in", name);
    if (!found.is_same) {
        declare->changed = true;
        if (!found.row)
            TRY(row_next(declare->store, "scope", &found.row));
        TRY(store_named(declare, store, found.row, name, description, ""));
    }
    TRY(set_place(declare, mark, found.row, place, buf_text(&canonical)));
    return declare_saw(declare, DECLARED_SCOPE, found.row);
}

static void put_role(const struct declare_role *role, struct buf *canonical)
{
    buf_append_format(canonical, "%s\n%s\n%s\n%d", role->name,
                      role->description, role->copied_from, (int)role->level);
    for (size_t i = 0; i < role->n_rights; i++)
        buf_append_format(canonical, "\n%u %u %d", role->rights[i].type,
                          role->rights[i].operations,
                          (int)role->rights[i].level);
}

static enum status store_role(struct declare *declare, int64_t row,
                              const struct declare_role *role)
{
    static const char store[] =
        "INSERT INTO role (row, RoleID, RoleName, RoleDescription, IsBuiltIn,"
        " SourceSite, CreatedBy, CreatedDate, LastModifiedBy,"
        " LastModifiedDate, CopiedFromID)"
        " VALUES (?1, ?2, ?3, ?4, 0, ?5, 'policy', ?6, 'policy', ?6, ?7)"
        " ON CONFLICT (row) DO UPDATE SET RoleName = ?3,"
        " RoleDescription = ?4, CopiedFromID = ?7, LastModifiedBy = 'policy',"
        " LastModifiedDate = ?6, row_version = row_version + 1";
    static const char level[] =
        "UPDATE role SET RequiredLevel = ?2 WHERE row = ?1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_named(declare, store, row, role->name, role->description,
                    role->copied_from));
    TRY(store_prepare(declare->store, level, &stmt));
    store_bind_int(stmt, 1, row);
    store_bind_int(stmt, 2, role_level_number(role->level));
    TRY(store_run(stmt));
    return role_store_rights(declare->store, row, role->rights, role->n_rights);
}

enum status declare_role(struct declare *declare, const char *place,
                         const struct declare_role *role)
{
    static const char find[] =
        "SELECT row, IsBuiltIn, declared FROM role WHERE RoleName = ?1";
    static const char mark[] =
        "UPDATE role SET place = ?2, declared = ?3 WHERE row = ?1";
    SCOPED(buf_free) struct buf canonical = buf_make(CANONICAL_MAX_BYTES);
    struct found found;

    put_role(role, &canonical);
    TRY(buf_status(&canonical));
    TRY(find_named(declare, find, role->name, buf_text(&canonical), &found));
    if (found.is_built_in)
        return declare_fail(declare, place, "the role %s is built in",
                            role->name);
    if (!found.is_same) {
        declare->changed = true;
        if (!found.row)
            TRY(row_next(declare->store, "role", &found.row));
        TRY(store_role(declare, found.row, role));
    }
    TRY(set_place(declare, mark, found.row, place, buf_text(&canonical)));
    return declare_saw(declare, DECLARED_ROLE, found.row);
}

/* ---- Groups ---- */

static enum status store_group(struct declare *declare, const char *name,
                               int64_t *row)
{
    static const char sql[] = "INSERT INTO people_group (name) VALUES (?1)";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(declare->store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(name));
    TRY(store_run(stmt));
    *row = store_last_row(declare->store);
    return STATUS_OK;
}

static enum status store_members(struct declare *declare, int64_t row,
                                 const char *const *members, size_t n_members)
{
    static const char clear[] = "DELETE FROM people_member WHERE people = ?1";
    static const char add[] =
        "INSERT OR IGNORE INTO people_member (people, name) VALUES (?1, ?2)";
    SCOPED(store_done) struct store_stmt *cleared = NULL;
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(declare->store, clear, &cleared));
    store_bind_int(cleared, 1, row);
    TRY(store_run(cleared));
    TRY(store_prepare(declare->store, add, &stmt));
    for (size_t i = 0; i < n_members; i++) {
        store_bind_int(stmt, 1, row);
        store_bind_text(stmt, 2, text_of(members[i]));
        TRY(store_run(stmt));
    }
    return STATUS_OK;
}

enum status declare_group(struct declare *declare, const char *place,
                          const char *name, const char *const *members,
                          size_t n_members)
{
    static const char find[] =
        "SELECT row, 0, declared FROM people_group WHERE name = ?1";
    static const char mark[] =
        "UPDATE people_group SET place = ?2, declared = ?3 WHERE row = ?1";
    SCOPED(buf_free) struct buf canonical = buf_make(CANONICAL_MAX_BYTES);
    struct found found;

    buf_append_string(&canonical, name);
    for (size_t i = 0; i < n_members; i++)
        buf_append_format(&canonical, "\n%s", members[i]);
    TRY(buf_status(&canonical));
    TRY(find_named(declare, find, name, buf_text(&canonical), &found));
    if (!found.is_same) {
        declare->changed = true;
        if (!found.row)
            TRY(store_group(declare, name, &found.row));
        TRY(store_members(declare, found.row, members, n_members));
    }
    TRY(set_place(declare, mark, found.row, place, buf_text(&canonical)));
    return declare_saw(declare, DECLARED_GROUP, found.row);
}

/* ---- The end ---- */

static enum status remove_row(struct declare *declare,
                              const struct declare_sweep *sweep, int64_t row,
                              struct text place, struct text name)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status removed;

    TRY(store_prepare(declare->store, sweep->remove, &stmt));
    store_bind_int(stmt, 1, row);
    removed = store_run(stmt);
    if (removed == STATUS_CONFLICT) {
        char was[128];

        snprintf(was, sizeof(was), "%.*s", (int)place.size, place.data);
        return declare_fail(declare, was,
                            "%s %.*s is no longer declared, but still in use",
                            sweep->what, (int)name.size, name.data);
    }
    declare->changed = true;
    return removed;
}

/* Removes the declared rows of a kind that this run did not declare. */
static enum status sweep_kind(struct declare *declare,
                              const struct declare_sweep *sweep)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(declare->store, sweep->select, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const int64_t row = store_int(stmt, 0);

        if (!declare_has_seen(declare, sweep->kind, row))
            TRY(remove_row(declare, sweep, row, store_text(stmt, 1),
                           store_text(stmt, 2)));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status run_plain(struct declare *declare, const char *sql)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(declare->store, sql, &stmt));
    return store_run(stmt);
}

static enum status sweep_exclusions(struct declare *declare)
{
    TRY(run_plain(declare, "DELETE FROM exclusion"
                           " WHERE place IS NOT NULL AND NOT seen"));
    if (store_n_changed(declare->store) > 0)
        declare->changed = true;
    TRY(run_plain(declare, "UPDATE exclusion SET seen = 0 WHERE seen"));
    if (declare->has_level)
        return STATUS_OK;
    /* A level that is no longer declared stays, and is the console's again:
     * a line less in a file never lets more people in. */
    return run_plain(declare, "UPDATE site SET level_place = NULL"
                              " WHERE level_place IS NOT NULL");
}

static enum status check_groups(struct declare *declare)
{
    static const char sql[] =
        "WITH RECURSIVE up (root, at) AS (SELECT row, row FROM people_group"
        " UNION SELECT up.root, p.row FROM up JOIN people_member m"
        " ON m.people = up.at JOIN people_group p ON p.name = m.name)"
        " SELECT g.name, g.place FROM up JOIN people_member m"
        " ON m.people = up.at JOIN people_group p ON p.name = m.name"
        " AND p.row = up.root JOIN people_group g ON g.row = up.root LIMIT 1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    char place[128];

    TRY(store_prepare(declare->store, sql, &stmt));
    found = store_step(stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    snprintf(place, sizeof(place), "%.*s", (int)store_text(stmt, 1).size,
             store_text(stmt, 1).data);
    return declare_fail(declare, place, "the group %.*s contains itself",
                        (int)store_text(stmt, 0).size,
                        store_text(stmt, 0).data);
}

static enum status sweep_all(struct declare *declare)
{
    /* Who holds goes before what is held. */
    static const struct declare_sweep sweeps[] = {
        {DECLARED_ADMIN, "the administrator",
         "SELECT row, place, LogonName FROM admin WHERE place IS NOT NULL",
         "DELETE FROM admin WHERE row = ?1"},
        {DECLARED_GROUP, "the group",
         "SELECT row, place, name FROM people_group WHERE place IS NOT NULL",
         "DELETE FROM people_group WHERE row = ?1"},
        {DECLARED_ROLE, "the role",
         "SELECT row, place, RoleName FROM role WHERE place IS NOT NULL",
         "DELETE FROM role WHERE row = ?1"},
        {DECLARED_SCOPE, "the scope",
         "SELECT row, place, CategoryName FROM scope WHERE place IS NOT NULL",
         "DELETE FROM scope WHERE row = ?1"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(sweeps); i++)
        TRY(sweep_kind(declare, &sweeps[i]));
    TRY(sweep_exclusions(declare));
    return check_groups(declare);
}

enum status declare_finish(struct declare *declare, bool *changed_out)
{
    int64_t serial;
    bool has;

    TRY(sweep_all(declare));
    *changed_out = declare->changed;
    if (!declare->changed)
        return STATUS_OK;
    TRY(has_top(declare->store, &has));
    if (declare->had_top && !has)
        return declare_fail(declare, "policy",
                            "no full administrator would remain");
    TRY(store_number(declare->store, "estate", &serial));
    return store_set_number(declare->store, "estate", serial + 1);
}
