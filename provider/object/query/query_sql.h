/*
 * A WQL query as one statement: columns, order and the place of a page.
 */
#pragma once

#include "provider/object/query/held_walk.h"
#include "provider/object/query/wql_sql.h"

/* A column of the answer. */
struct query_column {
    size_t table;
    size_t property;
};

struct query_run {
    struct object_call *call;
    const struct object_query *ask;
    const struct wql_query *query;
    struct wql_sql sql;
    struct wql_problem problem;
    struct wql_prompt prompt[OBJECT_PROMPTS_MAX];
    struct wql_prompts prompts; /* of prompt */
    size_t first;               /* of its tables */
    size_t n_tables;
    struct query_column columns[WQL_COLUMNS_MAX];
    size_t n_columns;
    bool is_keyed; /* the place after a page is a key, perhaps with the value
                      that rows are in order of; not a number of rows */
    struct order order; /* of is_keyed */
    struct place place;
    int64_t limit;
    int64_t skip;
    const struct held_walk *walk; /* only members of where it stands; or NULL */
};

/* Columns before those asked for: the key, and what is sorted by. */
int query_head_columns(const struct query_run *run);

/* The rows of one part of a page, at most n; or how many rows there are. */
MUST_CHECK
enum status query_put_page(struct query_run *run, const struct order_part *part,
                           int64_t n);
MUST_CHECK
enum status query_put_count(struct query_run *run);
