#include "provider/object/declare/declare_refer.h"

#include "provider/base/mutant.h"

enum { TWINS_MAX_BYTES = 4096, TWINS_TOLD_MAX = 5 };

/* ?1 is a word; of_console: row, key, who made it. */
static const struct refer {
    const char *what; /* also the table, and the kind of a bound name */
    const struct object_class *class;
    const char *by_key;
    const char *declared;
    const char *of_console;
    const char *is_there; /* ?1 is a row */
} refers[N_DECLARED] = {
    [DECLARED_SCOPE] =
        {"scope", &class_scope, "SELECT row FROM scope WHERE CategoryID = ?1",
         "SELECT row FROM scope WHERE CategoryName = ?1"
         " AND (IsBuiltIn OR place IS NOT NULL)",
         "SELECT row, CategoryID, ifnull(CreatedBy, '') FROM scope"
         " WHERE CategoryName = ?1",
         "SELECT row FROM scope WHERE row = ?1"},
    [DECLARED_ROLE] = {"role", &class_role,
                       "SELECT row FROM role WHERE RoleID = ?1",
                       "SELECT row FROM role WHERE RoleName = ?1"
                       " AND (IsBuiltIn OR place IS NOT NULL)",
                       "SELECT row, RoleID, ifnull(CreatedBy, '') FROM role"
                       " WHERE RoleName = ?1",
                       "SELECT row FROM role WHERE row = ?1"},
    [DECLARED_COLLECTION] =
        {"collection", &class_collection,
         "SELECT row FROM collection WHERE CollectionID = ?1",
         "SELECT row FROM collection WHERE Name = ?1"
         " AND (IsBuiltIn OR place IS NOT NULL)"
         " ORDER BY IsBuiltIn DESC, row",
         "SELECT row, CollectionID, ifnull(made_by, '') FROM collection"
         " WHERE Name = ?1 ORDER BY row",
         "SELECT row FROM collection WHERE row = ?1"},
};

/* row_out 0: there is none. */
static enum status first_row(struct store_stmt *stmt, int64_t *row_out)
{
    const enum status found = store_step(stmt);

    *row_out = found == STATUS_OK ? store_int(stmt, 0) : 0;
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status find_word(struct declare *declare, const char *sql,
                             const char *word, int64_t *row_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(declare->store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(word));
    return first_row(stmt, row_out);
}

/* ---- What is bound ---- */

enum status declare_refer_begin(struct declare *declare)
{
    return store_run_script(declare->store,
                            "DELETE FROM declared_reference WHERE NOT seen;"
                            "UPDATE declared_reference SET seen = 0;");
}

static enum status find_bound(struct declare *declare, enum declared kind,
                              const char *name, int64_t *row_out)
{
    static const char sql[] = "SELECT row FROM declared_reference"
                              " WHERE name = ?1 AND kind = ?2";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(declare->store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(name));
    store_bind_text(stmt, 2, text_of(refers[kind].what));
    return first_row(stmt, row_out);
}

static enum status is_there(struct declare *declare, enum declared kind,
                            int64_t row, bool *is_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    int64_t found;

    TRY(store_prepare(declare->store, refers[kind].is_there, &stmt));
    store_bind_int(stmt, 1, row);
    TRY(first_row(stmt, &found));
    *is_out = found != 0;
    return STATUS_OK;
}

static enum status bind_to(struct declare *declare, enum declared kind,
                           const char *name, int64_t row)
{
    static const char sql[] =
        "INSERT INTO declared_reference (kind, name, row, seen)"
        " VALUES (?1, ?2, ?3, 1) ON CONFLICT (kind, name)"
        " DO UPDATE SET row = ?3, seen = 1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(declare->store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(refers[kind].what));
    store_bind_text(stmt, 2, text_of(name));
    store_bind_int(stmt, 3, row);
    return store_run(stmt);
}

/* ---- Those of the console ---- */

struct twins {
    int64_t row; /* the first */
    size_t n;
    struct buf told; /* keys and who made them */
};

static void twins_clear(struct twins *twins)
{
    buf_free(&twins->told);
}

static void tell(struct twins *twins, struct text key, struct text made_by)
{
    if (twins->n > TWINS_TOLD_MAX)
        return;
    buf_append_string(&twins->told, twins->n > 1 ? ", " : "");
    buf_append_text(&twins->told, key);
    if (made_by.size) {
        buf_append_string(&twins->told, " (made by ");
        buf_append_text(&twins->told, made_by);
        buf_append_string(&twins->told, ")");
    }
}

/* As far as the caller may know of them. */
static enum status find_twins(struct declare *declare, enum declared kind,
                              const char *name, struct twins *twins)
{
    const struct refer *refer = &refers[kind];
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    twins->told = buf_make(TWINS_MAX_BYTES);
    TRY(store_prepare(declare->store, refer->of_console, &stmt));
    store_bind_text(stmt, 1, text_of(name));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const int64_t row = store_int(stmt, 0);

        if (kind == DECLARED_COLLECTION &&
            !guard_may_read(declare, refer->class, row))
            continue;
        if (twins->n++ == 0)
            twins->row = row;
        tell(twins, store_text(stmt, 1), store_text(stmt, 2));
    }
    return found == STATUS_END ? buf_status(&twins->told) : found;
}

static enum status refer_to_console(struct declare *declare, const char *place,
                                    enum declared kind, const char *name,
                                    int64_t *row_out)
{
    const char *what = refers[kind].what;
    SCOPED(twins_clear) struct twins twins = {0};
    int64_t bound;
    bool is_here;

    TRY(find_bound(declare, kind, name, &bound));
    TRY(is_there(declare, kind, bound, &is_here));
    *row_out = bound;
    if (is_here && !MUTANT("c9-names-unbound"))
        return bind_to(declare, kind, name, bound);
    TRY(find_twins(declare, kind, name, &twins));
    if (twins.n == 0)
        return declare_fail(declare, place, "there is no %s %s", what, name);
    if (twins.n > 1)
        return declare_fail(
            declare, place, "several %ss are named %s: give the key: %.*s",
            what, name, (int)twins.told.size, buf_text(&twins.told).data);
    *row_out = twins.row;
    return bind_to(declare, kind, name, twins.row);
}

enum status declare_refer(struct declare *declare, const char *place,
                          enum declared kind, const char *name,
                          int64_t *row_out)
{
    TRY(find_word(declare, refers[kind].by_key, name, row_out));
    if (*row_out == 0)
        TRY(find_word(declare, refers[kind].declared, name, row_out));
    if (*row_out == 0)
        TRY(refer_to_console(declare, place, kind, name, row_out));
    return STATUS_OK;
}

enum status declare_bind(struct declare *declare, const char *class_name,
                         const char *name)
{
    for (enum declared kind = 0; kind < N_DECLARED; kind++) {
        enum status found;
        int64_t row;

        if (!refers[kind].class ||
            !text_equal_nocase(text_of(refers[kind].class->name),
                               text_of(class_name)))
            continue;
        found = declare_refer(declare, "", kind, name, &row);
        return found == STATUS_INVALID ? STATUS_OK : found;
    }
    return STATUS_OK;
}
