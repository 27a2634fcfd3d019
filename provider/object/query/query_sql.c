#include "provider/object/query/query_sql.h"

static void put_columns(struct query_run *run)
{
    struct buf *sql = &run->sql.sql;

    buf_append_string(sql,
                      run->query->is_distinct ? "SELECT DISTINCT " : "SELECT ");
    if (run->is_keyed)
        buf_append_format(sql, "t.%s, ",
                          wql_key_column(&run->sql.tables[run->first]));
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
        if (of->is_flat)
            put_key(of, sql);
        else
            buf_append_format(sql, "a%zu.k", i);
        buf_append_string(sql, direction);
    }
    return STATUS_OK;
}

static enum status put_after(struct query_run *run)
{
    const struct wql_table *of = &run->sql.tables[run->first];

    if (!run->is_keyed || run->key.size == 0)
        return STATUS_OK;
    buf_append_string(&run->sql.sql, " AND ");
    put_key(of, &run->sql.sql);
    buf_append_string(&run->sql.sql, " > ");
    return wql_has_integer_key(of) ? wql_put_integer(&run->sql, run->skip)
                                   : wql_put_text(&run->sql, run->key);
}

enum status query_put_page(struct query_run *run)
{
    put_columns(run);
    TRY(wql_put_from(&run->sql, run->query));
    TRY(put_after(run));
    TRY(put_order(run));
    buf_append_string(&run->sql.sql, " LIMIT ");
    TRY(wql_put_integer(&run->sql, run->limit + 1));
    buf_append_string(&run->sql.sql, " OFFSET ");
    return wql_put_integer(&run->sql, run->is_keyed ? 0 : run->skip);
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
