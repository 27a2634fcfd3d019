/*
 * Scopes and roles that policy files declare.
 */
#include "provider/object/declare/declare_find.h"
#include "provider/object/declare/declare_role_sql.h"
#include "provider/object/role.h"

enum { CANONICAL_MAX_BYTES = 4 * 1024 * 1024 };

/* sql gives the declared text, for a row (?1). */
static enum status find_named(struct declare *declare, enum declared kind,
                              const char *sql, const struct declare_name *name,
                              struct text canonical,
                              struct declared_row *found_out)
{
    TRY(declare_locate(declare, kind, name, &found_out->row));
    return declare_is_same(declare, sql, found_out->row, canonical,
                           &found_out->is_same);
}

/* The same content for a scope and a role; copied_from: a role's alone. */
static enum status store_named(struct declare *declare, const char *sql,
                               int64_t row, const char *name,
                               const char *description, const char *copied_from)
{
    char key[SITE_KEY_BYTES];
    char code[4];

    TRY(site_key(declare->store, row, key));
    TRY(site_code(declare->store, code));
    return store_run_with(
        declare->store, sql,
        STORE_ARGS(STORE_INT(row), STORE_TEXT(text_of(key)),
                   STORE_TEXT(text_of(name)), STORE_TEXT(text_of(description)),
                   STORE_TEXT(text_of(code)), STORE_INT(declare->now_s),
                   STORE_TEXT(text_of(copied_from))));
}

enum status declare_scope(struct declare *declare,
                          const struct policy_scope *scope)
{
    const struct policy_place_text place = policy_place_text(scope->place);
    const struct declare_name named = {
        .place = place.text, .name = scope->name, .origin = scope->origin};
    SCOPED(buf_free) struct buf canonical = buf_make(CANONICAL_MAX_BYTES);
    struct declared_row found;

    buf_append_format(&canonical, "%s\n%s", scope->name, scope->description);
    TRY(buf_status(&canonical));
    TRY(find_named(declare, DECLARED_SCOPE, SQL_DECLARED_SCOPE, &named,
                   buf_text(&canonical), &found));
    if (!found.is_same) {
        declare->changed = true;
        TRY(declare_check_alike(declare, place.text, &class_scope, scope->name,
                                found.row, false));
        TRY(found.row
                ? guard_change(declare, &class_scope, place.text, scope->name)
                : guard_make(declare, &class_scope, place.text, scope->name));
        if (!found.row)
            TRY(row_next(declare->store, &class_scope, &found.row));
        TRY(store_named(declare, SQL_DECLARE_SCOPE, found.row, scope->name,
                        scope->description, ""));
    }
    TRY(declare_set_place(declare, SQL_DECLARE_PLACE_SCOPE, found.row,
                          place.text, buf_text(&canonical)));
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
    TRY(store_named(declare, SQL_DECLARE_ROLE, row, role->name,
                    role->description, role->copied_from));
    TRY(store_run_with(
        declare->store, SQL_DECLARE_ROLE_LEVEL,
        STORE_ARGS(STORE_INT(row), STORE_INT(role_level_number(role->level)))));
    return role_store_rights(declare->store, row, role->rights, role->n_rights);
}

enum status declare_role(struct declare *declare,
                         const struct policy_role *role)
{
    const struct policy_place_text place = policy_place_text(role->place);
    const struct declare_name named = {
        .place = place.text, .name = role->name, .origin = role->origin};
    SCOPED(buf_free) struct buf canonical = buf_make(CANONICAL_MAX_BYTES);
    struct declared_row found;

    put_role(role, &canonical);
    TRY(buf_status(&canonical));
    TRY(find_named(declare, DECLARED_ROLE, SQL_DECLARED_ROLE, &named,
                   buf_text(&canonical), &found));
    if (!found.is_same) {
        declare->changed = true;
        TRY(declare_check_alike(declare, place.text, &class_role, role->name,
                                found.row, false));
        TRY(guard_role(declare, place.text, found.row, role));
        if (!found.row)
            TRY(row_next(declare->store, &class_role, &found.row));
        TRY(store_role(declare, found.row, role));
    }
    TRY(declare_set_place(declare, SQL_DECLARE_PLACE_ROLE, found.row,
                          place.text, buf_text(&canonical)));
    return declare_saw(declare, DECLARED_ROLE, found.row);
}
