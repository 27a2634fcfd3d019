/* What OData says otherwise than WQL, as the nodes of WQL. */
#include <stdio.h>
#include <string.h>

#include "provider/wql/odata_private.h"

static void fail(struct odata_parser *p, uint32_t column, const char *why)
{
    wql_fail(&p->tree, column, "%s", why);
}

/* contains() and its like are conditions, and no values. */
static bool is_condition(const struct wql_expr *expr)
{
    return expr->kind == WQL_LIKE;
}

static struct wql_expr *negate(struct odata_parser *p, struct wql_expr *cond)
{
    return wql_new(&p->tree, WQL_NOT, cond->column, cond);
}

/* ---- Literals and names ---- */

/* The text between the quotes, unescaped in place: two quotes are one. */
struct wql_expr *odata_text(struct odata_parser *p, struct wql_token token)
{
    struct wql_expr *expr = wql_new(&p->tree, WQL_TEXT, token.column, NULL);
    char *into = p->tree.wql->text + (token.text.data + 1 - p->tree.begin);
    char *const begin = into;

    if (!expr)
        return NULL;
    for (size_t i = 1; i + 1 < token.text.size; i++) {
        if (token.text.data[i] == '\'')
            i++;
        *into++ = token.text.data[i];
    }
    expr->text = (struct text){begin, (size_t)(into - begin)};
    return expr;
}

/* 2026-01-31T12:00:00.0+01:00 as WQL reads a time with its zone:
 * 20260131120000+060. */
static struct text respell_time(struct odata_parser *p, struct text said)
{
    enum { SHORTEST = sizeof("2026-01-31T12:00") - 1, SPELT_BYTES = 32 };
    char digits[] = "20260131120000";
    const char *zone = said.data + said.size - (sizeof("+01:00") - 1);
    size_t n = 0;
    int minutes = 0;
    char *spelt;

    memset(digits + 8, '0', 6);
    for (size_t i = 0; i < said.size && n < sizeof(digits) - 1; i++) {
        if (said.data[i] >= '0' && said.data[i] <= '9')
            digits[n++] = said.data[i];
        else if (i >= SHORTEST && said.data[i] != ':')
            break;
    }
    if (said.size > SHORTEST && (*zone == '+' || *zone == '-'))
        minutes = (zone[1] - '0') * 600 + (zone[2] - '0') * 60 +
                  (zone[4] - '0') * 10 + (zone[5] - '0');
    else
        zone = "+";
    spelt = wql_take(&p->tree, SPELT_BYTES);
    if (!spelt)
        return said;
    snprintf(spelt, SPELT_BYTES, "%s%c%03d", digits, *zone, minutes);
    return text_of(spelt);
}

struct wql_expr *odata_bare(struct odata_parser *p, struct wql_token token)
{
    struct wql_expr *expr = wql_new(&p->tree, WQL_TEXT, token.column, NULL);
    const bool has_clock =
        memchr(token.text.data, ':', token.text.size) != NULL;

    if (expr)
        expr->text = has_clock ? respell_time(p, token.text) : token.text;
    return expr;
}

struct wql_expr *odata_name(struct odata_parser *p, struct wql_token name)
{
    if (p->variable.text.size && text_equal(name.text, p->variable.text))
        name.text = p->list.text;
    return wql_name(&p->tree, (struct wql_token){0}, name);
}

/* ---- Comparisons ---- */

/* A condition that is compared with true or false. */
static struct wql_expr *compare_truth(struct odata_parser *p,
                                      struct wql_expr *cond,
                                      struct wql_token op,
                                      const struct wql_expr *literal)
{
    const bool is_equal = text_equal_nocase(op.text, TEXT("eq"));

    if (literal->kind != WQL_BOOLEAN ||
        (!is_equal && !text_equal_nocase(op.text, TEXT("ne")))) {
        fail(p, op.column, "a condition is only compared with true or false");
        return NULL;
    }
    return is_equal == (literal->number != 0) ? cond : negate(p, cond);
}

static struct wql_expr *compare_null(struct odata_parser *p,
                                     struct wql_expr *value,
                                     struct wql_token op)
{
    const bool is_equal = text_equal_nocase(op.text, TEXT("eq"));

    if (!is_equal && !text_equal_nocase(op.text, TEXT("ne"))) {
        fail(p, op.column, "null is compared by eq and ne alone");
        return NULL;
    }
    return wql_is_null(&p->tree, value, !is_equal);
}

static struct text sign_of(struct text word)
{
    static const struct {
        const char *word;
        const char *sign;
    } operators[] = {
        {"eq", "="},  {"ne", "<>"}, {"gt", ">"},
        {"ge", ">="}, {"lt", "<"},  {"le", "<="},
    };

    for (size_t i = 0; i < ARRAY_SIZE(operators); i++)
        if (text_equal_nocase(word, text_of(operators[i].word)))
            return text_of(operators[i].sign);
    return TEXT("");
}

struct wql_expr *odata_compare(struct odata_parser *p, struct wql_expr *left,
                               struct wql_token op, struct wql_expr *right)
{
    if (!left || !right)
        return NULL;
    if (is_condition(left))
        return compare_truth(p, left, op, right);
    if (is_condition(right))
        return compare_truth(p, right, op, left);
    if (right->kind == WQL_NULL)
        return compare_null(p, left, op);
    if (left->kind == WQL_NULL)
        return compare_null(p, right, op);
    return wql_compare(&p->tree, left,
                       (struct wql_token){sign_of(op.text), op.column}, right);
}

struct wql_expr *odata_in(struct odata_parser *p, struct wql_expr *value,
                          struct wql_list list)
{
    if (value && is_condition(value)) {
        fail(p, value->column, "a condition is in no list");
        return NULL;
    }
    return wql_in(&p->tree, value, false, list, NULL);
}

struct wql_expr *odata_truth(struct odata_parser *p, struct wql_expr *value)
{
    struct wql_expr *yes;

    if (!value || is_condition(value))
        return value;
    if (value->kind != WQL_NAME) {
        fail(p, value->column, "a condition is expected, such as Name eq 'x'");
        return NULL;
    }
    yes = wql_new(&p->tree, WQL_BOOLEAN, value->column, NULL);
    if (!yes)
        return NULL;
    yes->number = 1;
    return wql_compare(&p->tree, value,
                       (struct wql_token){TEXT("="), value->column}, yes);
}

/* ---- Entries of lists ---- */

void odata_any_begin(struct odata_parser *p, struct wql_token list,
                     struct wql_token variable)
{
    if (p->variable.text.size)
        fail(p, list.column, "any() within any() is not supported");
    p->list = list;
    p->variable = variable;
}

static bool is_entry(const struct odata_parser *p, const struct wql_expr *value)
{
    while (value->kind == WQL_CALL && value->first)
        value = value->first;
    return value->kind == WQL_NAME && value->text.data == p->list.text.data;
}

/* One test of the entry, and of nothing else. */
static bool is_about_entry(const struct odata_parser *p,
                           const struct wql_expr *test)
{
    switch (test->kind) {
    case WQL_COMPARE:
        return is_entry(p, test->first) &&
               test->first->next->kind != WQL_NAME &&
               test->first->next->kind != WQL_CALL;
    case WQL_LIKE:
    case WQL_IN_LIST:
        return is_entry(p, test->first);
    case WQL_AND:
    case WQL_OR:
    case WQL_NOT:
    case WQL_IN_QUERY:
    case WQL_IS_NULL:
    case WQL_NAME:
    case WQL_CALL:
    case WQL_TEXT:
    case WQL_INTEGER:
    case WQL_BOOLEAN:
    case WQL_NULL:
        break;
    }
    return false;
}

/* A test of a list holds if it does for any entry (W8), hence for one of
 * several such tests; several at once would be of several entries. */
struct wql_expr *odata_any_end(struct odata_parser *p, struct wql_expr *cond)
{
    const struct wql_expr *test =
        cond && cond->kind == WQL_OR ? cond->first : cond;
    const struct wql_expr *const end =
        cond && cond->kind != WQL_OR ? cond->next : NULL;

    for (; test && test != end; test = test->next)
        if (!is_about_entry(p, test)) {
            fail(p, test->column,
                 "of an entry of a list one thing can be asked, or one of "
                 "several by or");
            return NULL;
        }
    p->variable = (struct wql_token){0};
    return cond;
}

struct wql_expr *odata_any_at_all(struct odata_parser *p, struct wql_token list)
{
    return wql_is_null(&p->tree, odata_name(p, list), true);
}

/* ---- Functions ---- */

enum call {
    CALL_CONTAINS = 0,
    CALL_STARTS,
    CALL_ENDS,
    CALL_WITHIN, /* 'x' in a value: of the second version */
    CALL_RENAMED,
    CALL_SUBSTRING,
    CALL_PART,
};

struct function {
    const char *name;
    enum call call;
    const char *wql; /* of the same meaning, or the part of a date */
};

static const struct function functions[] = {
    {"contains", CALL_CONTAINS, NULL},  {"startswith", CALL_STARTS, NULL},
    {"endswith", CALL_ENDS, NULL},      {"substringof", CALL_WITHIN, NULL},
    {"tolower", CALL_RENAMED, "LOWER"}, {"toupper", CALL_RENAMED, "UPPER"},
    {"now", CALL_RENAMED, "GETDATE"},   {"substring", CALL_SUBSTRING, NULL},
    {"year", CALL_PART, "year"},        {"month", CALL_PART, "month"},
    {"day", CALL_PART, "day"},          {"hour", CALL_PART, "hour"},
    {"minute", CALL_PART, "minute"},    {"second", CALL_PART, "second"},
};

static const struct function *find_function(struct text name)
{
    for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
        if (text_equal_nocase(name, text_of(functions[i].name)))
            return &functions[i];
    return NULL;
}

/* The text as a pattern that nothing else matches. */
static struct text escape(struct odata_parser *p, struct text text,
                          const char *before, const char *after)
{
    char *const begin = wql_take(&p->tree, 3 * text.size + 3);
    char *at = begin;

    if (!begin)
        return text;
    at = stpcpy(at, before);
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] && strchr("%_[", text.data[i])) {
            *at++ = '[';
            *at++ = text.data[i];
            *at++ = ']';
        } else {
            *at++ = text.data[i];
        }
    at = stpcpy(at, after);
    return (struct text){begin, (size_t)(at - begin)};
}

static struct wql_expr *make_like(struct odata_parser *p, enum call call,
                                  struct wql_expr *value,
                                  struct wql_expr *pattern)
{
    if (call == CALL_WITHIN)
        return make_like(p, CALL_CONTAINS, pattern, value);
    if (pattern->kind != WQL_TEXT) {
        fail(p, pattern->column, "a text in single quotes is expected");
        return NULL;
    }
    value->next = NULL;
    pattern->text = escape(p, pattern->text, call == CALL_STARTS ? "" : "%",
                           call == CALL_ENDS ? "" : "%");
    return wql_like(&p->tree, value, false, pattern);
}

/* From 0 on there, from 1 on here. */
static struct wql_expr *make_substring(struct odata_parser *p,
                                       struct wql_token name,
                                       struct wql_list arguments)
{
    struct wql_expr *from = arguments.first->next;
    struct wql_expr *size = from->next;

    if (!size) {
        size = wql_new(&p->tree, WQL_INTEGER, name.column, NULL);
        if (!size)
            return NULL;
        size->number = INT32_MAX;
        arguments = wql_append(arguments, size);
    }
    if (from->kind != WQL_INTEGER || size->kind != WQL_INTEGER ||
        from->number < 0 || from->number >= INT32_MAX || size->number < 0) {
        fail(p, from->column, "whole numbers from 0 on are expected");
        return NULL;
    }
    from->number++;
    name.text = TEXT("SUBSTRING");
    return wql_call(&p->tree, name, arguments);
}

static struct wql_expr *make_part(struct odata_parser *p, struct wql_token name,
                                  struct text part, struct wql_list arguments)
{
    struct wql_expr *which = wql_name(&p->tree, (struct wql_token){0},
                                      (struct wql_token){part, name.column});
    struct wql_list list = wql_append((struct wql_list){0}, which);

    name.text = TEXT("DATEPART");
    return which ? wql_call(&p->tree, name, wql_append(list, arguments.first))
                 : NULL;
}

static struct wql_expr *call_of(struct odata_parser *p,
                                const struct function *function,
                                struct wql_token name,
                                struct wql_list arguments)
{
    switch (function->call) {
    case CALL_CONTAINS:
    case CALL_STARTS:
    case CALL_ENDS:
    case CALL_WITHIN:
        return make_like(p, function->call, arguments.first,
                         arguments.first->next);
    case CALL_RENAMED:
        name.text = text_of(function->wql);
        return wql_call(&p->tree, name, arguments);
    case CALL_SUBSTRING:
        return make_substring(p, name, arguments);
    case CALL_PART:
        return make_part(p, name, text_of(function->wql), arguments);
    }
    return NULL;
}

/* The last argument may be left out of substring() alone. */
static bool has_arguments(const struct function *function,
                          struct wql_list arguments)
{
    size_t most = 2, least = 2, n = 0;

    if (function->call == CALL_RENAMED || function->call == CALL_PART)
        most = least = strcmp(function->name, "now") != 0;
    if (function->call == CALL_SUBSTRING)
        most = 3;
    for (const struct wql_expr *e = arguments.first; e; e = e->next)
        n++;
    return n >= least && n <= most;
}

struct wql_expr *odata_call(struct odata_parser *p, struct wql_token name,
                            struct wql_list arguments)
{
    const struct function *function = find_function(name.text);

    for (const struct wql_expr *e = arguments.first; e; e = e->next)
        if (is_condition(e))
            fail(p, e->column, "a condition is no argument");
    if (!function)
        wql_fail(&p->tree, name.column,
                 "there is no function \"%.*s\"; there are contains, "
                 "startswith, endswith, tolower, toupper, substring, now, "
                 "year, month, day, hour, minute and second",
                 (int)(name.text.size < 40 ? name.text.size : 40),
                 name.text.data);
    else if (!has_arguments(function, arguments))
        wql_fail(&p->tree, name.column, "%s has another number of arguments",
                 function->name);
    if (p->tree.status != STATUS_OK)
        return NULL;
    return call_of(p, function, name, arguments);
}
