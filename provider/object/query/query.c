/*
 * query.run: a WQL query over what the caller may read.
 *
 * Callers who may read no object of a class are refused, as for a list of it;
 * other hidden objects are removed before the query sees them (wql_sql.h).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "provider/object/query/asked_sql.h"
#include "provider/object/query/query_page.h"
#include "provider/wql/odata.h"

static enum status fail_odata(struct query_run *run,
                              const struct odata_problem *problem)
{
    return fail_invalid(run->call, odata_option_name(problem->option),
                        "Column %" PRIu32 ": %s", problem->column,
                        problem->why);
}

static enum status fail_problem(struct query_run *run)
{
    struct odata_problem placed;

    if (!run->ask->odata)
        return fail_invalid(run->call, "wql", "Column %" PRIu32 ": %s",
                            run->problem.column, run->problem.why);
    placed = odata_place(run->ask->odata, &run->problem);
    return fail_odata(run, &placed);
}

/* ---- What is asked for ---- */

static enum status add_column(struct query_run *run, size_t table,
                              size_t property, uint32_t at)
{
    for (size_t i = 0; i < run->n_columns; i++)
        if (run->columns[i].table == table &&
            run->columns[i].property == property)
            return STATUS_OK;
    if (run->n_columns == WQL_COLUMNS_MAX)
        return wql_sql_fail(&run->sql, at, "at most %d properties",
                            WQL_COLUMNS_MAX);
    run->columns[run->n_columns++] = (struct query_column){table, property};
    run->sql.tables[table].used |= UINT64_C(1) << property;
    return STATUS_OK;
}

/* All of a class except what is only read with a single object (W24). */
static enum status add_all(struct query_run *run, size_t table, uint32_t at)
{
    const struct object_class *class = run->sql.tables[table].class;

    for (size_t i = 0; i < class->n_properties; i++)
        if (!(class->properties[i].flags & OBJECT_LAZY))
            TRY(add_column(run, table, i, at));
    return STATUS_OK;
}

static bool is_of(const struct wql_table *table, struct text qualifier)
{
    return qualifier.size == 0 ||
           text_equal_nocase(qualifier, table->from->alias) ||
           text_equal_nocase(qualifier, table->from->class_name);
}

static enum status add_item(struct query_run *run, const struct wql_item *item)
{
    size_t table;
    size_t property;

    if (item->name.size) {
        TRY(wql_find_property(
            &run->sql, run->query,
            (struct wql_name){item->qualifier, item->name, item->column},
            &table, &property));
        return add_column(run, table, property, item->column);
    }
    for (size_t i = run->first; i < run->first + run->n_tables; i++)
        if (is_of(&run->sql.tables[i], item->qualifier))
            TRY(add_all(run, i, item->column));
    return STATUS_OK;
}

static enum status read_order(struct query_run *run)
{
    for (const struct wql_item *item = run->query->order; item;
         item = item->next) {
        size_t table;
        size_t property;
        const struct object_property *by;

        TRY(wql_find_property(
            &run->sql, run->query,
            (struct wql_name){item->qualifier, item->name, item->column},
            &table, &property));
        by = &run->sql.tables[table].class->properties[property];
        if (!object_property_has_order(by))
            return wql_sql_fail(&run->sql, item->column,
                                "%s cannot be sorted by", by->name);
    }
    return STATUS_OK;
}

/* Pages of one class, in the order of at most one property, go on after a
 * place; others after a number of rows. */
static enum status find_paged(struct query_run *run)
{
    const struct wql_item *item = run->query->order;
    size_t table;
    size_t property;

    run->is_keyed = run->n_tables == 1 && !(item && item->next) &&
                    !run->query->is_distinct && !run->query->is_count &&
                    run->ask->skip == 0;
    if (!run->is_keyed)
        return STATUS_OK;
    run->sql.paged = run->query;
    run->sql.limit = run->limit;
    if (!item)
        return STATUS_OK;
    TRY(wql_find_property(
        &run->sql, run->query,
        (struct wql_name){item->qualifier, item->name, item->column}, &table,
        &property));
    run->order.property = &run->sql.tables[table].class->properties[property];
    run->order.is_descending = item->is_descending;
    if (run->order.property->flags & OBJECT_KEY)
        run->order.property = NULL; /* by key */
    run->sql.order = run->order;
    return STATUS_OK;
}

static enum status read_query(struct query_run *run)
{
    TRY(wql_resolve(&run->sql, run->query));
    run->first = wql_tables_of(&run->sql, run->query, &run->n_tables);
    TRY(read_order(run));
    TRY(find_paged(run));
    if (run->query->is_count)
        return STATUS_OK;
    for (const struct wql_item *item = run->query->items; item;
         item = item->next)
        TRY(add_item(run, item));
    return STATUS_OK;
}

/* The values for what the query prompts for. */
static enum status read_prompts(struct query_run *run)
{
    const json_t *given = run->ask->prompts;
    const char *name;
    json_t *value;

    run->prompts.of = run->prompt;
    json_object_foreach ((json_t *)(uintptr_t)given, name, value) {
        if (!json_is_string(value))
            return fail_invalid(run->call, "prompts", "%s must be a text.",
                                name);
        if (run->prompts.n == OBJECT_PROMPTS_MAX)
            return fail_invalid(run->call, "prompts", "At most %d values.",
                                OBJECT_PROMPTS_MAX);
        run->prompt[run->prompts.n++] = (struct wql_prompt){
            text_of(name),
            {json_string_value(value), json_string_length(value)}};
    }
    return STATUS_OK;
}

static bool read_rest(struct query_run *run, struct text rest)
{
    if (run->is_keyed && run->order.property)
        return place_read(&run->order, rest, &run->place) == STATUS_OK;
    if (run->is_keyed)
        run->place = (struct place){.is_set = true, .key = rest};
    return true;
}

/* "k" and a key, "o" and a place in an order, or "n" and a number of rows. */
static enum status read_after(struct query_run *run)
{
    const char kind = !run->is_keyed ? 'n' : run->order.property ? 'o' : 'k';
    const struct text after = run->ask->after;
    struct text rest;
    bool is_number;

    run->skip = run->ask->skip;
    if (after.size == 0)
        return STATUS_OK;
    rest = (struct text){after.data + 1, after.size - 1};
    if (after.data[0] == kind && rest.size > 0 && rest.size < PLACE_BYTES &&
        read_rest(run, rest)) {
        is_number =
            !run->is_keyed || wql_has_integer_key(&run->sql.tables[run->first]);
        if (!is_number)
            return STATUS_OK;
        if (place_number(run->is_keyed ? run->place.key : rest, &run->skip) &&
            run->skip >= 0)
            return STATUS_OK;
    }
    return fail_invalid(run->call, "after",
                        "It is not the end of a page of this query.");
}

static enum status ask_classes(struct query_run *run)
{
    for (size_t i = 0; i < run->sql.n_tables; i++)
        run->call->reads_audit |= run->sql.tables[i].class->is_audit;
    for (size_t i = 0; i < run->sql.n_tables; i++)
        TRY(object_actor_may(run->call, run->sql.tables[i].class->read, true,
                             NULL, 0));
    return STATUS_OK;
}

/* ---- The answer ---- */

static enum status write_answer(struct query_run *run,
                                struct json_writer *result)
{
    writer_object_begin(result);
    writer_key(result, "items");
    writer_array_begin(result);
    TRY(run->query->is_count ? query_write_count(run, result)
                             : query_write_page(run, result));
    writer_object_end(result);
    return STATUS_OK;
}

/* ---- As a whole ---- */

static enum status read_all(struct query_run *run)
{
    const enum status status = read_query(run);

    if (status == STATUS_INVALID)
        return fail_problem(run);
    TRY(status);
    TRY(read_after(run));
    return ask_classes(run);
}

/* Every part of a page has the same conditions: one shows whether they can be
 * written, and where rows begin. */
static enum status compile(struct query_run *run)
{
    const struct order_part part =
        order_parts(&run->order, &run->place, false).of[0];
    const enum status status = run->query->is_count
                                   ? query_put_count(run)
                                   : query_put_page(run, &part, 0);

    if (status == STATUS_INVALID)
        return fail_problem(run);
    TRY(status);
    if (buf_status(&run->sql.sql) == STATUS_LIMIT)
        return fail_invalid(run->call, "wql", "The query is too long.");
    return buf_status(&run->sql.sql);
}

/* A collection that may not be read is refused like one that is none. */
static enum status find_limit(struct query_run *run, int64_t *row_out)
{
    SCOPED(object_target_clear) struct object_target target = {0};

    if (run->ask->limit_to.size == 0)
        return STATUS_OK;
    TRY(actor_refer(run->call, "limit_to", &class_collection,
                    run->ask->limit_to, &target));
    *row_out = target.row;
    return STATUS_OK;
}

static enum status run_seen(struct query_run *run,
                            const struct object_filter *filter,
                            struct json_writer *result)
{
    struct sight sight;
    enum status status;
    int64_t limit_to = 0;

    TRY(find_limit(run, &limit_to));
    TRY(sight_begin(&sight, run->call->store, filter));
    sight.visible.limit_to = limit_to;
    run->sql.visible = &sight.visible;
    run->sql.store = run->call->store;
    store_bound(run->call->store, OBJECT_QUERY_MAX_MS);
    status = compile(run);
    if (status == STATUS_OK)
        status = write_answer(run, result);
    if (status == STATUS_OK)
        status = sight_status(&sight);
    store_bound(run->call->store, 0);
    sight_end(&sight, run->call->store);
    return status;
}

static void query_run_free(struct query_run *run)
{
    if (run)
        buf_free(&run->sql.sql);
    free(run);
}
DEFINE_DROP(query_run)

static enum status read_text(struct query_run *run, struct wql **wql_out)
{
    struct odata_problem problem;
    enum status status;

    if (!run->ask->odata) {
        TRY(read_prompts(run));
        status = wql_read_prompted(run->ask->wql, &run->prompts, wql_out,
                                   &run->problem);
        return status == STATUS_INVALID ? fail_problem(run) : status;
    }
    status = odata_read(run->ask->odata, wql_out, &problem);
    return status == STATUS_INVALID ? fail_odata(run, &problem) : status;
}

enum status object_query(struct object_call *call,
                         const struct object_query *query,
                         const struct object_filter *filter,
                         struct json_writer *result)
{
    OWNED(wql) wql = NULL;
    OWNED(query_run) run = calloc(1, sizeof(*run));

    if (!run)
        return STATUS_NO_MEMORY;
    run->call = call;
    run->ask = query;
    run->limit = query->limit ? query->limit : OBJECT_LIST_DEFAULT;
    if (run->limit < 1 || run->limit > OBJECT_LIST_MAX)
        return fail_invalid(call, "limit", "It is 1 to %d.", OBJECT_LIST_MAX);
    if (query->skip < 0)
        return fail_invalid(call, "skip", "It is 0 or more.");
    TRY(read_text(run, &wql));
    run->query = wql_query(wql);
    run->sql = (struct wql_sql){.sql = buf_make(WQL_SQL_MAX_BYTES),
                                .now_s = call->actor.now_s,
                                .problem = &run->problem};
    TRY(read_all(run));
    return run_seen(run, filter, result);
}
