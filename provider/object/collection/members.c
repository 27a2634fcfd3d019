/*
 * Who is in which collection.
 *
 * collection_member holds the result of the rules, and every device the
 * deepest collections that hold it: its labels, from which every decision
 * about it is made.
 */
#include <stdlib.h>

#include "provider/object/collection/members.h"
#include "provider/object/object_private.h"

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
    /* Deepest: it limits none of the others that hold the device. */
    static const char select[] =
        "SELECT m.collection FROM collection_member m"
        " JOIN collection c ON c.row = m.collection"
        " WHERE m.resource = ?1 AND c.CollectionID NOT IN"
        " (SELECT d.LimitToCollectionID FROM collection_member k"
        " JOIN collection d ON d.row = k.collection WHERE k.resource = ?1"
        " AND d.LimitToCollectionID IS NOT NULL)"
        " ORDER BY m.collection";
    static const char update[] =
        "UPDATE device SET collections = ?2 WHERE row = ?1";
    SCOPED(buf_free) struct buf packed = buf_make(4 * (KEY_SERIAL_MAX + 1));
    SCOPED(row_list_clear) struct row_list rows = {0};
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(row_list_select(store, select, resource, &rows));
    for (size_t i = 0; i < rows.n; i++)
        label_append(&packed, rows.of[i]);
    TRY(buf_status(&packed));
    TRY(store_prepare(store, update, &stmt));
    store_bind_int(stmt, 1, resource);
    store_bind_blob(stmt, 2, buf_text(&packed));
    return store_run(stmt);
}

enum status members_label_rows(struct store *store, const struct row_list *rows)
{
    for (size_t i = 0; i < rows->n; i++)
        TRY(members_label(store, rows->of[i]));
    return STATUS_OK;
}

enum status members_label_all(struct store *store, int64_t collection)
{
    static const char sql[] =
        "SELECT resource FROM collection_member WHERE collection = ?1";
    SCOPED(row_list_clear) struct row_list rows = {0};

    TRY(row_list_select(store, sql, collection, &rows));
    return members_label_rows(store, &rows);
}

/* ---- Evaluation ---- */

/* What its rules name (?1), of the resources that are which. */
#define NAMED(which)                                                           \
    "SELECT resource FROM collection_rule"                                     \
    " WHERE collection = ?1 AND kind = 1 AND resource" which                   \
    " UNION SELECT d.row FROM collection_rule r"                               \
    " JOIN device d ON d.Name = r.device COLLATE NOCASE"                       \
    " WHERE r.collection = ?1 AND r.kind = 1 AND d.row" which                  \
    " UNION SELECT q.resource FROM collection_rule r"                          \
    " JOIN collection_match q ON q.rule = r.row"                               \
    " WHERE r.collection = ?1 AND r.kind = 2 AND q.resource" which             \
    " UNION SELECT m.resource FROM collection_rule r"                          \
    " JOIN collection_member m ON m.collection = r.other"                      \
    " WHERE r.collection = ?1 AND r.kind = 3 AND m.resource" which
/* What of that the collection may hold. */
#define HOLDABLE                                                               \
    "EXISTS (SELECT 1 FROM collection c JOIN collection l"                     \
    " ON l.CollectionID = c.LimitToCollectionID"                               \
    " JOIN collection_member m ON m.collection = l.row"                        \
    " AND m.resource = w.resource WHERE c.row = ?1)"                           \
    " AND NOT EXISTS (SELECT 1 FROM collection_rule r"                         \
    " JOIN collection_member m ON m.collection = r.other"                      \
    " AND m.resource = w.resource WHERE r.collection = ?1 AND r.kind = 4)"
/* SQLite does not bring a condition into a union: each part has its own, or
 * a question about one device would walk through all of them. */
#define WANTED(which)                                                          \
    "SELECT d.row AS resource FROM device d, collection c WHERE c.row = ?1"    \
    " AND c.CollectionID = 'SMS00001' AND d.row" which                         \
    " UNION SELECT w.resource FROM (" NAMED(which) ") w WHERE " HOLDABLE
#define HELD     "SELECT resource FROM collection_member WHERE collection = ?1"
#define ANY      " IS NOT NULL"
#define THIS_ONE " = ?2"

/* One round of evaluation. */
struct round {
    struct store *store;
    int64_t now_s;
    int64_t resource;       /* 0: all devices, else this one alone */
    struct row_set touched; /* devices to be labelled */
};

static enum status select_gone(const struct round *round, int64_t collection,
                               struct row_list *gone)
{
    /* What is wanted is not looked at where nothing is held. */
    static const char of_all[] = HELD " AND resource NOT IN (" WANTED(ANY) ")";
    static const char of_one[] =
        HELD " AND resource = ?2 AND resource NOT IN (" WANTED(THIS_ONE) ")";

    if (!round->resource)
        return row_list_select(round->store, of_all, collection, gone);
    return row_list_select_two(round->store, of_one, collection,
                               round->resource, gone);
}

static enum status select_come(const struct round *round, int64_t collection,
                               struct row_list *come)
{
    static const char of_all[] =
        "SELECT resource FROM (" WANTED(ANY) ") EXCEPT " HELD;
    static const char of_one[] =
        "SELECT resource FROM (" WANTED(THIS_ONE) ") EXCEPT " HELD
                                                  " AND resource = ?2";

    if (!round->resource)
        return row_list_select(round->store, of_all, collection, come);
    return row_list_select_two(round->store, of_one, collection,
                               round->resource, come);
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

static enum status evaluate(struct round *round, int64_t collection,
                            bool *is_changed_out)
{
    static const char remove[] =
        "DELETE FROM collection_member WHERE collection = ?1 AND resource = ?2";
    static const char add[] =
        "INSERT INTO collection_member (collection, resource) VALUES (?1, ?2)";
    SCOPED(row_list_clear) struct row_list changed = {0};
    size_t n_gone;

    TRY(select_gone(round, collection, &changed));
    n_gone = changed.n;
    TRY(select_come(round, collection, &changed));
    for (size_t i = 0; i < changed.n; i++) {
        TRY(run_two(round->store, i < n_gone ? remove : add, collection,
                    changed.of[i]));
        TRY(row_set_add(&round->touched, changed.of[i]));
    }
    *is_changed_out = changed.n > 0;
    return changed.n ? note_members(round->store, collection, round->now_s)
                     : STATUS_OK;
}

/* In order; who depends on nothing that changed stays as it is (C19). */
static enum status evaluate_graph(struct round *round,
                                  const struct member_graph *graph,
                                  size_t n_start)
{
    SCOPED(memory_drop)
    bool *is_due = calloc(graph->set.rows.n + 1, sizeof(*is_due));

    if (!is_due)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n_start && i < graph->set.rows.n; i++)
        is_due[i] = true; /* they were the first in the set */
    for (size_t i = 0; i < graph->order.n; i++) {
        const size_t at = (size_t)graph->order.of[i];
        bool is_changed = false;

        if (is_due[at])
            TRY(evaluate(round, graph->set.rows.of[at], &is_changed));
        for (size_t j = (size_t)graph->first.of[at];
             is_changed && j < (size_t)graph->first.of[at + 1]; j++)
            is_due[graph->edges.of[j]] = true;
    }
    return STATUS_OK;
}

static enum status evaluate_from(struct round *round,
                                 const struct row_list *which,
                                 struct row_list *circle)
{
    static const char dependents[] =
        "SELECT d.row FROM collection c JOIN collection d"
        " ON d.LimitToCollectionID = c.CollectionID WHERE c.row = ?1"
        " UNION ALL SELECT collection FROM collection_rule WHERE other = ?1";
    /* What one device can come into or leave is among those that name or hold
     * it, and what includes them. */
    static const char dependents_of_one[] =
        "SELECT collection FROM collection_rule WHERE other = ?1 AND kind = 3";
    SCOPED(member_graph_clear) struct member_graph graph = {0};

    TRY(member_graph_make(round->store, which,
                          round->resource ? dependents_of_one : dependents,
                          &graph, circle));
    TRY(evaluate_graph(round, &graph, which->n));
    return members_label_rows(round->store, &round->touched.rows);
}

static void round_clear(struct round *round)
{
    row_set_clear(&round->touched);
}

enum status members_evaluate_all(struct store *store,
                                 const struct row_list *which, int64_t now_s,
                                 struct row_list *circle)
{
    SCOPED(round_clear)
    struct round round = {.store = store, .now_s = now_s};

    return evaluate_from(&round, which, circle);
}

enum status members_evaluate(struct store *store, int64_t collection,
                             int64_t now_s)
{
    const struct row_list which = {.of = &collection, .n = 1};
    SCOPED(row_list_clear) struct row_list circle = {0};

    return members_evaluate_all(store, &which, now_s, &circle);
}

/* ---- One device ---- */

enum status members_reconsider(struct store *store, int64_t resource,
                               int64_t now_s)
{
    static const char concerned[] =
        "SELECT collection FROM collection_member WHERE resource = ?1"
        " UNION SELECT collection FROM collection_rule WHERE resource = ?1"
        " UNION SELECT r.collection FROM device d JOIN collection_rule r"
        " ON r.device = d.Name COLLATE NOCASE WHERE d.row = ?1"
        " UNION SELECT r.collection FROM collection_match q"
        " JOIN collection_rule r ON r.row = q.rule WHERE q.resource = ?1";
    SCOPED(row_list_clear) struct row_list which = {0};
    SCOPED(row_list_clear) struct row_list circle = {0};
    SCOPED(round_clear)
    struct round round = {.store = store, .now_s = now_s, .resource = resource};

    TRY(members_query_device(store, resource, now_s));
    TRY(row_list_select(store, concerned, resource, &which));
    return evaluate_from(&round, &which, &circle);
}

enum status members_join(struct store *store, int64_t resource, int64_t now_s)
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
    TRY(members_reconsider(store, resource, now_s));
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
    static const char matches[] =
        "DELETE FROM collection_match WHERE resource = ?1 AND ?2 = 0";
    static const char members[] =
        "DELETE FROM collection_member WHERE resource = ?1 AND ?2 = 0";

    TRY(run_two(store, count, resource, now_s));
    TRY(run_two(store, rules, resource, 0));
    TRY(run_two(store, matches, resource, 0));
    return run_two(store, members, resource, 0);
}

/* ---- A collection that goes ---- */

enum status members_clear(struct store *store, int64_t collection,
                          struct row_set *touched)
{
    static const char rules[] =
        "DELETE FROM collection_rule WHERE collection = ?1 AND ?2 = 0";
    static const char members[] =
        "DELETE FROM collection_member WHERE collection = ?1 AND ?2 = 0";
    SCOPED(row_list_clear) struct row_list rows = {0};

    TRY(row_list_select(store, HELD, collection, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(row_set_add(touched, rows.of[i]));
    TRY(run_two(store, rules, collection, 0));
    return run_two(store, members, collection, 0);
}

/* C24, R10.8: not while another collection, a person or a deployment: those
 * that refer to it by a property are found by their descriptions. */
const char *const collection_uses[N_COLLECTION_USES] = {
    "SELECT 'SMS_Collection', c.CollectionID FROM collection_rule r"
    " JOIN collection c ON c.row = r.collection"
    " WHERE r.other = ?1 AND ?2 <> ''",
    "SELECT DISTINCT 'SMS_Admin', a.admin FROM assignment_collection c"
    " JOIN assignment a ON a.row = c.assignment WHERE c.collection = ?1"
    " AND ?2 <> ''",
};

/* ---- Who depends on whom ---- */

enum status collection_depends_on(struct store *store, int64_t collection,
                                  int64_t other, bool *is_out)
{
    static const char sql[] =
        "WITH RECURSIVE up (row) AS (SELECT ?1 UNION"
        " SELECT l.row FROM up JOIN collection c ON c.row = up.row"
        " JOIN collection l ON l.CollectionID = c.LimitToCollectionID"
        " UNION SELECT r.other FROM up JOIN collection_rule r"
        " ON r.collection = up.row WHERE r.other IS NOT NULL)"
        " SELECT EXISTS (SELECT 1 FROM up WHERE row = ?2)";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, collection);
    store_bind_int(stmt, 2, other);
    TRY(store_step(stmt));
    *is_out = store_int(stmt, 0) != 0;
    return STATUS_OK;
}
