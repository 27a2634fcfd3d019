#include "provider/object/declare/declare.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "provider/base/clock.h"
#include "provider/base/group_name.h"
#include "provider/object/declare/declare_find.h"
#include "provider/object/declare/declare_refer.h"
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

bool declare_has_top(const struct site *site)
{
    return rbac_has_full_administrator(site->engine, RBAC_NONE, clock_wall_s());
}

static enum status look_before(struct declare *declare,
                               const struct site *before,
                               const struct declare_caller *caller)
{
    declare->had_top = declare_has_top(before);
    return caller ? guard_new(before, caller, &declare->guard) : STATUS_OK;
}

enum status declare_begin_for(struct store *store, const struct site *before,
                              const struct declare_caller *caller,
                              struct declare **declare_out)
{
    OWNED(declare) declare = calloc(1, sizeof(*declare));

    if (!declare)
        return STATUS_NO_MEMORY;
    declare->store = store;
    declare->now_s = clock_wall_s();
    snprintf(declare->why, sizeof(declare->why), "The store failed.");
    if (!before) {
        TRY(site_load(store, &declare->before));
    } else {
        declare->given = before;
    }
    declare->is_forced = caller && caller->is_forced;
    TRY(look_before(declare, declare->before ? declare->before : before,
                    caller));
    TRY(declare_refer_begin(declare));
    *declare_out = TAKE(declare);
    return STATUS_OK;
}

enum status declare_begin(struct store *store, struct declare **declare_out)
{
    return declare_begin_for(store, NULL, NULL, declare_out);
}

void declare_restore(struct declare *declare)
{
    declare->is_restored = true;
}

void declare_free(struct declare *declare)
{
    if (!declare)
        return;
    for (size_t i = 0; i < N_DECLARED; i++)
        row_set_clear(&declare->seen[i]);
    buf_free(&declare->adopted);
    guard_free(declare->guard);
    site_free(declare->before);
    site_free(declare->site);
    free(declare);
}

struct text declare_adopted(const struct declare *declare)
{
    return buf_text(&declare->adopted);
}

struct site *declare_take_site(struct declare *declare)
{
    return TAKE(declare->site);
}

const char *declare_why(const struct declare *declare)
{
    return declare->why;
}

enum status declare_saw(struct declare *declare, enum declared kind,
                        int64_t row)
{
    return row_set_add(&declare->seen[kind], row);
}

bool declare_has_seen(const struct declare *declare, enum declared kind,
                      int64_t row)
{
    return row_set_find(&declare->seen[kind], row) != SIZE_MAX;
}

/* ---- Objects found by name ---- */

struct found {
    int64_t row;  /* 0: none */
    bool is_same; /* declared before with the same content */
};

/* sql gives row and the declared text, for a name (?1). */
static enum status find_group(struct declare *declare, const char *sql,
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
    found_out->is_same =
        !store_is_null(stmt, 1) && text_equal(store_text(stmt, 1), canonical);
    return STATUS_OK;
}

/* sql gives the declared text, for a row (?1). */
static enum status find_named(struct declare *declare, enum declared kind,
                              const char *sql, const struct declare_name *name,
                              struct text canonical, struct found *found_out)
{
    TRY(declare_locate(declare, kind, name, &found_out->row));
    return declare_is_same(declare, sql, found_out->row, canonical,
                           &found_out->is_same);
}

/* The place may move without any change. */
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

enum status declare_level(struct declare *declare, struct policy_place at,
                          enum auth_level level)
{
    const struct policy_place_text place = policy_place_text(at);
    static const char read[] = "SELECT AuthenticationLevel FROM site";
    static const char write[] =
        "UPDATE site SET AuthenticationLevel = ?1, level_place = ?2";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    SCOPED(store_done) struct store_stmt *set = NULL;

    if (level == AUTH_LEVEL_NONE)
        return declare_fail(declare, place.text, "there is no such level");
    TRY(store_prepare(declare->store, read, &stmt));
    TRY(store_step(stmt));
    if (store_int(stmt, 0) != auth_level_number(level)) {
        declare->changed = true;
        TRY(guard_site(declare, place.text, level));
    }
    store_done(&stmt);
    TRY(store_prepare(declare->store, write, &set));
    store_bind_int(set, 1, auth_level_number(level));
    store_bind_text(set, 2, text_of(place.text));
    declare->has_level = true;
    return store_run(set);
}

static struct text source_of(const struct policy_exclusion *exclusion)
{
    return exclusion->source ? text_of(exclusion->source)
                             : TEXT(GROUP_SOURCE_SITE);
}

static enum status is_excluded(struct declare *declare,
                               const struct policy_exclusion *exclusion,
                               bool *is_out)
{
    static const char sql[] =
        "SELECT 1 FROM exclusion WHERE name = ?1 AND is_group = ?2"
        " AND reason = ?3 AND owner = ?4 AND until_s = ?5"
        " AND source = ?6 AND place IS NOT NULL";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(declare->store, sql, &stmt));
    store_bind_text(stmt, 6, source_of(exclusion));
    store_bind_text(stmt, 1, text_of(exclusion->user));
    store_bind_int(stmt, 2, exclusion->is_group);
    store_bind_text(stmt, 3, text_of(exclusion->reason));
    store_bind_text(stmt, 4, text_of(exclusion->owner));
    store_bind_int(stmt, 5, exclusion->until_s);
    found = store_step(stmt);
    *is_out = found == STATUS_OK;
    return found == STATUS_END ? STATUS_OK : found;
}

/* The rows themselves note which were seen: by the number of the run. */
enum status declare_exclusion(struct declare *declare,
                              const struct policy_exclusion *exclusion)
{
    static const char sql[] =
        "INSERT INTO exclusion (name, is_group, reason, owner, until_s, place,"
        " seen, source) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7)"
        " ON CONFLICT (name, is_group) DO UPDATE SET reason = ?3, owner = ?4,"
        " until_s = ?5, place = ?6, seen = 1, source = ?7";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const struct policy_place_text place = policy_place_text(exclusion->place);
    bool is_same;

    TRY(is_excluded(declare, exclusion, &is_same));
    if (!is_same) {
        declare->changed = true;
        TRY(guard_site(declare, place.text, AUTH_LEVEL_NONE));
    }
    TRY(store_prepare(declare->store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(exclusion->user));
    store_bind_int(stmt, 2, exclusion->is_group);
    store_bind_text(stmt, 3, text_of(exclusion->reason));
    store_bind_text(stmt, 4, text_of(exclusion->owner));
    store_bind_int(stmt, 5, exclusion->until_s);
    store_bind_text(stmt, 6, text_of(place.text));
    store_bind_text(stmt, 7, source_of(exclusion));
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

enum status declare_scope(struct declare *declare,
                          const struct policy_scope *scope)
{
    static const char find[] = "SELECT declared FROM scope WHERE row = ?1";
    const struct policy_place_text place = policy_place_text(scope->place);
    const struct declare_name named = {
        .place = place.text, .name = scope->name, .origin = scope->origin};
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

    buf_append_format(&canonical, "%s\n%s", scope->name, scope->description);
    TRY(buf_status(&canonical));
    TRY(find_named(declare, DECLARED_SCOPE, find, &named, buf_text(&canonical),
                   &found));
    if (!found.is_same) {
        declare->changed = true;
        TRY(declare_check_alike(declare, place.text, &class_scope, scope->name,
                                found.row, false));
        TRY(found.row
                ? guard_change(declare, &class_scope, place.text, scope->name)
                : guard_make(declare, &class_scope, place.text, scope->name));
        if (!found.row)
            TRY(row_next(declare->store, "scope", &found.row));
        TRY(store_named(declare, store, found.row, scope->name,
                        scope->description, ""));
    }
    TRY(set_place(declare, mark, found.row, place.text, buf_text(&canonical)));
    return declare_saw(declare, DECLARED_SCOPE, found.row);
}

static void put_role(const struct policy_role *role, struct buf *canonical)
{
    buf_append_format(canonical, "%s\n%s\n%s\n%d", role->name,
                      role->description, role->copied_from, (int)role->level);
    for (size_t i = 0; i < role->n_rights; i++)
        buf_append_format(canonical, "\n%u %u %d", role->rights[i].type,
                          role->rights[i].operations,
                          (int)role->rights[i].level);
}

static enum status store_role(struct declare *declare, int64_t row,
                              const struct policy_role *role)
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

enum status declare_role(struct declare *declare,
                         const struct policy_role *role)
{
    static const char find[] = "SELECT declared FROM role WHERE row = ?1";
    const struct policy_place_text place = policy_place_text(role->place);
    const struct declare_name named = {
        .place = place.text, .name = role->name, .origin = role->origin};
    static const char mark[] =
        "UPDATE role SET place = ?2, declared = ?3 WHERE row = ?1";
    SCOPED(buf_free) struct buf canonical = buf_make(CANONICAL_MAX_BYTES);
    struct found found;

    put_role(role, &canonical);
    TRY(buf_status(&canonical));
    TRY(find_named(declare, DECLARED_ROLE, find, &named, buf_text(&canonical),
                   &found));
    if (!found.is_same) {
        declare->changed = true;
        TRY(declare_check_alike(declare, place.text, &class_role, role->name,
                                found.row, false));
        TRY(guard_role(declare, place.text, found.row, role));
        if (!found.row)
            TRY(row_next(declare->store, "role", &found.row));
        TRY(store_role(declare, found.row, role));
    }
    TRY(set_place(declare, mark, found.row, place.text, buf_text(&canonical)));
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

static enum status run_of_group(struct declare *declare, const char *sql,
                                int64_t row)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(declare->store, sql, &stmt));
    store_bind_int(stmt, 1, row);
    return store_run(stmt);
}

/* Existing members keep the ones who added them: approver.c asks. */
static enum status store_members(struct declare *declare, int64_t row,
                                 const char *const *members, size_t n_members)
{
    static const char forget[] =
        "UPDATE people_member SET seen = 0 WHERE people = ?1";
    static const char drop[] =
        "DELETE FROM people_member WHERE people = ?1 AND NOT seen";
    static const char add[] =
        "INSERT INTO people_member (people, name, author, seen)"
        " VALUES (?1, ?2, ?3, 1)"
        " ON CONFLICT (people, name) DO UPDATE SET seen = 1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(run_of_group(declare, forget, row));
    TRY(store_prepare(declare->store, add, &stmt));
    for (size_t i = 0; i < n_members; i++) {
        store_bind_int(stmt, 1, row);
        store_bind_text(stmt, 2, text_of(members[i]));
        store_bind_text(stmt, 3, text_of(guard_giver(declare).name));
        TRY(store_run(stmt));
    }
    return run_of_group(declare, drop, row);
}

enum status declare_group(struct declare *declare,
                          const struct policy_group *group)
{
    static const char find[] =
        "SELECT row, declared FROM people_group WHERE name = ?1";
    static const char mark[] =
        "UPDATE people_group SET place = ?2, declared = ?3 WHERE row = ?1";
    SCOPED(buf_free) struct buf canonical = buf_make(CANONICAL_MAX_BYTES);
    const struct policy_place_text place = policy_place_text(group->place);
    struct found found;

    buf_append_string(&canonical, group->name);
    for (size_t i = 0; i < group->n_members; i++)
        buf_append_format(&canonical, "\n%s", group->members[i]);
    TRY(buf_status(&canonical));
    TRY(find_group(declare, find, group->name, buf_text(&canonical), &found));
    if (!found.is_same) {
        TRY(guard_group(declare, place.text, group->name));
        declare->changed = true;
        if (!found.row)
            TRY(store_group(declare, group->name, &found.row));
        TRY(store_members(declare, found.row, group->members,
                          group->n_members));
    }
    TRY(set_place(declare, mark, found.row, place.text, buf_text(&canonical)));
    return declare_saw(declare, DECLARED_GROUP, found.row);
}
