/*
 * The dependences of collections, gathered breadth first and put in order:
 * without recursion, however deep the estate is.
 */
#include <stdlib.h>

#include "provider/object/collection/member_graph.h"
#include "provider/object/collection/member_graph_sql.h"

void member_graph_clear(struct member_graph *graph)
{
    row_set_clear(&graph->set);
    row_list_clear(&graph->edges);
    row_list_clear(&graph->first);
    row_list_clear(&graph->order);
}

/* The set grows while it is walked. */
static enum status gather(struct store *store, struct graph_reach reach,
                          struct row_set *set)
{
    SCOPED(row_list_clear) struct row_list found = {0};

    for (size_t at = 0; at < set->rows.n; at++) {
        found.n = 0;
        if (set->rows.n > reach.n_max)
            return STATUS_LIMIT;
        TRY(row_list_select(store, reach.dependents,
                            STORE_ARGS(STORE_INT(set->rows.of[at])), &found));
        for (size_t i = 0; i < found.n; i++)
            TRY(row_set_add(set, found.of[i]));
    }
    return STATUS_OK;
}

/* Pairs of places, each dependence before its dependant. */
static enum status gather_pairs(struct store *store, const struct row_set *set,
                                struct row_list *pairs)
{
    SCOPED(row_list_clear) struct row_list found = {0};

    for (size_t at = 0; at < set->rows.n; at++) {
        found.n = 0;
        TRY(row_list_select(store, SQL_GRAPH_SOURCES,
                            STORE_ARGS(STORE_INT(set->rows.of[at])), &found));
        for (size_t i = 0; i < found.n; i++) {
            const size_t from = row_set_find(set, found.of[i]);

            if (from == SIZE_MAX)
                continue;
            TRY(row_list_add(pairs, (int64_t)from));
            TRY(row_list_add(pairs, (int64_t)at));
        }
    }
    return STATUS_OK;
}

/* The pairs grouped by their origin. */
static enum status group_pairs(struct member_graph *graph,
                               const struct row_list *pairs)
{
    const size_t n = graph->set.rows.n;

    for (size_t i = 0; i < n + 2; i++)
        TRY(row_list_add(&graph->first, 0));
    for (size_t i = 0; i < pairs->n; i += 2) {
        TRY(row_list_add(&graph->edges, 0));
        graph->first.of[pairs->of[i] + 2]++;
    }
    for (size_t i = 2; i < n + 2; i++)
        graph->first.of[i] += graph->first.of[i - 1];
    for (size_t i = 0; i < pairs->n; i += 2)
        graph->edges.of[graph->first.of[pairs->of[i] + 1]++] = pairs->of[i + 1];
    return STATUS_OK;
}

static size_t edge_to(const struct member_graph *graph, size_t edge)
{
    return (size_t)graph->edges.of[edge];
}

/* Places without open dependences come next. */
static enum status put_in_order(struct member_graph *graph, uint32_t *waits)
{
    const size_t n = graph->set.rows.n;

    for (size_t i = 0; i < graph->edges.n; i++)
        waits[edge_to(graph, i)]++;
    for (size_t i = 0; i < n; i++)
        if (waits[i] == 0)
            TRY(row_list_add(&graph->order, (int64_t)i));
    for (size_t at = 0; at < graph->order.n; at++) {
        const size_t from = (size_t)graph->order.of[at];

        for (size_t i = (size_t)graph->first.of[from];
             i < (size_t)graph->first.of[from + 1]; i++)
            if (--waits[edge_to(graph, i)] == 0)
                TRY(row_list_add(&graph->order, graph->edges.of[i]));
    }
    return STATUS_OK;
}

/* One that waits for another that waits: going back ends in the cycle. */
static size_t waited_for(const struct member_graph *graph,
                         const uint32_t *waits, size_t of)
{
    for (size_t from = 0; from < graph->set.rows.n; from++) {
        if (waits[from] == 0)
            continue;
        for (size_t i = (size_t)graph->first.of[from];
             i < (size_t)graph->first.of[from + 1]; i++)
            if (edge_to(graph, i) == of)
                return from;
    }
    return of;
}

static enum status find_circle(const struct member_graph *graph,
                               const uint32_t *waits, struct row_list *circle)
{
    SCOPED(row_set_clear) struct row_set walked = {0};
    size_t at = 0;

    while (waits[at] == 0)
        at++;
    while (row_set_find(&walked, (int64_t)at) == SIZE_MAX) {
        TRY(row_set_add(&walked, (int64_t)at));
        at = waited_for(graph, waits, at);
    }
    for (size_t i = row_set_find(&walked, (int64_t)at); i < walked.rows.n; i++)
        TRY(row_list_add(circle, graph->set.rows.of[walked.rows.of[i]]));
    return STATUS_INVALID;
}

enum status member_graph_order(struct member_graph *graph,
                               const struct row_list *pairs,
                               struct row_list *circle)
{
    SCOPED(memory_drop) uint32_t *waits = NULL;

    TRY(group_pairs(graph, pairs));
    waits = calloc(graph->set.rows.n + 1, sizeof(*waits));
    if (!waits)
        return STATUS_NO_MEMORY;
    TRY(put_in_order(graph, waits));
    if (graph->order.n < graph->set.rows.n)
        return find_circle(graph, waits, circle);
    return STATUS_OK;
}

enum status member_graph_make(struct store *store, const struct row_list *start,
                              struct graph_reach reach,
                              struct member_graph *graph,
                              struct row_list *circle)
{
    SCOPED(row_list_clear) struct row_list pairs = {0};

    for (size_t i = 0; i < start->n; i++)
        TRY(row_set_add(&graph->set, start->of[i]));
    TRY(gather(store, reach, &graph->set));
    TRY(gather_pairs(store, &graph->set, &pairs));
    return member_graph_order(graph, &pairs, circle);
}

/* ---- All collections ---- */

enum status member_graph_gather(struct store *store, struct row_set *set)
{
    SCOPED(row_list_clear) struct row_list rows = {0};

    TRY(row_list_select(store, SQL_GRAPH_ALL, STORE_NO_ARGS, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(row_set_add(set, rows.of[i]));
    return STATUS_OK;
}

static enum status gather_all_pairs(struct store *store,
                                    const struct row_set *set,
                                    struct row_list *pairs)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_GRAPH_PAIRS, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        TRY(row_list_add(pairs,
                         (int64_t)row_set_find(set, store_int(stmt, 0))));
        TRY(row_list_add(pairs,
                         (int64_t)row_set_find(set, store_int(stmt, 1))));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

enum status member_graph_make_all(struct store *store,
                                  const struct row_list *start,
                                  struct member_graph *graph,
                                  struct row_list *circle)
{
    SCOPED(row_list_clear) struct row_list pairs = {0};

    for (size_t i = 0; i < start->n; i++)
        TRY(row_set_add(&graph->set, start->of[i]));
    TRY(member_graph_gather(store, &graph->set));
    TRY(gather_all_pairs(store, &graph->set, &pairs));
    return member_graph_order(graph, &pairs, circle);
}
