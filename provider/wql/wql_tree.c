#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/wql/wql_private.h"

void wql_free(struct wql *wql)
{
    if (!wql)
        return;
    free(wql->text);
    free(wql->block);
    free(wql);
}

enum status wql_make(struct text text, struct wql **wql_out)
{
    OWNED(wql) wql = calloc(1, sizeof(*wql));

    if (!wql)
        return STATUS_NO_MEMORY;
    wql->size = (text.size + 8) * sizeof(struct wql_expr);
    wql->text = text_dup(text);
    wql->block = calloc(1, wql->size);
    if (!wql->text || !wql->block)
        return STATUS_NO_MEMORY;
    *wql_out = TAKE(wql);
    return STATUS_OK;
}

const struct wql_query *wql_query(const struct wql *wql)
{
    return wql->query;
}

void wql_fail(struct wql_parser *p, uint32_t column, const char *format, ...)
{
    va_list args;

    if (p->status != STATUS_OK)
        return;
    p->status = STATUS_INVALID;
    p->problem->column = column;
    va_start(args, format);
    vsnprintf(p->problem->why, sizeof(p->problem->why), format, args);
    va_end(args);
}

/* ---- The tree ---- */

void *wql_take(struct wql_parser *p, size_t size)
{
    struct wql *wql = p->wql;
    const size_t whole = (size + 15) / 16 * 16;
    void *taken = wql->block + wql->used;

    if (p->status != STATUS_OK)
        return NULL;
    if (++p->n_terms > 4 * WQL_MAX_TERMS || wql->size - wql->used < whole) {
        wql_fail(p, 1, "the query is too long");
        return NULL;
    }
    wql->used += whole;
    return taken;
}

static bool is_too_deep(struct wql_parser *p, uint32_t depth, uint32_t column)
{
    if (depth > WQL_MAX_DEPTH)
        wql_fail(p, column, "the query is nested too deeply");
    return depth > WQL_MAX_DEPTH;
}

struct wql_list wql_append(struct wql_list list, struct wql_expr *expr)
{
    if (!expr)
        return list;
    if (list.last)
        list.last->next = expr;
    else
        list.first = expr;
    list.last = expr;
    return list;
}

static struct wql_expr *new_of(struct wql_parser *p, enum wql_kind kind,
                               uint32_t column, struct wql_list list)
{
    struct wql_expr *expr = wql_take(p, sizeof(*expr));

    if (!expr)
        return NULL;
    expr->kind = kind;
    expr->column = column;
    expr->first = list.first;
    expr->last = list.last;
    for (const struct wql_expr *e = list.first; e; e = e->next)
        if (e->depth >= expr->depth)
            expr->depth = e->depth + 1;
    return is_too_deep(p, expr->depth, column) ? NULL : expr;
}

struct wql_expr *wql_new(struct wql_parser *p, enum wql_kind kind,
                         uint32_t column, struct wql_expr *first)
{
    return new_of(p, kind, column, (struct wql_list){first, first});
}

/* Flattens A AND B AND C into one node of three. */
struct wql_expr *wql_chain(struct wql_parser *p, enum wql_kind kind,
                           struct wql_expr *left, struct wql_expr *right)
{
    struct wql_list list = {left, left};

    if (!left || !right)
        return NULL;
    if (left->kind != kind)
        return new_of(p, kind, left->column, wql_append(list, right));
    list = wql_append((struct wql_list){left->first, left->last}, right);
    left->last = list.last;
    if (right->depth >= left->depth)
        left->depth = right->depth + 1;
    return is_too_deep(p, left->depth, right->column) ? NULL : left;
}

struct wql_expr *wql_compare(struct wql_parser *p, struct wql_expr *left,
                             struct wql_token op, struct wql_expr *right)
{
    static const struct {
        const char *sign;
        enum wql_operator op;
    } operators[] = {
        {"=", WQL_EQUAL},          {"<>", WQL_UNEQUAL},    {"!=", WQL_UNEQUAL},
        {"<", WQL_LESS},           {"<=", WQL_LESS_EQUAL}, {">", WQL_GREATER},
        {">=", WQL_GREATER_EQUAL},
    };
    const struct wql_list list = {left, left};
    struct wql_expr *expr = left && right ? new_of(p, WQL_COMPARE, left->column,
                                                   wql_append(list, right))
                                          : NULL;

    for (size_t i = 0; expr && i < ARRAY_SIZE(operators); i++)
        if (text_equal(op.text, text_of(operators[i].sign)))
            expr->op = operators[i].op;
    return expr;
}

/* The text between the quotes, unescaped in place. */
static struct text read_quoted(struct wql_parser *p, struct text quoted)
{
    char *into = p->wql->text + (quoted.data + 1 - p->begin);
    char *const begin = into;

    for (size_t i = 1; i + 1 < quoted.size; i++) {
        const char c = quoted.data[i];
        const char next = i + 2 < quoted.size ? quoted.data[i + 1] : '\0';

        if (c == '\\' && (next == '\\' || next == '"' || next == '\''))
            i++;
        *into++ = quoted.data[i];
    }
    return (struct text){begin, (size_t)(into - begin)};
}

struct wql_expr *wql_like(struct wql_parser *p, struct wql_expr *left,
                          bool is_not, struct wql_expr *pattern)
{
    struct wql_expr *expr =
        left && pattern ? wql_new(p, WQL_LIKE, left->column, left) : NULL;

    if (!expr)
        return NULL;
    expr->is_not = is_not;
    expr->text = pattern->text;
    return expr;
}

struct wql_expr *wql_in(struct wql_parser *p, struct wql_expr *left,
                        bool is_not, struct wql_list list,
                        struct wql_query *query)
{
    struct wql_list all = {left, left};
    struct wql_expr *expr;

    if (!left || (!query && !list.first))
        return NULL;
    if (!query) {
        left->next = list.first;
        all.last = list.last;
    }
    expr = new_of(p, query ? WQL_IN_QUERY : WQL_IN_LIST, left->column, all);
    if (!expr)
        return NULL;
    expr->is_not = is_not;
    expr->query = query;
    if (query && query->depth >= expr->depth)
        expr->depth = query->depth + 1;
    return is_too_deep(p, expr->depth, expr->column) ? NULL : expr;
}

struct wql_expr *wql_is_null(struct wql_parser *p, struct wql_expr *left,
                             bool is_not)
{
    struct wql_expr *expr =
        left ? wql_new(p, WQL_IS_NULL, left->column, left) : NULL;

    if (expr)
        expr->is_not = is_not;
    return expr;
}

/* W3: system properties cannot be queried. */
static void check_name(struct wql_parser *p, struct wql_token name)
{
    if (name.text.size > 2 && memcmp(name.text.data, "__", 2) == 0)
        wql_fail(p, name.column,
                 "\"%.*s\" is a system property: it cannot be queried",
                 (int)(name.text.size < 60 ? name.text.size : 60),
                 name.text.data);
}

struct wql_expr *wql_name(struct wql_parser *p, struct wql_token qualifier,
                          struct wql_token name)
{
    struct wql_expr *expr =
        wql_new(p, WQL_NAME,
                qualifier.text.size ? qualifier.column : name.column, NULL);

    check_name(p, name);
    if (!expr)
        return NULL;
    expr->qualifier = qualifier.text;
    expr->text = name.text;
    return expr;
}

struct wql_expr *wql_call(struct wql_parser *p, struct wql_token name,
                          struct wql_list arguments)
{
    struct wql_expr *expr = new_of(p, WQL_CALL, name.column, arguments);

    if (expr)
        expr->text = name.text;
    return expr;
}

struct wql_expr *wql_text_of(struct wql_parser *p, struct wql_token token)
{
    struct wql_expr *expr = wql_new(p, WQL_TEXT, token.column, NULL);

    if (expr)
        expr->text = read_quoted(p, token.text);
    return expr;
}

/* ##PRM:name## */
static struct text prompt_name(struct text token)
{
    const size_t head = sizeof("##PRM:") - 1;
    const size_t tail = sizeof("##") - 1;

    return (struct text){token.data + head, token.size - head - tail};
}

struct wql_expr *wql_prompted(struct wql_parser *p, struct wql_token token)
{
    const struct text name = prompt_name(token.text);
    struct wql_expr *expr = wql_new(p, WQL_TEXT, token.column, NULL);

    for (size_t i = 0; expr && p->prompts && i < p->prompts->n; i++)
        if (text_equal_nocase(p->prompts->of[i].name, name)) {
            expr->text = p->prompts->of[i].value;
            return expr;
        }
    wql_fail(p, token.column,
             "the value of \"%.*s\" that is prompted for here must be given",
             (int)(name.size < 80 ? name.size : 80), name.data);
    return NULL;
}

struct wql_expr *wql_integer(struct wql_parser *p, struct wql_token token)
{
    struct wql_expr *expr = wql_new(p, WQL_INTEGER, token.column, NULL);
    const bool is_negative = token.text.data[0] == '-';
    int64_t value = 0;

    if (!expr)
        return NULL;
    for (size_t i = 0; i < token.text.size; i++)
        if (token.text.data[i] >= '0' && token.text.data[i] <= '9' &&
            (__builtin_mul_overflow(value, 10, &value) ||
             __builtin_sub_overflow(value, token.text.data[i] - '0', &value)))
            wql_fail(p, token.column, "the number is out of range");
    if (!is_negative && __builtin_mul_overflow(value, -1, &value))
        wql_fail(p, token.column, "the number is out of range");
    expr->number = value;
    return expr;
}

struct wql_expr *wql_boolean(struct wql_parser *p, struct wql_token token,
                             bool value)
{
    struct wql_expr *expr = wql_new(p, WQL_BOOLEAN, token.column, NULL);

    if (expr)
        expr->number = value;
    return expr;
}

/* ---- The query ---- */

void wql_check_count(struct wql_parser *p, struct wql_token name)
{
    if (!text_equal_nocase(name.text, TEXT("COUNT")))
        wql_fail(p, name.column,
                 "only COUNT can be selected besides properties");
}

struct wql_item *wql_item(struct wql_parser *p, struct wql_token qualifier,
                          struct wql_token name, bool is_descending)
{
    struct wql_item *item = wql_take(p, sizeof(*item));

    check_name(p, name);
    if (!item)
        return NULL;
    *item = (struct wql_item){
        .qualifier = qualifier.text,
        .name = name.text,
        .is_descending = is_descending,
        .column = qualifier.text.size ? qualifier.column : name.column,
    };
    return item;
}

struct wql_item *wql_item_append(struct wql_item *list, struct wql_item *item)
{
    struct wql_item *at = list;

    if (!list)
        return item;
    while (at->next)
        at = at->next;
    at->next = item;
    return list;
}

struct wql_source *wql_source(struct wql_parser *p, struct wql_token name,
                              struct wql_token alias)
{
    struct wql_source *source = wql_take(p, sizeof(*source));

    if (source)
        *source = (struct wql_source){.class_name = name.text,
                                      .alias = alias.text,
                                      .column = name.column};
    return source;
}

struct wql_source *wql_join(struct wql_parser *p, struct wql_source *list,
                            enum wql_join join, struct wql_source *source,
                            struct wql_expr *on)
{
    struct wql_source *at = list;

    if (p->status != STATUS_OK || !list || !source || !on)
        return NULL;
    source->join = join;
    source->on = on;
    while (at->next)
        at = at->next;
    at->next = source;
    return list;
}

struct wql_query *wql_select(struct wql_parser *p, const struct wql_parts *of)
{
    struct wql_query *query = wql_take(p, sizeof(*query));

    if (!query)
        return NULL;
    *query = (struct wql_query){
        .is_distinct = of->is_distinct,
        .items = of->items,
        .sources = of->sources,
        .where = of->where,
        .order = of->order,
        .column = of->at.column,
        .depth = of->where ? of->where->depth : 0,
    };
    for (const struct wql_source *s = of->sources; s; s = s->next)
        if (s->on && s->on->depth > query->depth)
            query->depth = s->on->depth;
    return query;
}
