/*
 * What of a query's conditions indexes can answer.
 *
 * Only conditions that WHERE implies as a whole are looked at: below AND any
 * of them, below OR each, below NOT none. They are written once more, beside
 * the condition itself, so what they leave out needs no care here.
 */
#include "provider/object/query/wql_sql.h"

enum { IN_VALUES_MAX = 64 };

/* The property of the table that is tested; texts compare without regard to
 * case anyway. NULL: another value. */
static const struct object_property *tested(struct wql_sql *q,
                                            const struct wql_query *query,
                                            const struct wql_expr *expr,
                                            size_t table)
{
    size_t found;
    size_t property;

    if (expr->kind == WQL_CALL &&
        (text_equal_nocase(expr->text, TEXT("UPPER")) ||
         text_equal_nocase(expr->text, TEXT("LOWER"))))
        expr = expr->first;
    if (!expr || expr->kind != WQL_NAME ||
        wql_find_property(
            q, query,
            (struct wql_name){expr->qualifier, expr->text, expr->column},
            &found, &property) != STATUS_OK ||
        found != table)
        return NULL;
    return &q->tables[table].class->properties[property];
}

/* Can the literal be a value of the property as it is written? */
static bool fits(const struct object_property *property,
                 const struct wql_expr *literal)
{
    int64_t number;

    return property->type == OBJECT_INTEGER ? wql_read_number(literal, &number)
                                            : literal->kind == WQL_TEXT;
}

static struct sought sought_compare(struct wql_sql *q,
                                    const struct wql_query *query,
                                    const struct wql_expr *expr, size_t table)
{
    const struct wql_expr *left = expr->first;
    const struct wql_expr *right = left->next;
    const struct object_property *property;
    int64_t number;

    if (wql_is_literal(left)) {
        left = right;
        right = expr->first;
    }
    property = tested(q, query, left, table);
    if (!property || expr->op != WQL_EQUAL || !wql_is_literal(right))
        return (struct sought){0};
    if (right->kind == WQL_NULL)
        return sought_number(property, true, 0);
    if (!fits(property, right))
        return (struct sought){0};
    if (sought_is_number(property) && wql_read_number(right, &number))
        return sought_number(property, false, number);
    return sought_equal(property, false, right);
}

static struct sought sought_in(struct wql_sql *q, const struct wql_query *query,
                               const struct wql_expr *expr, size_t table)
{
    const struct object_property *property =
        tested(q, query, expr->first, table);
    size_t n = 0;

    if (!property || expr->is_not || sought_is_number(property))
        return (struct sought){0};
    for (const struct wql_expr *e = expr->first->next; e; e = e->next)
        if (!fits(property, e) || ++n > IN_VALUES_MAX)
            return (struct sought){0};
    return sought_equal(property, true, expr->first->next);
}

static struct sought sought_of(struct wql_sql *q, const struct wql_query *query,
                               const struct wql_expr *expr, size_t table);

static struct sought sought_chain(struct wql_sql *q,
                                  const struct wql_query *query,
                                  const struct wql_expr *expr, size_t table)
{
    struct sought all = sought_of(q, query, expr->first, table);

    for (const struct wql_expr *e = expr->first->next; e; e = e->next) {
        const struct sought other = sought_of(q, query, e, table);

        all = expr->kind == WQL_AND ? sought_both(&all, &other)
                                    : sought_either(&all, &other);
    }
    return all;
}

static struct sought sought_of(struct wql_sql *q, const struct wql_query *query,
                               const struct wql_expr *expr, size_t table)
{
    const struct object_property *property;

    switch (expr->kind) {
    case WQL_AND:
    case WQL_OR:
        return sought_chain(q, query, expr, table);
    case WQL_COMPARE:
        return sought_compare(q, query, expr, table);
    case WQL_IN_LIST:
        return sought_in(q, query, expr, table);
    case WQL_LIKE:
        property = tested(q, query, expr->first, table);
        if (property && !expr->is_not)
            return sought_like(property, expr->text, true, expr);
        break;
    case WQL_IS_NULL:
        property = tested(q, query, expr->first, table);
        if (property && !expr->is_not)
            return sought_number(property, true, 0);
        break;
    case WQL_NOT:
    case WQL_IN_QUERY:
    case WQL_NAME:
    case WQL_CALL:
    case WQL_TEXT:
    case WQL_INTEGER:
    case WQL_BOOLEAN:
    case WQL_NULL:
        break;
    }
    return (struct sought){0};
}

/* ---- Parameters ---- */

static enum status take_literal(struct wql_sql *q,
                                const struct object_property *property,
                                const struct wql_expr *literal, int *index_out)
{
    struct wql_value value = {.is_text = property->type != OBJECT_INTEGER,
                              .text = literal->text};

    if (!value.is_text && !wql_read_number(literal, &value.integer))
        return STATUS_INVALID; /* it fits */
    return wql_take_value(q, value, index_out);
}

static enum status take_values(struct wql_sql *q, struct sought_test *test)
{
    const struct wql_expr *literal = test->of;

    if (!literal) /* a number, written out */
        return STATUS_OK;
    if (test->is_prefix)
        return wql_take_value(
            q, (struct wql_value){.is_text = true, .text = test->prefix},
            &test->first);
    TRY(take_literal(q, test->property, literal, &test->first));
    test->last = test->first;
    for (literal = literal->next; literal && test->is_any;
         literal = literal->next)
        TRY(take_literal(q, test->property, literal, &test->last));
    return STATUS_OK;
}

enum status wql_find_sought(struct wql_sql *q, const struct wql_query *query,
                            size_t table, struct sought *sought_out)
{
    struct sought sought;

    if (!query->where || q->is_of_one)
        return STATUS_OK;
    sought = sought_of(q, query, query->where, table);
    if (sought.n == 0 || q->n_values > WQL_VALUES_MAX / 2)
        return STATUS_OK;
    for (size_t i = 0; i < sought.n; i++)
        TRY(take_values(q, &sought.of[i]));
    *sought_out = sought;
    return STATUS_OK;
}

/* ---- Joins ---- */

/* a.ResourceID = b.ResourceID: two columns of one type. */
static void add_tie(struct wql_sql *q, const struct wql_query *query,
                    const struct wql_expr *expr, struct wql_ties *ties)
{
    const struct wql_expr *sides[2] = {expr->first, expr->first->next};
    enum object_property_type types[2];
    struct wql_tie tie;

    if (ties->n == WQL_TIES_MAX)
        return;
    for (size_t i = 0; i < 2; i++) {
        const struct wql_expr *side = sides[i];
        struct wql_side *of = &tie.of[i];

        if (side->kind != WQL_NAME ||
            wql_find_property(
                q, query,
                (struct wql_name){side->qualifier, side->text, side->column},
                &of->table, &of->property) != STATUS_OK)
            return;
        types[i] = q->tables[of->table].class->properties[of->property].type;
    }
    tie.is_text = types[0] == OBJECT_STRING;
    if (types[0] == types[1] && (tie.is_text || types[0] == OBJECT_INTEGER))
        ties->of[ties->n++] = tie;
}

void wql_find_ties(struct wql_sql *q, const struct wql_query *query,
                   const struct wql_expr *on, struct wql_ties *ties)
{
    if (on->kind == WQL_COMPARE && on->op == WQL_EQUAL)
        add_tie(q, query, on, ties);
    for (const struct wql_expr *e = on->first; on->kind == WQL_AND && e;
         e = e->next)
        wql_find_ties(q, query, e, ties);
}
