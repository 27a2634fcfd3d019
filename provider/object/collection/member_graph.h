/*
 * The order in which collections are evaluated.
 */
#pragma once

#include "provider/object/query/row_list.h"

/*
 * Collections, their dependences and dependants: places in set. Edges of one
 * are adjacent: edges[first[i] .. first[i + 1]).
 */
struct member_graph {
    struct row_set set;
    struct row_list
        edges; /* places of dependants; SCOPED(member_graph_clear) */
    struct row_list first; /* [set.rows.n + 1] */
    struct row_list order; /* places, each after all its dependences */
};
void member_graph_clear(struct member_graph *graph);

/* How far a graph reaches: to what SQL selects for each row (?1), if that is
 * not more than so many. */
struct graph_reach {
    const char *dependents;
    size_t n_max; /* STATUS_LIMIT if there are more */
};

/* From some collections on, which are the first of the set. STATUS_INVALID with
 * a circle, as above. */
MUST_CHECK
enum status member_graph_make(struct store *store, const struct row_list *start,
                              struct graph_reach reach,
                              struct member_graph *graph,
                              struct row_list *circle);

/* The same of all collections. */
MUST_CHECK
enum status member_graph_make_all(struct store *store,
                                  const struct row_list *start,
                                  struct member_graph *graph,
                                  struct row_list *circle);

/* The same in steps: adds all collections, ascending; the order of a set from
 * pairs of places, each dependence before its dependant. */
MUST_CHECK
enum status member_graph_gather(struct store *store, struct row_set *set);
MUST_CHECK
enum status member_graph_order(struct member_graph *graph,
                               const struct row_list *pairs,
                               struct row_list *circle);
