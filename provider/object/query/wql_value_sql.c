/* Values of WQL as SQL: parameters, types, and literals read as them (W9). */
#include <stdio.h>
#include <string.h>

#include "provider/object/query/any_sql.h"
#include "provider/object/query/wql_sql.h"

/* ---- Parameters ---- */

enum status wql_take_value(struct wql_sql *q, struct wql_value value,
                           int *index_out)
{
    if (q->n_values == WQL_VALUES_MAX)
        return wql_sql_fail(q, 1, "at most %d values in a query",
                            WQL_VALUES_MAX);
    q->values[q->n_values++] = value;
    *index_out = (int)q->n_values;
    return STATUS_OK;
}

static enum status put_value(struct wql_sql *q, struct wql_value value)
{
    int index;

    TRY(wql_take_value(q, value, &index));
    buf_append_format(&q->sql, "?%d", index);
    return STATUS_OK;
}

enum status wql_put_integer(struct wql_sql *q, int64_t value)
{
    return put_value(q, (struct wql_value){.integer = value});
}

enum status wql_put_text(struct wql_sql *q, struct text text)
{
    return put_value(q, (struct wql_value){.is_text = true, .text = text});
}

void wql_begin(struct wql_sql *q)
{
    buf_clear(&q->sql);
    q->n_values = 0;
    q->any.is_open = false;
    for (size_t i = 0; i < q->n_tables; i++)
        q->tables[i].row = NULL;
}

void wql_bind(const struct wql_sql *q, size_t n, struct store_stmt *stmt)
{
    for (size_t i = 0; i < n; i++) {
        if (q->values[i].is_text)
            store_bind_text(stmt, (int)i + 1, q->values[i].text);
        else
            store_bind_int(stmt, (int)i + 1, q->values[i].integer);
    }
}

/* ---- Types ---- */

bool wql_is_literal(const struct wql_expr *expr)
{
    return expr->kind == WQL_TEXT || expr->kind == WQL_INTEGER ||
           expr->kind == WQL_BOOLEAN || expr->kind == WQL_NULL;
}

bool wql_is_list(const struct object_property *property)
{
    return property->type == OBJECT_STRINGS ||
           property->type == OBJECT_DATETIMES;
}

bool wql_is_open_any(const struct wql_sql *q, size_t table, size_t property)
{
    return q->any.is_open && q->any.table == table &&
           q->any.property == property;
}

enum status wql_type_of_property(struct wql_sql *q, uint32_t column,
                                 size_t table, size_t index,
                                 enum wql_type *type_out)
{
    static const enum wql_type types[] = {
        [OBJECT_STRING] = WQL_OF_TEXT,     [OBJECT_INTEGER] = WQL_OF_INTEGER,
        [OBJECT_BOOLEAN] = WQL_OF_BOOLEAN, [OBJECT_DATETIME] = WQL_OF_DATETIME,
        [OBJECT_STRINGS] = WQL_OF_LIST,    [OBJECT_EMBEDDED] = WQL_OF_LIST,
        [OBJECT_DATETIMES] = WQL_OF_LIST,
    };
    const struct object_property *property =
        &q->tables[table].class->properties[index];

    if ((property->flags & OBJECT_LAZY) || property->type == OBJECT_EMBEDDED)
        return wql_sql_fail(q, column,
                            "%s cannot be compared: it is read with its object"
                            " alone",
                            property->name);
    *type_out = types[property->type];
    if (wql_is_open_any(q, table, index))
        *type_out =
            property->type == OBJECT_STRINGS ? WQL_OF_TEXT : WQL_OF_DATETIME;
    return STATUS_OK;
}

enum status wql_find_named(struct wql_sql *q, const struct wql_query *query,
                           const struct wql_expr *expr, size_t *table_out,
                           size_t *property_out)
{
    return wql_find_property(
        q, query, (struct wql_name){expr->qualifier, expr->text, expr->column},
        table_out, property_out);
}

enum status wql_type_of(struct wql_sql *q, const struct wql_query *query,
                        const struct wql_expr *expr, enum wql_type *type_out)
{
    size_t table;
    size_t property;

    switch (expr->kind) {
    case WQL_NAME:
        TRY(wql_find_named(q, query, expr, &table, &property));
        return wql_type_of_property(q, expr->column, table, property, type_out);
    case WQL_CALL:
        return wql_call_type(q, expr, type_out);
    case WQL_INTEGER:
        *type_out = WQL_OF_INTEGER;
        return STATUS_OK;
    case WQL_BOOLEAN:
        *type_out = WQL_OF_BOOLEAN;
        return STATUS_OK;
    case WQL_TEXT:
    case WQL_NULL:
    case WQL_AND:
    case WQL_OR:
    case WQL_NOT:
    case WQL_COMPARE:
    case WQL_LIKE:
    case WQL_IN_LIST:
    case WQL_IN_QUERY:
    case WQL_IS_NULL:
        break;
    }
    *type_out = WQL_OF_TEXT;
    return STATUS_OK;
}

/* ---- Literals, read as what they are compared with (W9) ---- */

static bool read_number(struct text text, int64_t *value_out)
{
    const bool is_negative = text.size > 0 && text.data[0] == '-';
    int64_t value = 0;

    if (text.size == (is_negative ? 1u : 0u))
        return false;
    for (size_t i = is_negative ? 1 : 0; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9' ||
            __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, text.data[i] - '0', &value))
            return false;
    if (!is_negative && __builtin_mul_overflow(value, -1, &value))
        return false;
    *value_out = value;
    return true;
}

static bool read_truth(struct text text, int64_t *value_out)
{
    if (text_equal_nocase(text, TEXT("true")))
        *value_out = 1;
    else if (text_equal_nocase(text, TEXT("false")))
        *value_out = 0;
    else
        return read_number(text, value_out);
    return true;
}

bool wql_read_number(const struct wql_expr *literal, int64_t *value_out)
{
    *value_out = literal->number;
    if (literal->kind == WQL_TEXT)
        return read_number(literal->text, value_out);
    return literal->kind == WQL_INTEGER || literal->kind == WQL_BOOLEAN;
}

static enum status put_number(struct wql_sql *q, const struct wql_expr *literal,
                              enum wql_type type)
{
    int64_t value = literal->number;

    if (literal->kind != WQL_TEXT)
        return wql_put_integer(q, value);
    if (!(type == WQL_OF_BOOLEAN ? read_truth(literal->text, &value)
                                 : read_number(literal->text, &value)))
        return wql_sql_fail(q, literal->column,
                            type == WQL_OF_BOOLEAN ? "true or false is expected"
                                                   : "a number is expected");
    return wql_put_integer(q, value);
}

static enum status put_time(struct wql_sql *q, const struct wql_expr *literal)
{
    int64_t value;

    if (literal->kind != WQL_TEXT ||
        wql_time_read(literal->text, &value) != STATUS_OK)
        return wql_sql_fail(q, literal->column,
                            "a time like \"2026/01/31 12:00:00\" is expected");
    return wql_put_integer(q, value);
}

static enum status put_literal(struct wql_sql *q,
                               const struct wql_expr *literal,
                               enum wql_type type)
{
    if (literal->kind == WQL_NULL)
        return wql_sql_fail(q, literal->column,
                            "NULL is compared by = and <> alone");
    switch (type) {
    case WQL_OF_INTEGER:
    case WQL_OF_BOOLEAN:
        return put_number(q, literal, type);
    case WQL_OF_DATETIME:
        return put_time(q, literal);
    case WQL_OF_TEXT:
    case WQL_OF_LIST:
        break;
    }
    if (literal->kind == WQL_TEXT)
        return wql_put_text(q, literal->text);
    buf_append_string(&q->sql, "CAST(");
    TRY(wql_put_integer(q, literal->number));
    buf_append_string(&q->sql, " AS TEXT)");
    return STATUS_OK;
}

enum status wql_put_value(struct wql_sql *q, const struct wql_query *query,
                          const struct wql_expr *expr, enum wql_type type)
{
    size_t table;
    size_t property;

    if (wql_is_literal(expr))
        return put_literal(q, expr, type);
    if (expr->kind == WQL_CALL)
        return wql_put_call(q, query, expr);
    TRY(wql_find_named(q, query, expr, &table, &property));
    if (!wql_is_open_any(q, table, property))
        wql_put_property(q, table, property);
    else if (q->tables[table].class->properties[property].type ==
             OBJECT_DATETIMES)
        buf_append_string(&q->sql, "unixepoch(j.value)");
    else
        buf_append_string(&q->sql, "j.value");
    return STATUS_OK;
}
