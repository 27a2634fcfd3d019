/*
 * Conditions of WQL as SQL. Texts compare without regard to the case of ASCII
 * letters; a comparison with what is not set is never true (W10); a test of a
 * list holds if it does for any entry (W8), also within a function.
 */
#include <string.h>

#include "provider/object/query/any_sql.h"
#include "provider/object/query/wql_sql.h"

/* ---- Tests ---- */

static bool is_number(enum wql_type type)
{
    return type == WQL_OF_INTEGER || type == WQL_OF_BOOLEAN;
}

/* The type in which two values are compared; a literal follows the other. */
static enum status common_type(struct wql_sql *q, const struct wql_query *query,
                               const struct wql_expr *left,
                               const struct wql_expr *right,
                               enum wql_type *type_out)
{
    enum wql_type a;
    enum wql_type b;

    TRY(wql_type_of(q, query, left, &a));
    TRY(wql_type_of(q, query, right, &b));
    *type_out = wql_is_literal(left) ? b : a;
    if (wql_is_literal(left) || wql_is_literal(right) || a == b ||
        (is_number(a) && is_number(b)))
        return STATUS_OK;
    return wql_sql_fail(q, right->column,
                        "the two sides are of different types");
}

static const char *collation(enum wql_type type)
{
    return type == WQL_OF_TEXT ? " COLLATE NOCASE" : "";
}

/* The list that a value is made of; an inner query's is none of it. */
static enum status find_list(struct wql_sql *q, const struct wql_query *query,
                             const struct wql_expr *expr)
{
    size_t table;
    size_t property;

    if (expr->kind == WQL_CALL)
        for (const struct wql_expr *e = expr->first; e; e = e->next)
            if (!wql_is_part(expr, e))
                TRY(find_list(q, query, e));
    if (expr->kind != WQL_NAME)
        return STATUS_OK;
    TRY(wql_find_named(q, query, expr, &table, &property));
    if (!wql_is_list(&q->tables[table].class->properties[property]) ||
        wql_is_open_any(q, table, property))
        return STATUS_OK;
    if (q->any.is_open)
        return wql_sql_fail(q, expr->column,
                            "only one list can be tested at a time");
    q->any.is_open = true;
    q->any.table = table;
    q->any.property = property;
    return STATUS_OK;
}

/* A test of an entry, which holds if it does for any: closed by end_any(). */
static enum status begin_any(struct wql_sql *q, const struct wql_query *query,
                             const struct wql_expr *left,
                             const struct wql_expr *right)
{
    q->any.is_open = false;
    TRY(find_list(q, query, left));
    if (right)
        TRY(find_list(q, query, right));
    if (!q->any.is_open)
        return STATUS_OK;
    any_put_begin(&q->sql);
    wql_put_property(q, q->any.table, q->any.property);
    any_put_entry(&q->sql);
    return STATUS_OK;
}

static void end_any(struct wql_sql *q)
{
    if (q->any.is_open)
        any_put_end(&q->sql);
    q->any.is_open = false;
}

/* A list without entries is not set. */
static enum status put_null_test(struct wql_sql *q,
                                 const struct wql_query *query,
                                 const struct wql_expr *expr, bool is_not)
{
    enum wql_type type;

    if (wql_is_literal(expr))
        return wql_sql_fail(q, expr->column, "a property is expected");
    TRY(wql_type_of(q, query, expr, &type));
    buf_append_string(&q->sql, type == WQL_OF_LIST ? "nullif(" : "");
    TRY(wql_put_value(q, query, expr, type));
    buf_append_string(&q->sql, type == WQL_OF_LIST ? ", '[]')" : "");
    buf_append_string(&q->sql, is_not ? " IS NOT NULL" : " IS NULL");
    return STATUS_OK;
}

static enum wql_operator mirrored(enum wql_operator op)
{
    static const enum wql_operator of[] = {
        [WQL_EQUAL] = WQL_EQUAL,  [WQL_UNEQUAL] = WQL_UNEQUAL,
        [WQL_LESS] = WQL_GREATER, [WQL_LESS_EQUAL] = WQL_GREATER_EQUAL,
        [WQL_GREATER] = WQL_LESS, [WQL_GREATER_EQUAL] = WQL_LESS_EQUAL,
    };

    return of[op];
}

static enum status put_comparison(struct wql_sql *q,
                                  const struct wql_query *query,
                                  const struct wql_expr *expr)
{
    static const char *const signs[] = {
        [WQL_EQUAL] = " = ",   [WQL_UNEQUAL] = " <> ",
        [WQL_LESS] = " < ",    [WQL_LESS_EQUAL] = " <= ",
        [WQL_GREATER] = " > ", [WQL_GREATER_EQUAL] = " >= ",
    };
    const struct wql_expr *left = expr->first;
    const struct wql_expr *right = left->next;
    enum wql_operator op = expr->op;
    enum wql_type type;

    if (wql_is_literal(left)) { /* the property stands first */
        left = right;
        right = expr->first;
        op = mirrored(op);
    }
    if (wql_is_literal(left))
        return wql_sql_fail(q, left->column, "a property is expected");
    if (right->kind == WQL_NULL && (op == WQL_EQUAL || op == WQL_UNEQUAL))
        return put_null_test(q, query, left, op == WQL_UNEQUAL);
    TRY(begin_any(q, query, left, right));
    TRY(common_type(q, query, left, right, &type));
    TRY(wql_put_value(q, query, left, type));
    buf_append_string(&q->sql, signs[op]);
    TRY(wql_put_value(q, query, right, type));
    buf_append_string(&q->sql, collation(type));
    end_any(q);
    return STATUS_OK;
}

/* A null is neither like nor unlike anything: the test stays unknown. */
static enum status put_like(struct wql_sql *q, const struct wql_query *query,
                            const struct wql_expr *expr)
{
    const struct wql_expr *left = expr->first;
    enum wql_type type;

    TRY(begin_any(q, query, left, NULL));
    TRY(wql_type_of(q, query, left, &type));
    if (wql_is_literal(left) || (type != WQL_OF_TEXT && type != WQL_OF_INTEGER))
        return wql_sql_fail(q, left->column,
                            "LIKE compares texts and whole numbers");
    buf_append_format(&q->sql, "(%sCASE WHEN ", expr->is_not ? "NOT " : "");
    TRY(wql_put_value(q, query, left, type));
    buf_append_string(&q->sql, " IS NOT NULL THEN sms_match(");
    TRY(wql_put_text(q, expr->text));
    buf_append_string(&q->sql, ", CAST(");
    TRY(wql_put_value(q, query, left, type));
    buf_append_string(&q->sql, " AS TEXT)) END)");
    end_any(q);
    return STATUS_OK;
}

static enum status put_in_list(struct wql_sql *q, const struct wql_query *query,
                               const struct wql_expr *expr)
{
    const struct wql_expr *left = expr->first;
    enum wql_type type;

    if (wql_is_literal(left))
        return wql_sql_fail(q, left->column, "a property is expected");
    TRY(begin_any(q, query, left, NULL));
    TRY(wql_type_of(q, query, left, &type));
    TRY(wql_put_value(q, query, left, type));
    buf_append_string(&q->sql, collation(type));
    buf_append_string(&q->sql, expr->is_not ? " NOT IN (" : " IN (");
    for (const struct wql_expr *e = left->next; e; e = e->next) {
        TRY(wql_put_value(q, query, e, type));
        if (e->next)
            buf_append_string(&q->sql, ", ");
    }
    buf_append_char(&q->sql, ')');
    end_any(q);
    return STATUS_OK;
}

/* One property of the query within, of the type that is compared. */
static enum status find_selected(struct wql_sql *q,
                                 const struct wql_query *within,
                                 enum wql_type type, size_t *table_out,
                                 size_t *property_out)
{
    const struct wql_item *item = within->items;
    enum wql_type found;

    if (within->is_count || item->next || item->name.size == 0)
        return wql_sql_fail(q, item->column,
                            "the query within IN selects one property");
    if (within->order)
        return wql_sql_fail(q, within->order->column,
                            "the query within IN has no order");
    TRY(wql_find_property(
        q, within, (struct wql_name){item->qualifier, item->name, item->column},
        table_out, property_out));
    TRY(wql_type_of_property(q, item->column, *table_out, *property_out,
                             &found));
    if (found == WQL_OF_LIST ||
        (found != type && !(is_number(found) && is_number(type))))
        return wql_sql_fail(q, item->column,
                            "the two sides are of different types");
    return STATUS_OK;
}

/* Rows of it may lack the device that they belong to. */
static bool has_outer_join(const struct wql_query *query)
{
    for (const struct wql_source *s = query->sources; s; s = s->next)
        if (s->join != WQL_INNER)
            return true;
    return false;
}

/*
 * The values that the query within finds. One that is not set would make the
 * test unknown for all devices, so that a rule would tell of any device that
 * has none: a rule leaves it out (T63).
 */
static enum status put_found_values(struct wql_sql *q,
                                    const struct wql_query *within,
                                    size_t table, size_t property)
{
    const bool is_filtered =
        q->is_rule && has_outer_join(within) && !MUTANT("h1-null-is-found");
    const bool is_any_open = q->any.is_open;

    buf_append_string(&q->sql,
                      is_filtered ? "(SELECT found FROM (SELECT " : "(SELECT ");
    wql_put_property(q, table, property);
    if (is_filtered)
        buf_append_string(&q->sql, " AS found");
    TRY(wql_put_from(q, within));
    q->any.is_open = is_any_open;
    buf_append_string(&q->sql,
                      is_filtered ? ") WHERE found IS NOT NULL)" : ")");
    return STATUS_OK;
}

static enum status put_in_query(struct wql_sql *q,
                                const struct wql_query *query,
                                const struct wql_expr *expr)
{
    const struct wql_expr *left = expr->first;
    /* What is not set is not compared, whether anything is found or not. */
    const bool is_guarded =
        q->is_rule && has_outer_join(query) && !MUTANT("h1-null-is-compared");
    size_t table;
    size_t property;
    enum wql_type type;

    if (wql_is_literal(left))
        return wql_sql_fail(q, left->column, "a property is expected");
    TRY(begin_any(q, query, left, NULL));
    TRY(wql_type_of(q, query, left, &type));
    TRY(find_selected(q, expr->query, type, &table, &property));
    if (is_guarded) {
        buf_append_string(&q->sql, "(CASE WHEN ");
        TRY(wql_put_value(q, query, left, type));
        buf_append_string(&q->sql, " IS NOT NULL THEN ");
    }
    TRY(wql_put_value(q, query, left, type));
    buf_append_string(&q->sql, collation(type));
    buf_append_string(&q->sql, expr->is_not ? " NOT IN " : " IN ");
    TRY(put_found_values(q, expr->query, table, property));
    if (is_guarded)
        buf_append_string(&q->sql, " END)");
    end_any(q);
    return STATUS_OK;
}

/* ---- Conditions ---- */

static const struct wql_expr *nth(const struct wql_expr *first, size_t n)
{
    while (n-- > 0)
        first = first->next;
    return first;
}

/* In halves, so that a long chain is no deep one: n of them from first. */
static enum status put_chain(struct wql_sql *q, const struct wql_query *query,
                             const struct wql_expr *first, size_t n,
                             const char *between)
{
    if (n == 1)
        return wql_put_condition(q, query, first);
    buf_append_char(&q->sql, '(');
    TRY(put_chain(q, query, first, n / 2, between));
    buf_append_string(&q->sql, between);
    TRY(put_chain(q, query, nth(first, n / 2), n - n / 2, between));
    buf_append_char(&q->sql, ')');
    return STATUS_OK;
}

static size_t n_within(const struct wql_expr *expr)
{
    size_t n = 0;

    for (const struct wql_expr *e = expr->first; e; e = e->next)
        n++;
    return n;
}

enum status wql_put_condition(struct wql_sql *q, const struct wql_query *query,
                              const struct wql_expr *expr)
{
    switch (expr->kind) {
    case WQL_AND:
        return put_chain(q, query, expr->first, n_within(expr), " AND ");
    case WQL_OR:
        return put_chain(q, query, expr->first, n_within(expr), " OR ");
    case WQL_NOT:
        buf_append_string(&q->sql, "NOT (");
        TRY(wql_put_condition(q, query, expr->first));
        buf_append_char(&q->sql, ')');
        return STATUS_OK;
    case WQL_COMPARE:
        return put_comparison(q, query, expr);
    case WQL_LIKE:
        return put_like(q, query, expr);
    case WQL_IN_LIST:
        return put_in_list(q, query, expr);
    case WQL_IN_QUERY:
        return put_in_query(q, query, expr);
    case WQL_IS_NULL:
        return put_null_test(q, query, expr->first, expr->is_not);
    case WQL_NAME:
    case WQL_CALL:
    case WQL_TEXT:
    case WQL_INTEGER:
    case WQL_BOOLEAN:
    case WQL_NULL:
        break;
    }
    return wql_sql_fail(q, expr->column, "a condition is expected");
}

enum status wql_mark_condition(struct wql_sql *q, const struct wql_query *query,
                               const struct wql_expr *expr)
{
    size_t table;
    size_t property;

    if (expr->kind == WQL_NAME)
        return wql_find_property(
            q, query,
            (struct wql_name){expr->qualifier, expr->text, expr->column},
            &table, &property);
    if (expr->query)
        TRY(wql_resolve(q, expr->query));
    for (const struct wql_expr *e = expr->first; e; e = e->next)
        if (expr->kind != WQL_CALL || !wql_is_part(expr, e))
            TRY(wql_mark_condition(q, query, e));
    return STATUS_OK;
}
