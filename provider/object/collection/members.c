/*
 * Members of collections.
 *
 * collection_member has the result of the rules, and every device has the
 * deepest collections that contain it: its labels, which every decision about
 * it uses.
 */
#include <stdlib.h>

#include "provider/object/collection/members.h"
#include "provider/object/collection/members_sql.h"
#include "provider/object/collection/wanted_sql.h"
#include "provider/object/object_private.h"

/* ---- Labels of a device ---- */

enum status members_label(struct store *store, int64_t resource)
{
    /* Deepest: it limits none of the others that hold the device. */
    SCOPED(buf_free) struct buf packed = buf_make(4 * (KEY_SERIAL_MAX + 1));
    SCOPED(row_list_clear) struct row_list rows = {0};
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(row_list_select(store, SQL_MEMBER_LABELS,
                        STORE_ARGS(STORE_INT(resource)), &rows));
    for (size_t i = 0; i < rows.n; i++)
        label_append(&packed, rows.of[i]);
    TRY(buf_status(&packed));
    TRY(store_prepare(store, SQL_MEMBER_STORE_LABELS, &stmt));
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
    SCOPED(row_list_clear) struct row_list rows = {0};

    TRY(row_list_select(store, SQL_MEMBER_LIST,
                        STORE_ARGS(STORE_INT(collection)), &rows));
    return members_label_rows(store, &rows);
}

/* ---- Evaluation ---- */

/* One round of evaluation. */
struct round {
    struct store *store;
    int64_t now_s;
    int64_t resource;       /* 0: all devices, else this one alone */
    struct row_set touched; /* devices to be labelled */
};

/* What is wanted is not looked at where nothing is held. */
static enum status select_gone(const struct round *round, int64_t collection,
                               struct row_list *gone)
{
    return row_list_select(
        round->store, round->resource ? SQL_WANTED_GONE_ONE : SQL_WANTED_GONE,
        STORE_ARGS(STORE_INT(collection), STORE_INT(round->resource)), gone);
}

static enum status select_come(const struct round *round, int64_t collection,
                               struct row_list *come)
{
    return row_list_select(
        round->store, round->resource ? SQL_WANTED_COME_ONE : SQL_WANTED_COME,
        STORE_ARGS(STORE_INT(collection), STORE_INT(round->resource)), come);
}

static enum status note_members(struct store *store, int64_t collection,
                                int64_t now_s)
{
    return store_run_with(store, SQL_MEMBER_NOTE_CHANGE,
                          STORE_ARGS(STORE_INT(collection), STORE_INT(now_s)));
}

static enum status evaluate(struct round *round, int64_t collection,
                            bool *is_changed_out)
{
    SCOPED(row_list_clear) struct row_list changed = {0};
    size_t n_gone;

    TRY(select_gone(round, collection, &changed));
    n_gone = changed.n;
    TRY(select_come(round, collection, &changed));
    for (size_t i = 0; i < changed.n; i++) {
        TRY(store_run_with(
            round->store, i < n_gone ? SQL_MEMBER_REMOVE : SQL_MEMBER_ADD,
            STORE_ARGS(STORE_INT(collection), STORE_INT(changed.of[i]))));
        TRY(row_set_add(&round->touched, changed.of[i]));
    }
    *is_changed_out = changed.n > 0;
    return changed.n ? note_members(round->store, collection, round->now_s)
                     : STATUS_OK;
}

/* In order; collections without changed dependences stay as they are (C19). */
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
    /* The collections that one device can enter or leave are those that name or
     * contain it, and what includes them. */
    SCOPED(member_graph_clear) struct member_graph graph = {0};

    TRY(member_graph_make(round->store, which,
                          round->resource ? SQL_MEMBER_INCLUDING
                                          : SQL_MEMBER_DEPENDENTS,
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
    SCOPED(row_list_clear) struct row_list which = {0};
    SCOPED(row_list_clear) struct row_list circle = {0};
    SCOPED(round_clear)
    struct round round = {.store = store, .now_s = now_s, .resource = resource};

    TRY(members_query_device(store, resource, now_s));
    TRY(row_list_select(store, SQL_MEMBER_CONCERNED,
                        STORE_ARGS(STORE_INT(resource)), &which));
    return evaluate_from(&round, &which, &circle);
}

enum status members_join(struct store *store, int64_t resource, int64_t now_s)
{
    TRY(store_run_with(store, SQL_MEMBER_JOIN_ROOT,
                       STORE_ARGS(STORE_INT(resource))));
    TRY(store_run_with(store, SQL_MEMBER_COUNT_JOINED,
                       STORE_ARGS(STORE_INT(now_s))));
    TRY(members_reconsider(store, resource, now_s));
    return members_label(store, resource);
}

enum status members_leave(struct store *store, int64_t resource, int64_t now_s)
{
    TRY(store_run_with(store, SQL_MEMBER_COUNT_LEFT,
                       STORE_ARGS(STORE_INT(resource), STORE_INT(now_s))));
    TRY(store_run_with(store, SQL_MEMBER_LEAVE_RULES,
                       STORE_ARGS(STORE_INT(resource))));
    TRY(store_run_with(store, SQL_MEMBER_LEAVE_MATCHES,
                       STORE_ARGS(STORE_INT(resource))));
    return store_run_with(store, SQL_MEMBER_LEAVE_ALL,
                          STORE_ARGS(STORE_INT(resource)));
}

/* ---- Deleting a collection ---- */

enum status members_clear(struct store *store, int64_t collection,
                          struct row_set *touched)
{
    SCOPED(row_list_clear) struct row_list rows = {0};

    TRY(row_list_select(store, SQL_MEMBER_LIST,
                        STORE_ARGS(STORE_INT(collection)), &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(row_set_add(touched, rows.of[i]));
    TRY(store_run_with(store, SQL_MEMBER_CLEAR_RULES,
                       STORE_ARGS(STORE_INT(collection))));
    return store_run_with(store, SQL_MEMBER_CLEAR,
                          STORE_ARGS(STORE_INT(collection)));
}

/* C24, R10.8: not while another collection, a user or a deployment needs it;
 * those that refer to it by a property are found by their descriptions. */
const char *const collection_uses[N_COLLECTION_USES] = {
    SQL_COLLECTION_USE_RULE,
    SQL_COLLECTION_USE_ADMIN,
};

/* ---- Dependences ---- */

enum status collection_depends_on(struct store *store, int64_t collection,
                                  int64_t other, bool *is_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_COLLECTION_DEPENDS_ON, &stmt));
    store_bind_int(stmt, 1, collection);
    store_bind_int(stmt, 2, other);
    TRY(store_step(stmt));
    *is_out = store_int(stmt, 0) != 0;
    return STATUS_OK;
}
