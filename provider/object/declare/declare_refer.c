#include "provider/object/declare/declare_refer.h"

#include "provider/base/mutant.h"
#include "provider/object/declare/declare_refer_sql.h"

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
    [DECLARED_SCOPE] = {"scope", &class_scope, SQL_REFER_SCOPE_KEY,
                        SQL_REFER_SCOPE, SQL_REFER_CONSOLE_SCOPE,
                        SQL_REFER_SCOPE_ROW},
    [DECLARED_ROLE] = {"role", &class_role, SQL_REFER_ROLE_KEY, SQL_REFER_ROLE,
                       SQL_REFER_CONSOLE_ROLE, SQL_REFER_ROLE_ROW},
    [DECLARED_COLLECTION] = {"collection", &class_collection,
                             SQL_REFER_COLLECTION_KEY, SQL_REFER_COLLECTION,
                             SQL_REFER_CONSOLE_COLLECTION,
                             SQL_REFER_COLLECTION_ROW},
};

/* The row that a statement gives first, 0: none. */
static enum status find_row(struct declare *declare, const char *sql,
                            struct store_args args, int64_t *row_out)
{
    const enum status found =
        store_int_with(declare->store, sql, args, row_out);

    if (found == STATUS_END)
        *row_out = 0;
    return found == STATUS_END ? STATUS_OK : found;
}

/* ---- What is bound ---- */

enum status declare_refer_begin(struct declare *declare)
{
    TRY(store_run_with(declare->store, SQL_REFER_DROP_UNSEEN, STORE_NO_ARGS));
    return store_run_with(declare->store, SQL_REFER_FORGET_SEEN, STORE_NO_ARGS);
}

static enum status find_bound(struct declare *declare, enum declared kind,
                              const char *name, int64_t *row_out)
{
    return find_row(declare, SQL_REFER_BOUND,
                    STORE_ARGS(STORE_TEXT(text_of(name)),
                               STORE_TEXT(text_of(refers[kind].what))),
                    row_out);
}

static enum status is_there(struct declare *declare, enum declared kind,
                            int64_t row, bool *is_out)
{
    return store_find_with(declare->store, refers[kind].is_there,
                           STORE_ARGS(STORE_INT(row)), is_out);
}

static enum status bind_to(struct declare *declare, enum declared kind,
                           const char *name, int64_t row)
{
    return store_run_with(declare->store, SQL_REFER_BIND,
                          STORE_ARGS(STORE_TEXT(text_of(refers[kind].what)),
                                     STORE_TEXT(text_of(name)),
                                     STORE_INT(row)));
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
    TRY(store_prepare_with(declare->store, refer->of_console,
                           STORE_ARGS(STORE_TEXT(text_of(name))), &stmt));
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
    const struct store_args word = STORE_ARGS(STORE_TEXT(text_of(name)));

    TRY(find_row(declare, refers[kind].by_key, word, row_out));
    if (*row_out == 0)
        TRY(find_row(declare, refers[kind].declared, word, row_out));
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
