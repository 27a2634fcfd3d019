#include "provider/object/declare/declare_find.h"

#include <stdio.h>

#include "provider/base/mutant.h"
#include "provider/object/declare/declare_adopt.h"
#include "provider/object/declare/declare_find_sql.h"
#include "provider/object/guard/alike.h"
#include "provider/object/guard/approver.h"

enum { SENTENCE_MAX_BYTES = 64 * 1024 };

/* Only files declare groups, so nothing can be in their way. */
const struct declare_kind declare_kinds[N_DECLARED] = {
    [DECLARED_SCOPE] = {DECLARED_SCOPE, "scope", &class_scope,
                        SQL_DECLARE_FIND_SCOPE, SQL_DECLARE_FIND_SCOPE_KEY,
                        SQL_DECLARE_RENAME_SCOPE, false},
    [DECLARED_COLLECTION] = {DECLARED_COLLECTION, "collection",
                             &class_collection, SQL_DECLARE_FIND_COLLECTION,
                             SQL_DECLARE_FIND_COLLECTION_KEY,
                             SQL_DECLARE_RENAME_COLLECTION, true},
    [DECLARED_ROLE] = {DECLARED_ROLE, "role", &class_role,
                       SQL_DECLARE_FIND_ROLE, SQL_DECLARE_FIND_ROLE_KEY,
                       SQL_DECLARE_RENAME_ROLE, false},
    [DECLARED_ADMIN] = {DECLARED_ADMIN, "administrator", &class_admin,
                        SQL_DECLARE_FIND_ADMIN, SQL_DECLARE_FIND_ADMIN_KEY,
                        SQL_DECLARE_RENAME_ADMIN, false},
};

/* ---- An existing object ---- */

struct found {
    int64_t row; /* 0: none */
    char key[SITE_KEY_BYTES + 16];
    char name[OBJECT_KEY_MAX_BYTES + 1];
    char made_by[OBJECT_KEY_MAX_BYTES + 1];
    bool is_built_in;
    bool is_declared;
};

static void copy_text(char *into, size_t size, struct text text)
{
    snprintf(into, size, "%.*s", (int)text.size, text.data ? text.data : "");
}

static void read_found(struct store_stmt *stmt, struct found *found)
{
    found->row = store_int(stmt, 0);
    copy_text(found->key, sizeof(found->key), store_text(stmt, 1));
    copy_text(found->name, sizeof(found->name), store_text(stmt, 2));
    found->is_built_in = store_int(stmt, 3) != 0;
    found->is_declared = store_int(stmt, 4) != 0;
    copy_text(found->made_by, sizeof(found->made_by), store_text(stmt, 5));
}

/* May the caller know of it? Files name what they declare themselves. */
static bool is_known(struct declare *declare, const struct declare_kind *kind,
                     const struct found *found)
{
    return !kind->has_twins || found->is_declared || found->is_built_in ||
           guard_may_read(declare, kind->class, found->row);
}

/* The first that the caller may know of. */
static enum status look(struct declare *declare,
                        const struct declare_kind *kind, const char *sql,
                        const char *word, bool is_group, struct found *out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    *out = (struct found){0};
    TRY(store_prepare_with(
        declare->store, sql,
        STORE_ARGS(STORE_TEXT(text_of(word)), STORE_INT(is_group)), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        read_found(stmt, out);
        if (is_known(declare, kind, out))
            return STATUS_OK;
        *out = (struct found){0};
    }
    return found == STATUS_END ? STATUS_OK : found;
}

/* ---- Conflicts ---- */

static struct declare_depends depends_of(const struct declare_kind *kind,
                                         const struct found *found,
                                         const char *name)
{
    return (struct declare_depends){kind->kind,     found->row, found->key,
                                    found->made_by, kind->what, name};
}

static enum status fail_conflict_with(struct declare *declare,
                                      const struct declare_kind *kind,
                                      const struct declare_name *name,
                                      const struct found *found)
{
    const struct declare_depends depends = depends_of(kind, found, name->name);
    SCOPED(buf_free) struct buf said = buf_make(SENTENCE_MAX_BYTES);

    if (!guard_may_read(declare, kind->class, found->row))
        return declare_fail(declare, name->place,
                            "a %s %s already exists: give another name",
                            kind->what, name->name);
    TRY(declare_say_depends(declare, &depends, &said));
    return declare_fail(declare, name->place,
                        "the %s %s is there already and no file declares it:"
                        " \"adopt: %s\" takes it over with all it has, another"
                        " name makes a new one (%.*s)",
                        kind->what, name->name, found->key,
                        (int)buf_text(&said).size, buf_text(&said).data);
}

/* ---- Renamed, adopted ---- */

/* Files, earlier versions included, refer to objects by name: if two objects
 * swap names, the next innocent file swaps what people hold. */
static enum status check_rename(struct declare *declare,
                                const struct declare_kind *kind,
                                const struct declare_name *name,
                                const struct found *found)
{
    bool is_used;

    if (text_equal_nocase(text_of(name->name), text_of(found->name)))
        return STATUS_OK;
    TRY(declare_has_depends(declare, kind->kind, found->row, &is_used));
    if (!is_used || MUTANT("a2-rename-in-use"))
        return STATUS_OK;
    return guard_rename(declare, kind->class, name->place, name->name);
}

/* Its declared text is forgotten: all of it is checked as changed. */
static enum status rename_row(struct declare *declare,
                              const struct declare_kind *kind,
                              const struct declare_name *name,
                              const struct found *found)
{
    const bool is_other = strcmp(name->name, found->name) != 0;

    TRY(check_rename(declare, kind, name, found));
    declare->changed = true;
    if (is_other && kind->kind == DECLARED_ADMIN)
        TRY(approver_keep_renamed(declare->store, found->row, name->name));
    return store_run_with(
        declare->store, kind->rename,
        STORE_ARGS(STORE_INT(found->row),
                   is_other ? STORE_TEXT(text_of(name->name)) : STORE_NULL));
}

static enum status adopt(struct declare *declare,
                         const struct declare_kind *kind,
                         const struct declare_name *name,
                         const struct found *found)
{
    const struct declare_depends depends = depends_of(kind, found, name->name);

    TRY(declare_note_adopted(declare, &depends));
    return rename_row(declare, kind, name, found);
}

/* The key of an object of the console, with the name or the previous one. */
static enum status find_adopted(struct declare *declare,
                                const struct declare_kind *kind,
                                const struct declare_name *name,
                                struct found *out)
{
    const struct policy_origin *origin = &name->origin;

    *out = (struct found){0};
    if (!origin->adopt)
        return STATUS_OK;
    TRY(look(declare, kind, kind->by_key, origin->adopt, name->is_group, out));
    if (!out->row)
        return STATUS_OK;
    if (out->is_built_in)
        return declare_fail(declare, name->place, "the %s %s is built in",
                            kind->what, origin->adopt);
    if (!text_equal_nocase(text_of(out->name), text_of(name->name)) &&
        !(origin->was && strcmp(out->name, origin->was) == 0))
        return declare_fail(declare, name->place,
                            "the %s %s is named %s: \"was: %s\" renames it",
                            kind->what, origin->adopt, out->name, out->name);
    return STATUS_OK;
}

/* A declared object of the previous name that has not been processed yet. */
static enum status find_renamed(struct declare *declare,
                                const struct declare_kind *kind,
                                const struct declare_name *name,
                                struct found *out)
{
    *out = (struct found){0};
    if (!name->origin.was)
        return STATUS_OK;
    TRY(look(declare, kind, kind->by_name, name->origin.was, name->is_group,
             out));
    if (out->row &&
        (!out->is_declared || declare_has_seen(declare, kind->kind, out->row)))
        *out = (struct found){0};
    return STATUS_OK;
}

static enum status settle_new(struct declare *declare,
                              const struct declare_kind *kind,
                              const struct declare_name *name,
                              const struct found *here, int64_t *row_out)
{
    struct found found;

    TRY(find_adopted(declare, kind, name, &found));
    if (here->row && here->row != found.row) {
        if (!MUTANT("a9-adopt-silently"))
            return fail_conflict_with(declare, kind, name, here);
        found = *here;
    }
    if (found.row && !found.is_declared) {
        *row_out = found.row;
        return adopt(declare, kind, name, &found);
    }
    if (!found.row)
        TRY(find_renamed(declare, kind, name, &found));
    *row_out = found.row;
    return found.row ? rename_row(declare, kind, name, &found) : STATUS_OK;
}

enum status declare_locate(struct declare *declare, enum declared kind_of,
                           const struct declare_name *name, int64_t *row_out)
{
    const struct declare_kind *kind = &declare_kinds[kind_of];
    struct found here;

    *row_out = 0;
    TRY(look(declare, kind, kind->by_name, name->name, name->is_group, &here));
    if (here.is_built_in)
        return declare_fail(declare, name->place, "the %s %s is built in",
                            kind->what, name->name);
    *row_out = here.row;
    if (!here.is_declared)
        TRY(settle_new(declare, kind, name, &here, row_out));
    if (*row_out && declare_has_seen(declare, kind_of, *row_out))
        return declare_fail(declare, name->place, "the %s %s is declared twice",
                            kind->what, name->name);
    return STATUS_OK;
}

enum status declare_is_same(struct declare *declare, const char *sql,
                            int64_t row, struct text canonical, bool *is_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    *is_out = false;
    if (!row)
        return STATUS_OK;
    TRY(store_row_with(declare->store, sql, STORE_ARGS(STORE_INT(row)), &stmt));
    *is_out =
        !store_is_null(stmt, 0) && text_equal(store_text(stmt, 0), canonical);
    return STATUS_OK;
}

enum status declare_set_place(struct declare *declare, const char *sql,
                              int64_t row, const char *place,
                              struct text canonical)
{
    return store_run_with(declare->store, sql,
                          STORE_ARGS(STORE_INT(row), STORE_TEXT(text_of(place)),
                                     STORE_TEXT(canonical)));
}

enum status declare_check_alike(struct declare *declare, const char *place,
                                const struct object_class *class,
                                const char *name, int64_t row, bool is_group)
{
    const struct alike_question question = {.name = text_of(name),
                                            .row = row,
                                            .is_group = is_group,
                                            .is_declared = true};
    const enum status status = alike_check(declare->store, class, &question);

    if (status != STATUS_CONFLICT)
        return status;
    return declare_fail(declare, place,
                        "\"%s\" looks like the name of a %s that the console "
                        "made: to a person they are one",
                        name, class->name);
}
