#include "provider/object/declare/declare_adopt.h"

#include "provider/object/declare/declare_adopt_sql.h"

enum { ADOPTED_MAX_BYTES = 4 * 1024 * 1024, SAID_MAX = 5 };

/* Rows of text, and the collection whose readers may know of each, or 0. */
static const struct list {
    enum declared kind;
    const char *key;   /* in a plan */
    const char *label; /* in a sentence */
    const char *sql;
    const struct object_class *read; /* its right is needed */
} lists[] = {
    {DECLARED_SCOPE, "holders", "held by", SQL_ADOPT_SCOPE_HOLDERS,
     &class_admin},
    {DECLARED_ROLE, "holders", "held by", SQL_ADOPT_ROLE_HOLDERS, &class_admin},
    {DECLARED_ADMIN, "holders", "with the roles", SQL_ADOPT_ADMIN_ROLES,
     &class_admin},
    {DECLARED_ADMIN, "identities", "and the identities",
     SQL_ADOPT_ADMIN_IDENTITIES, &class_admin},
    {DECLARED_COLLECTION, "holders", "assigned to",
     SQL_ADOPT_COLLECTION_HOLDERS, &class_admin},
    {DECLARED_COLLECTION, "deployments", "deployed to it",
     SQL_ADOPT_COLLECTION_DEPLOYMENTS, &class_assignment},
    {DECLARED_COLLECTION, "dependants", "with depending collections",
     SQL_ADOPT_COLLECTION_DEPENDANTS, &class_collection},
};

/* Called for each that may be known, with its place among them. */
typedef void (*teller)(void *context, size_t i, struct text text);

static enum status tell(struct declare *declare, const struct list *list,
                        int64_t row, teller say, void *context)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    size_t n = 0;

    TRY(store_prepare_with(declare->store, list->sql,
                           STORE_ARGS(STORE_INT(row)), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        if (guard_may_read(declare, list->read, store_int(stmt, 1)))
            say(context, n++, store_text(stmt, 0));
    return found == STATUS_END ? STATUS_OK : found;
}

/* ---- As a sentence ---- */

struct sentence {
    struct buf *out;
    const char *label;
};

static void say(void *context, size_t i, struct text text)
{
    const struct sentence *sentence = context;

    if (i == SAID_MAX)
        buf_append_string(sentence->out, " and more");
    if (i >= SAID_MAX)
        return;
    if (i == 0)
        buf_append_format(sentence->out, "; %s ", sentence->label);
    else
        buf_append_string(sentence->out, ", ");
    buf_append_text(sentence->out, text);
}

enum status declare_say_depends(struct declare *declare,
                                const struct declare_depends *depends,
                                struct buf *out)
{
    buf_append_string(out, depends->key);
    if (*depends->made_by)
        buf_append_format(out, ", made by %s", depends->made_by);
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
        struct sentence sentence = {out, lists[i].label};

        if (lists[i].kind == depends->kind)
            TRY(tell(declare, &lists[i], depends->row, say, &sentence));
    }
    return buf_status(out);
}

/* ---- As a question ---- */

enum status declare_has_depends(struct declare *declare, enum declared kind,
                                int64_t row, bool *has_out)
{
    const struct store_args args = STORE_ARGS(STORE_INT(row));

    *has_out = false;
    if (kind == DECLARED_SCOPE)
        TRY(store_find_with(declare->store, SQL_ADOPT_SCOPE_OBJECTS, args,
                            has_out));
    for (size_t i = 0; i < ARRAY_SIZE(lists) && !*has_out; i++)
        if (lists[i].kind == kind)
            TRY(store_find_with(declare->store, lists[i].sql, args, has_out));
    return STATUS_OK;
}

/* ---- For the plan ---- */

static void put(void *context, size_t i, struct text text)
{
    (void)i;
    writer_text(context, text);
}

enum status declare_note_adopted(struct declare *declare,
                                 const struct declare_depends *depends)
{
    struct json_writer w;

    if (!declare->adopted.max_bytes)
        declare->adopted = buf_make(ADOPTED_MAX_BYTES);
    if (declare->n_adopted++ > 0)
        buf_append_char(&declare->adopted, ',');
    w = json_writer_make(&declare->adopted);
    writer_object_begin(&w);
    writer_put_string(&w, "what", depends->what);
    writer_put_string(&w, "name", depends->name);
    writer_put_string(&w, "key", depends->key);
    writer_put_string(&w, "created_by", depends->made_by);
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
        if (lists[i].kind != depends->kind)
            continue;
        writer_key(&w, lists[i].key);
        writer_array_begin(&w);
        TRY(tell(declare, &lists[i], depends->row, put, &w));
        writer_array_end(&w);
    }
    writer_object_end(&w);
    return buf_status(&declare->adopted);
}

/* ---- What differs ---- */

enum status declare_put_differing(struct store *store, struct json_writer *w)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_ADOPT_DIFFERING, &stmt));
    writer_array_begin(w);
    while ((found = store_step(stmt)) == STATUS_OK) {
        writer_object_begin(w);
        writer_put_text(w, "name", store_text(stmt, 0));
        writer_put_text(w, "by", store_text(stmt, 1));
        writer_put_text(w, "at", store_text(stmt, 2));
        writer_object_end(w);
    }
    writer_array_end(w);
    return found == STATUS_END ? STATUS_OK : found;
}
