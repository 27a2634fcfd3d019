/*
 * Who is in which collection.
 *
 * A collection's members are what its rules name, as far as it is in the
 * limiting collection (C9, C10); a root holds every device. The table holds
 * the result, and every device the deepest collections that hold it: its
 * labels, from which every decision about it is made.
 */
#include <stdlib.h>

#include "provider/object/object_private.h"

enum { ROWS_MAX_BYTES = 512 * 1024 * 1024 };

/* Rows gathered from a statement before anything is changed. */
struct rows {
    int64_t *of; /* owned */
    size_t n;
    size_t capacity;
};

static void rows_clear(struct rows *rows)
{
    free(rows->of);
    *rows = (struct rows){0};
}

static enum status rows_add(struct rows *rows, int64_t row)
{
    if (rows->n == rows->capacity) {
        const size_t capacity = rows->capacity ? 2 * rows->capacity : 64;
        int64_t *grown = NULL;

        if (capacity <= ROWS_MAX_BYTES / sizeof(*grown))
            grown = realloc(rows->of, capacity * sizeof(*grown));
        if (!grown)
            return STATUS_NO_MEMORY;
        rows->of = grown;
        rows->capacity = capacity;
    }
    rows->of[rows->n++] = row;
    return STATUS_OK;
}

static enum status rows_select(struct store *store, const char *sql,
                               int64_t parameter, struct rows *rows)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, parameter);
    while ((found = store_step(stmt)) == STATUS_OK)
        TRY(rows_add(rows, store_int(stmt, 0)));
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status run_two(struct store *store, const char *sql, int64_t first,
                           int64_t second)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, first);
    store_bind_int(stmt, 2, second);
    return store_run(stmt);
}

/* ---- Labels of a device ---- */

enum status members_label(struct store *store, int64_t resource)
{
    /* Deepest: no collection that it limits holds the device too. */
    static const char select[] =
        "SELECT m.collection FROM collection_member m"
        " JOIN collection c ON c.row = m.collection"
        " WHERE m.resource = ?1 AND NOT EXISTS (SELECT 1 FROM collection d"
        " JOIN collection_member k ON k.collection = d.row"
        " AND k.resource = ?1 WHERE d.LimitToCollectionID = c.CollectionID)"
        " ORDER BY m.collection";
    static const char update[] =
        "UPDATE device SET collections = ?2 WHERE row = ?1";
    SCOPED(buf_free) struct buf packed = buf_make(4 * (KEY_SERIAL_MAX + 1));
    SCOPED(rows_clear) struct rows rows = {0};
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(rows_select(store, select, resource, &rows));
    for (size_t i = 0; i < rows.n; i++)
        label_append(&packed, rows.of[i]);
    TRY(buf_status(&packed));
    TRY(store_prepare(store, update, &stmt));
    store_bind_int(stmt, 1, resource);
    store_bind_blob(stmt, 2, buf_text(&packed));
    return store_run(stmt);
}

static enum status label_rows(struct store *store, const struct rows *rows)
{
    for (size_t i = 0; i < rows->n; i++)
        TRY(members_label(store, rows->of[i]));
    return STATUS_OK;
}

enum status members_label_all(struct store *store, int64_t collection)
{
    static const char sql[] =
        "SELECT resource FROM collection_member WHERE collection = ?1";
    SCOPED(rows_clear) struct rows rows = {0};

    TRY(rows_select(store, sql, collection, &rows));
    return label_rows(store, &rows);
}

/* ---- Evaluation ---- */

/* What should be a member: of a root everything, else rules within limits. */
#define WANTED                                                                 \
    "SELECT d.row AS resource FROM device d, collection c WHERE c.row = ?1"    \
    " AND c.CollectionID = 'SMS00001' AND c.LimitToCollectionID IS NULL"       \
    " UNION SELECT r.resource FROM collection_rule r"                          \
    " JOIN collection c ON c.row = r.collection"                               \
    " JOIN collection l ON l.CollectionID = c.LimitToCollectionID"             \
    " JOIN collection_member m ON m.collection = l.row"                        \
    " AND m.resource = r.resource WHERE r.collection = ?1 AND r.kind = 1"

#define HELD "SELECT resource FROM collection_member WHERE collection = ?1"

static enum status apply_changes(struct store *store, int64_t collection,
                                 struct rows *changed)
{
    static const char gone_sql[] =
        HELD " EXCEPT SELECT resource FROM (" WANTED ")";
    static const char come_sql[] =
        "SELECT resource FROM (" WANTED ") EXCEPT " HELD;
    static const char remove[] =
        "DELETE FROM collection_member WHERE collection = ?1 AND resource = ?2";
    static const char add[] =
        "INSERT INTO collection_member (collection, resource) VALUES (?1, ?2)";
    size_t n_gone;

    TRY(rows_select(store, gone_sql, collection, changed));
    n_gone = changed->n;
    TRY(rows_select(store, come_sql, collection, changed));
    for (size_t i = 0; i < changed->n; i++)
        TRY(run_two(store, i < n_gone ? remove : add, collection,
                    changed->of[i]));
    return STATUS_OK;
}

static enum status note_members(struct store *store, int64_t collection,
                                int64_t now_s)
{
    static const char sql[] =
        "UPDATE collection SET LastMemberChangeTime = ?2, MemberCount ="
        " (SELECT count(*) FROM collection_member WHERE collection = ?1)"
        " WHERE row = ?1";

    return run_two(store, sql, collection, now_s);
}

/*
 * The collection, then breadth first what it limits, as far as something
 * changed (C19): no recursion, however deep the tree is.
 */
static enum status evaluate_down(struct store *store, int64_t collection,
                                 int64_t now_s, struct rows *touched)
{
    static const char children[] =
        "SELECT d.row FROM collection d JOIN collection c"
        " ON d.LimitToCollectionID = c.CollectionID WHERE c.row = ?1";
    SCOPED(rows_clear) struct rows queue = {0};

    TRY(rows_add(&queue, collection));
    for (size_t at = 0; at < queue.n; at++) {
        SCOPED(rows_clear) struct rows changed = {0};

        TRY(apply_changes(store, queue.of[at], &changed));
        if (changed.n == 0)
            continue;
        TRY(note_members(store, queue.of[at], now_s));
        for (size_t i = 0; i < changed.n; i++)
            TRY(rows_add(touched, changed.of[i]));
        TRY(rows_select(store, children, queue.of[at], &queue));
    }
    return STATUS_OK;
}

enum status members_evaluate(struct store *store, int64_t collection,
                             int64_t now_s)
{
    SCOPED(rows_clear) struct rows touched = {0};

    TRY(evaluate_down(store, collection, now_s, &touched));
    return label_rows(store, &touched);
}

enum status members_clear(struct store *store, int64_t collection)
{
    static const char all[] =
        "SELECT resource FROM collection_member WHERE collection = ?1";
    static const char rules[] =
        "DELETE FROM collection_rule WHERE collection = ?1 AND ?2 = 0";
    static const char members[] =
        "DELETE FROM collection_member WHERE collection = ?1 AND ?2 = 0";
    SCOPED(rows_clear) struct rows rows = {0};

    TRY(rows_select(store, all, collection, &rows));
    TRY(run_two(store, rules, collection, 0));
    TRY(run_two(store, members, collection, 0));
    return label_rows(store, &rows);
}

enum status members_join_root(struct store *store, int64_t resource,
                              int64_t now_s)
{
    static const char add[] =
        "INSERT INTO collection_member (collection, resource)"
        " SELECT row, ?1 FROM collection WHERE CollectionID = 'SMS00001'"
        " AND ?2 = 0";
    static const char count[] =
        "UPDATE collection SET MemberCount = MemberCount + 1,"
        " LastMemberChangeTime = ?2 WHERE CollectionID = 'SMS00001'"
        " AND ?1 <> 0";

    TRY(run_two(store, add, resource, 0));
    TRY(run_two(store, count, resource, now_s));
    return members_label(store, resource);
}

enum status members_leave(struct store *store, int64_t resource, int64_t now_s)
{
    static const char count[] =
        "UPDATE collection SET MemberCount = MemberCount - 1,"
        " LastMemberChangeTime = ?2 WHERE row IN"
        " (SELECT collection FROM collection_member WHERE resource = ?1)";
    static const char rules[] =
        "DELETE FROM collection_rule WHERE resource = ?1 AND ?2 = 0";
    static const char members[] =
        "DELETE FROM collection_member WHERE resource = ?1 AND ?2 = 0";

    TRY(run_two(store, count, resource, now_s));
    TRY(run_two(store, rules, resource, 0));
    return run_two(store, members, resource, 0);
}

/* ---- The tree of limits ---- */

enum status collection_is_within(struct store *store, struct text collection,
                                 struct text above, bool *is_out)
{
    static const char sql[] =
        "WITH RECURSIVE up (id) AS (SELECT ?1 UNION"
        " SELECT c.LimitToCollectionID FROM collection c JOIN up"
        " ON c.CollectionID = up.id WHERE c.LimitToCollectionID IS NOT NULL)"
        " SELECT EXISTS (SELECT 1 FROM up WHERE id = ?2)";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_text(stmt, 1, collection);
    store_bind_text(stmt, 2, above);
    TRY(store_step(stmt));
    *is_out = store_int(stmt, 0) != 0;
    return STATUS_OK;
}
