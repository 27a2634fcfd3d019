#include "provider/object/query/query_sql.h"

#include "provider/object/query/start_sql.h"

enum { PLACE_KEY_MAX_BYTES = 128 };

int query_head_columns(const struct query_run *run)
{
    return !run->is_keyed ? 0 : run->order.property ? 2 : 1;
}

static void put_columns(struct query_run *run)
{
    struct buf *sql = &run->sql.sql;

    buf_append_string(sql,
                      run->query->is_distinct ? "SELECT DISTINCT " : "SELECT ");
    if (run->is_keyed)
        buf_append_format(sql, "t.%s, ",
                          wql_key_column(&run->sql.tables[run->first]));
    if (run->is_keyed && run->order.property) {
        order_put_value(&run->order, sql);
        buf_append_string(sql, ", ");
    }
    for (size_t i = 0; i < run->n_columns; i++) {
        if (i > 0)
            buf_append_string(sql, ", ");
        wql_put_property(&run->sql, run->columns[i].table,
                         run->columns[i].property);
    }
}

/* What rows of one class are in order by. */
static void put_key(const struct wql_table *of, struct buf *sql)
{
    if (of->row)
        buf_append_string(sql, of->row);
    else
        buf_append_format(sql, "t.%s", wql_key_column(of));
}

/* Down, if all of it goes down: an index then gives the whole order. */
static const char *direction_of_keys(const struct wql_query *query)
{
    for (const struct wql_item *item = query->order; item; item = item->next)
        if (!item->is_descending)
            return "";
    return query->order ? " DESC" : "";
}

/* After what is asked for by what makes the order the same every time. */
static enum status put_order(struct query_run *run)
{
    const char *direction = direction_of_keys(run->query);
    struct buf *sql = &run->sql.sql;
    size_t table;
    size_t property;

    buf_append_string(sql, " ORDER BY ");
    for (const struct wql_item *item = run->query->order; item;
         item = item->next) {
        TRY(wql_find_property(
            &run->sql, run->query,
            (struct wql_name){item->qualifier, item->name, item->column},
            &table, &property));
        wql_put_order(&run->sql, table, property);
        buf_append_string(sql, item->is_descending ? " DESC, " : ", ");
    }
    if (run->query->is_distinct) {
        for (size_t i = 0; i < run->n_columns; i++)
            buf_append_format(sql, "%s%zu", i ? ", " : "", i + 1);
        return STATUS_OK;
    }
    for (size_t i = run->first; i < run->first + run->n_tables; i++) {
        const struct wql_table *of = &run->sql.tables[i];

        if (i > run->first)
            buf_append_string(sql, ", ");
        if (run->walk)
            buf_append_string(sql, "t.ResourceID");
        else if (of->is_flat)
            put_key(of, sql);
        else
            buf_append_format(sql, "a%zu.k", i);
        buf_append_string(sql, direction);
    }
    return STATUS_OK;
}

/* The key of the place. */
static enum status take_key(struct query_run *run, int *at_out)
{
    const bool is_text = !wql_has_integer_key(&run->sql.tables[run->first]);

    return wql_take_value(&run->sql,
                          (struct wql_value){.is_text = is_text,
                                             .integer = run->skip,
                                             .text = run->place.key},
                          at_out);
}

static enum status put_after_key(struct query_run *run)
{
    const char side = run->order.is_descending ? '<' : '>';
    int at;

    if (!run->place.is_set)
        return STATUS_OK;
    TRY(take_key(run, &at));
    buf_append_string(&run->sql.sql, " AND ");
    if (run->sql.has_start && run->sql.start == START_VISIBLE) {
        start_put_after(run->sql.tables[run->first].class,
                        run->order.is_descending, at, &run->sql.sql);
        return STATUS_OK;
    }
    put_key(&run->sql.tables[run->first], &run->sql.sql);
    buf_append_format(&run->sql.sql, " %c ?%d", side, at);
    return STATUS_OK;
}

static enum status put_part(struct query_run *run,
                            const struct order_part *part)
{
    const bool is_text = run->order.property->type == OBJECT_STRING;
    const struct wql_value value = {.is_text = is_text,
                                    .integer = run->place.integer,
                                    .text = run->place.text};
    SCOPED(buf_free) struct buf key = buf_make(PLACE_KEY_MAX_BYTES);
    struct order_terms terms = {0};

    if (order_part_has_value(part, &run->place))
        TRY(wql_take_value(&run->sql, value, &terms.value_at));
    if (order_part_has_key(part))
        TRY(take_key(run, &terms.key_at));
    put_key(&run->sql.tables[run->first], &key);
    buf_append_char(&key, '\0');
    TRY(buf_status(&key));
    terms.key = buf_text(&key).data;
    order_put_part(&run->order, part, &run->place, &terms, &run->sql.sql);
    return STATUS_OK;
}

static enum status put_walked(struct query_run *run)
{
    struct buf *sql = &run->sql.sql;

    buf_append_string(sql, " AND t.collection = ");
    TRY(wql_put_integer(&run->sql, run->walk->collection));
    buf_append_format(sql, " AND t.ResourceID %c ",
                      run->order.is_descending ? '<' : '>');
    return wql_put_integer(&run->sql, run->walk->after);
}

static enum status put_after(struct query_run *run,
                             const struct order_part *part)
{
    if (!run->is_keyed)
        return STATUS_OK;
    if (run->walk)
        return put_walked(run);
    return run->order.property ? put_part(run, part) : put_after_key(run);
}

enum status query_put_page(struct query_run *run, const struct order_part *part,
                           int64_t n)
{
    put_columns(run);
    TRY(wql_put_from(&run->sql, run->query));
    TRY(put_after(run, part));
    TRY(put_order(run));
    buf_append_string(&run->sql.sql, " LIMIT ");
    TRY(wql_put_integer(&run->sql, n));
    if (run->is_keyed)
        return STATUS_OK;
    buf_append_string(&run->sql.sql, " OFFSET ");
    return wql_put_integer(&run->sql, run->skip);
}

enum status query_put_count(struct query_run *run)
{
    const struct wql_item *item = run->query->items;
    size_t table;
    size_t property;

    buf_append_string(&run->sql.sql, "SELECT count(");
    if (item->name.size) {
        TRY(wql_find_property(
            &run->sql, run->query,
            (struct wql_name){item->qualifier, item->name, item->column},
            &table, &property));
        wql_put_property(&run->sql, table, property);
    } else {
        buf_append_char(&run->sql.sql, '*');
    }
    buf_append_char(&run->sql.sql, ')');
    return wql_put_from(&run->sql, run->query);
}
