#include "provider/object/declare/declare_adopt.h"

enum { ADOPTED_MAX_BYTES = 4 * 1024 * 1024, SAID_MAX = 5 };

/* Rows of text, and the collection whose readers may know of each, or 0. */
static const struct list {
    enum declared kind;
    const char *key;   /* in a plan */
    const char *label; /* in a sentence */
    const char *sql;
    const struct object_class *read; /* its right is needed */
} lists[] = {
    {DECLARED_SCOPE, "holders", "held by",
     "SELECT DISTINCT a.LogonName, 0 FROM assignment_scope s"
     " JOIN assignment g ON g.row = s.assignment JOIN admin a"
     " ON a.row = g.admin WHERE s.scope = ?1 ORDER BY 1",
     &class_admin},
    {DECLARED_ROLE, "holders", "held by",
     "SELECT DISTINCT a.LogonName, 0 FROM assignment_role r"
     " JOIN assignment g ON g.row = r.assignment JOIN admin a"
     " ON a.row = g.admin WHERE r.role = ?1 ORDER BY 1",
     &class_admin},
    {DECLARED_ADMIN, "holders", "with the roles",
     "SELECT DISTINCT o.RoleName, 0 FROM assignment g JOIN assignment_role r"
     " ON r.assignment = g.row JOIN role o ON o.row = r.role"
     " WHERE g.admin = ?1 ORDER BY 1",
     &class_admin},
    {DECLARED_ADMIN, "identities", "and the identities",
     "SELECT kind || ' ' || value, 0 FROM admin_identity WHERE admin = ?1"
     " ORDER BY 1",
     &class_admin},
    {DECLARED_COLLECTION, "holders", "assigned to",
     "SELECT DISTINCT a.LogonName, 0 FROM assignment_collection c"
     " JOIN assignment g ON g.row = c.assignment JOIN admin a"
     " ON a.row = g.admin WHERE c.collection = ?1 ORDER BY 1",
     &class_admin},
    {DECLARED_COLLECTION, "deployments", "deployed to it",
     "SELECT 'SMS_ApplicationAssignment ' || d.row, c.row FROM collection c"
     " JOIN app_deployment d ON d.TargetCollectionID = c.CollectionID"
     " WHERE c.row = ?1 UNION ALL"
     " SELECT 'SMS_Advertisement ' || d.AdvertisementID, c.row"
     " FROM collection c JOIN advertisement d"
     " ON d.CollectionID = c.CollectionID WHERE c.row = ?1 ORDER BY 1",
     &class_assignment},
    {DECLARED_COLLECTION, "dependants", "with depending collections",
     "SELECT d.CollectionID || ' ' || d.Name, d.row FROM collection c"
     " JOIN collection d ON d.LimitToCollectionID = c.CollectionID"
     " WHERE c.row = ?1 UNION SELECT d.CollectionID || ' ' || d.Name, d.row"
     " FROM collection_rule r JOIN collection d ON d.row = r.collection"
     " WHERE r.other = ?1 ORDER BY 1",
     &class_collection},
};

/* Called for each that may be known, with its place among them. */
typedef void (*teller)(void *context, size_t i, struct text text);

static enum status tell(struct declare *declare, const struct list *list,
                        int64_t row, teller say, void *context)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    size_t n = 0;

    TRY(store_prepare(declare->store, list->sql, &stmt));
    store_bind_int(stmt, 1, row);
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

static enum status has_row(struct store *store, const char *sql, int64_t row,
                           bool *has_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, row);
    found = store_step(stmt);
    *has_out = found == STATUS_OK;
    return found == STATUS_END ? STATUS_OK : found;
}

enum status declare_has_depends(struct declare *declare, enum declared kind,
                                int64_t row, bool *has_out)
{
    static const char objects[] = "SELECT 1 FROM object_scope WHERE scope = ?1";

    *has_out = false;
    if (kind == DECLARED_SCOPE)
        TRY(has_row(declare->store, objects, row, has_out));
    for (size_t i = 0; i < ARRAY_SIZE(lists) && !*has_out; i++)
        if (lists[i].kind == kind)
            TRY(has_row(declare->store, lists[i].sql, row, has_out));
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
    static const char sql[] =
        "SELECT LogonName, ifnull(LastModifiedBy, ''), place FROM admin"
        " WHERE place IS NOT NULL AND IsDisabled ORDER BY LogonName";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, sql, &stmt));
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
