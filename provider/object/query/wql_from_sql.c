/*
 * FROM and WHERE of a query.
 *
 * What may not be read is not there: CASE keeps its order, which AND does not,
 * so no condition is tried on a row before the row's rights are (T60). Beside
 * CASE stand only conditions that an index answers and that the others imply:
 * what is sought (sought_sql.h), and equal columns of two classes.
 *
 * A query of one source reads the rows of "t" as a list does; one of several
 * joins them (wql_join_sql.c).
 */
#include "provider/object/query/start_sql.h"
#include "provider/object/query/wql_sql.h"

/* ---- One class ---- */

void wql_put_may(struct wql_sql *q, const struct wql_table *table)
{
    if (q->is_rule)
        buf_append_char(&q->sql, '1');
    else
        class_put_sees(table->class, &q->sql);
}

enum status wql_put_rows(struct wql_sql *q, size_t table,
                         const struct sought *sought, bool is_seen)
{
    struct wql_table *of = &q->tables[table];
    const bool is_walked = q->is_walked && of->query == q->paged;

    of->row = sought_put_from(of->class, sought,
                              is_seen && q->visible && !q->is_rule &&
                                  !is_walked && !of->collection.size,
                              &q->sql);
    if (of->collection.size) {
        buf_append_string(&q->sql, "t.CollectionID = upper(");
        TRY(wql_put_text(q, of->collection));
        buf_append_string(&q->sql, ") AND ");
        /* Asked once, before its members are looked at (list_sql.c). */
        class_put_need(of->class, &q->sql);
        buf_append_string(&q->sql, " AND ");
    }
    return STATUS_OK;
}

static enum status put_where(struct wql_sql *q, const struct wql_query *query)
{
    if (query->where)
        return wql_put_condition(q, query, query->where);
    buf_append_char(&q->sql, '1');
    return STATUS_OK;
}

/* What is sought, as its probe counts it. */
struct probe {
    struct wql_sql *q;
    const struct object_class *class;
    const struct sought *sought;
};

enum { PROBE_MAX_BYTES = 16 * 1024 };

static enum status is_common(void *context, bool *is_common_out)
{
    const struct probe *probe = context;
    SCOPED(buf_free) struct buf sql = buf_make(PROBE_MAX_BYTES);
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct wql_sql *q = probe->q;
    const int last = sought_put_probe(probe->class, probe->sought, &sql);

    TRY(buf_status(&sql));
    TRY(store_prepare_text(q->store, buf_text(&sql), &stmt));
    wql_bind(q, (size_t)last, stmt);
    TRY(store_step(stmt));
    *is_common_out = store_int(stmt, 0) == SOUGHT_COMMON;
    return STATUS_OK;
}

enum status wql_choose_start(struct wql_sql *q, const struct wql_query *query,
                             size_t table, const struct sought *sought,
                             enum start *start_out)
{
    static const struct order by_key;
    struct probe probe = {q, q->tables[table].class, sought};
    const struct start_ask ask = {
        .class = probe.class,
        .visible = q->visible,
        .order = q->paged == query ? &q->order : &by_key,
        .limit = q->limit,
        .is_count = q->paged != query,
        .is_sought = sought->n > 0,
        .is_of_key = sought->rank == SOUGHT_KEY,
        .is_ordered = sought_is_ordered(sought),
        .is_common = is_common,
        .context = &probe,
    };

    *start_out = sought->n ? START_SOUGHT : START_ROWS;
    if (q->is_rule || !start_is_of_devices(probe.class))
        return STATUS_OK;
    if (q->visible)
        return start_choose(&ask, start_out);
    if (sought->n == 0 && !query->order && probe.class == &class_device)
        *start_out = START_VISIBLE;
    return STATUS_OK;
}

/* Once for a page, which is written again for each of its parts. */
static enum status find_start(struct wql_sql *q, const struct wql_query *query,
                              size_t table, const struct sought *sought,
                              enum start *start_out)
{
    if (q->paged == query && q->has_start) {
        *start_out = q->start;
        return STATUS_OK;
    }
    TRY(wql_choose_start(q, query, table, sought, start_out));
    if (q->paged == query) {
        q->start = *start_out;
        q->has_start = true;
    }
    return STATUS_OK;
}

static enum status put_visible(struct wql_sql *q, const struct wql_query *query,
                               struct wql_table *of)
{
    of->row = start_visible_order(of->class, query->order);
    if (of->class == &class_device && query->is_count && !query->where &&
        !query->items->name.size) {
        buf_append_format(&q->sql, " FROM sms_visible v WHERE v.operation = %d",
                          RBAC_OP_READ_RESOURCE);
        return STATUS_OK;
    }
    start_put_visible(of->class, &q->sql);
    buf_append_string(&q->sql, " AND (");
    TRY(put_where(q, query));
    buf_append_char(&q->sql, ')');
    return STATUS_OK;
}

static enum status put_flat(struct wql_sql *q, const struct wql_query *query,
                            size_t table)
{
    const size_t n_values = q->n_values;
    struct sought sought = {0};
    enum start start;

    TRY(wql_find_sought(q, query, table, &sought));
    TRY(find_start(q, query, table, &sought, &start));
    if (start != START_SOUGHT) {
        sought = (struct sought){0};
        q->n_values = n_values; /* its own, taken last */
    }
    if (start == START_VISIBLE)
        return put_visible(q, query, &q->tables[table]);
    TRY(wql_put_rows(q, table, &sought, true));
    if (q->is_rule)
        return put_where(q, query);
    buf_append_string(&q->sql, "CASE WHEN ");
    wql_put_may(q, &q->tables[table]);
    buf_append_string(&q->sql, " THEN ");
    TRY(put_where(q, query));
    buf_append_string(&q->sql, " ELSE 0 END");
    return STATUS_OK;
}

/* ---- As a whole ---- */

enum status wql_put_from(struct wql_sql *q, const struct wql_query *query)
{
    size_t n;
    const size_t first = wql_tables_of(q, query, &n);

    if (q->tables[first].is_flat)
        return put_flat(q, query, first);
    return wql_put_joined(q, query);
}

/*
 * A rule that asks for nothing but an entry of a list: the table of entries
 * says by itself whose it is, and no row is read.
 */
static enum status put_entry(struct wql_sql *q, const struct wql_query *query,
                             size_t table, bool *is_put_out)
{
    const struct object_class *class = q->tables[table].class;
    const struct wql_expr *where = query->where;
    const size_t n_values = q->n_values;
    struct sought sought = {0};

    *is_put_out = false;
    if (!q->is_rule || !where || where->kind != WQL_COMPARE ||
        (where->first->kind != WQL_NAME &&
         where->first->next->kind != WQL_NAME))
        return STATUS_OK;
    q->is_of_one = false;
    TRY(wql_find_sought(q, query, table, &sought));
    if (!sought_is_entry(&sought)) {
        q->n_values = n_values;
        return STATUS_OK;
    }
    *is_put_out = true;
    buf_append_format(&q->sql,
                      "SELECT e.row AS found FROM %s_by_%s e"
                      " WHERE e.value = ?%d",
                      class->table, sought.of[0].property->column,
                      sought.of[0].first);
    return STATUS_OK;
}

static enum status put_all_found(struct wql_sql *q,
                                 const struct wql_query *query,
                                 enum wql_found which)
{
    size_t n;
    const size_t first = wql_tables_of(q, query, &n);
    bool is_put = false;

    if (q->tables[first].is_flat)
        TRY(put_entry(q, query, first, &is_put));
    if (is_put)
        return STATUS_OK;
    q->is_of_one = which != WQL_FOUND_ALL;
    buf_append_string(&q->sql, "SELECT ");
    if (q->tables[first].is_flat)
        buf_append_string(&q->sql, "t.row");
    else
        buf_append_format(&q->sql, "a%zu.k", first);
    buf_append_string(&q->sql, " AS found");
    return wql_put_from(q, query);
}

enum status wql_put_found(struct wql_sql *q, const struct wql_query *query,
                          enum wql_found which)
{
    buf_append_string(&q->sql, "SELECT found FROM (");
    TRY(put_all_found(q, query, which));
    buf_append_string(&q->sql, ") WHERE found IS NOT NULL");
    if (which == WQL_FOUND_RANGE) {
        buf_append_string(&q->sql, " AND found >= ");
        TRY(wql_put_integer(q, 0));
        buf_append_string(&q->sql, " AND found <= ");
        TRY(wql_put_integer(q, 0));
    } else if (which == WQL_FOUND_ONE) {
        buf_append_string(&q->sql, " AND found = ");
        TRY(wql_put_integer(q, 0));
    }
    return buf_status(&q->sql);
}
