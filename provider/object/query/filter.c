/*
 * Filters of lists: read by a small parser, written as SQL whose names come
 * from the class's description and whose values are parameters (T72).
 *
 *     filter := both { OR both }
 *     both   := test { AND test }
 *     test   := NOT test | '(' filter ')' | name op value
 *             | name [NOT] LIKE text | name IS [NOT] NULL
 *     op     := = | != | <> | < | <= | > | >=
 *     value  := text | number | TRUE | FALSE
 *     text   := '...' with '' for a quote
 *
 * Texts compare without regard to the case of ASCII letters. A test on what is
 * not set is false, and so is its NOT only by way of IS NULL: SQL's rule.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/datetime.h"
#include "provider/object/object_private.h"

enum { FILTER_SQL_MAX_BYTES = 48 * 1024, VALUE_BYTES_MAX = 512 };

enum token_kind {
    TOKEN_END = 0,
    TOKEN_BAD,
    TOKEN_NAME,
    TOKEN_TEXT,
    TOKEN_NUMBER,
    TOKEN_OPERATOR,
    TOKEN_OPEN,
    TOKEN_CLOSE,
};

struct token {
    enum token_kind kind;
    struct text text; /* of a text: what stands between its quotes */
};

struct parser {
    const struct object_class *class;
    struct text in;
    size_t at;
    struct token token; /* the one looked at */
    int depth;
    int first;
    struct filter *filter;
};

void filter_clear(struct filter *filter)
{
    buf_free(&filter->sql);
    buf_free(&filter->scratch);
}

static enum status fail(struct parser *p, const char *why)
{
    if (p->filter->why[0] == '\0')
        snprintf(p->filter->why, sizeof(p->filter->why), "%s at byte %zu", why,
                 p->at);
    return STATUS_INVALID;
}

/* ---- Tokens ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char peek(const struct parser *p, size_t ahead)
{
    return p->at + ahead < p->in.size ? p->in.data[p->at + ahead] : '\0';
}

static void take(struct parser *p, enum token_kind kind, size_t size)
{
    p->token = (struct token){kind, {p->in.data + p->at, size}};
    p->at += size;
}

static void take_text(struct parser *p)
{
    size_t size = 1;

    for (;; size++) {
        if (p->at + size >= p->in.size) {
            p->token = (struct token){TOKEN_BAD, {0}};
            return;
        }
        if (peek(p, size) != '\'')
            continue;
        if (peek(p, size + 1) != '\'')
            break;
        size++;
    }
    take(p, TOKEN_TEXT, size + 1);
    p->token.text.data++;
    p->token.text.size -= 2;
}

static void take_operator(struct parser *p)
{
    static const char *const operators[] = {
        "<=", ">=", "<>", "!=", "=", "<", ">"};

    for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
        const size_t size = strlen(operators[i]);

        if (p->in.size - p->at >= size &&
            memcmp(p->in.data + p->at, operators[i], size) == 0) {
            take(p, TOKEN_OPERATOR, size);
            return;
        }
    }
    p->token = (struct token){TOKEN_BAD, {0}};
}

static void next(struct parser *p)
{
    size_t size = 1;
    char c;

    while (p->at < p->in.size && strchr(" \t\r\n", peek(p, 0)) &&
           peek(p, 0) != '\0')
        p->at++;
    c = peek(p, 0);
    if (p->at == p->in.size) {
        p->token = (struct token){TOKEN_END, {0}};
    } else if (is_letter(c)) {
        while (is_letter(peek(p, size)) || is_digit(peek(p, size)))
            size++;
        take(p, TOKEN_NAME, size);
    } else if (is_digit(c) || (c == '-' && is_digit(peek(p, 1)))) {
        while (is_digit(peek(p, size)))
            size++;
        take(p, TOKEN_NUMBER, size);
    } else if (c == '\'') {
        take_text(p);
    } else if (c == '(' || c == ')') {
        take(p, c == '(' ? TOKEN_OPEN : TOKEN_CLOSE, 1);
    } else {
        take_operator(p);
    }
}

static bool is_word(const struct parser *p, const char *word)
{
    return p->token.kind == TOKEN_NAME &&
           text_equal_nocase(p->token.text, text_of(word));
}

static bool skip_word(struct parser *p, const char *word)
{
    if (!is_word(p, word))
        return false;
    next(p);
    return true;
}

/* ---- Values ---- */

static enum status add_value(struct parser *p, struct filter_value value)
{
    struct filter *filter = p->filter;

    if (filter->n_values == FILTER_MAX_TERMS)
        return fail(p, "too many terms");
    filter->values[filter->n_values] = value;
    buf_append_format(&filter->sql, "?%d", p->first + (int)filter->n_values);
    filter->n_values++;
    return STATUS_OK;
}

static enum status read_number(struct parser *p, int64_t *value_out)
{
    const struct text text = p->token.text;
    const bool is_negative = text.data[0] == '-';
    int64_t value = 0;

    for (size_t i = is_negative ? 1 : 0; i < text.size; i++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, text.data[i] - '0', &value))
            return fail(p, "number out of range");
    if (!is_negative && __builtin_mul_overflow(value, -1, &value))
        return fail(p, "number out of range");
    *value_out = value;
    return STATUS_OK;
}

/* The text with '' read as one quote, kept until the filter goes. */
static enum status add_text(struct parser *p, struct text quoted)
{
    struct filter *filter = p->filter;
    const size_t begin = filter->scratch.size;

    if (quoted.size > VALUE_BYTES_MAX)
        return fail(p, "text too long");
    for (size_t i = 0; i < quoted.size; i++) {
        buf_append_char(&filter->scratch, quoted.data[i]);
        if (quoted.data[i] == '\'')
            i++;
    }
    if (filter->n_values < FILTER_MAX_TERMS)
        filter->value_at[filter->n_values] = begin;
    return add_value(
        p, (struct filter_value){.is_text = true,
                                 .text = {NULL, filter->scratch.size - begin}});
}

static enum status read_value_of(struct parser *p,
                                 const struct object_property *property)
{
    struct filter_value value = {0};
    const struct token token = p->token;

    switch (property->type) {
    case OBJECT_STRING:
        if (token.kind != TOKEN_TEXT)
            return fail(p, "a text in single quotes is expected");
        TRY(add_text(p, token.text));
        break;
    case OBJECT_DATETIME:
        if (token.kind != TOKEN_TEXT ||
            datetime_read(token.text, &value.integer) != STATUS_OK)
            return fail(p, "a time like '2026-01-31T12:00:00Z' is expected");
        TRY(add_value(p, value));
        break;
    case OBJECT_BOOLEAN:
        value.integer = is_word(p, "TRUE");
        if (!value.integer && !is_word(p, "FALSE")) {
            if (token.kind != TOKEN_NUMBER)
                return fail(p, "TRUE or FALSE is expected");
            TRY(read_number(p, &value.integer));
        }
        TRY(add_value(p, value));
        break;
    case OBJECT_INTEGER:
        if (token.kind != TOKEN_NUMBER)
            return fail(p, "a number is expected");
        TRY(read_number(p, &value.integer));
        TRY(add_value(p, value));
        break;
    case OBJECT_STRINGS:
    case OBJECT_EMBEDDED:
        return fail(p, "a list cannot be compared");
    }
    next(p);
    return STATUS_OK;
}

/* ---- The grammar ---- */

static enum status read_null(struct parser *p,
                             const struct object_property *property)
{
    const bool is_not = skip_word(p, "NOT");

    if (!skip_word(p, "NULL"))
        return fail(p, "NULL is expected");
    object_property_put(property, &p->filter->sql);
    buf_append_string(&p->filter->sql, is_not ? " IS NOT NULL" : " IS NULL");
    return STATUS_OK;
}

/* A null is neither like nor unlike anything: the test stays unknown. */
static enum status read_like(struct parser *p,
                             const struct object_property *property,
                             bool is_not)
{
    if (property->type != OBJECT_STRING || p->token.kind != TOKEN_TEXT)
        return fail(p, "LIKE compares texts");
    buf_append_string(&p->filter->sql,
                      is_not ? "(NOT CASE WHEN " : "(CASE WHEN ");
    object_property_put(property, &p->filter->sql);
    buf_append_string(&p->filter->sql, " IS NOT NULL THEN sms_like(");
    TRY(read_value_of(p, property));
    buf_append_string(&p->filter->sql, ", ");
    object_property_put(property, &p->filter->sql);
    buf_append_string(&p->filter->sql, ") END)");
    return STATUS_OK;
}

static enum status read_comparison(struct parser *p,
                                   const struct object_property *property)
{
    const struct text sign = p->token.text;

    if (p->token.kind != TOKEN_OPERATOR)
        return fail(p, "a comparison is expected");
    next(p);
    object_property_put(property, &p->filter->sql);
    buf_append_char(&p->filter->sql, ' ');
    buf_append_text(&p->filter->sql, sign);
    buf_append_char(&p->filter->sql, ' ');
    TRY(read_value_of(p, property));
    if (property->type == OBJECT_STRING)
        buf_append_string(&p->filter->sql, " COLLATE NOCASE");
    return STATUS_OK;
}

static enum status read_term(struct parser *p)
{
    const struct object_property *property;
    const int index = p->token.kind == TOKEN_NAME
                          ? object_property_index(p->class, p->token.text)
                          : -1;

    if (p->token.kind != TOKEN_NAME)
        return fail(p, "a property is expected");
    if (index < 0)
        return fail(p, "unknown property");
    property = &p->class->properties[index];
    if ((property->flags & OBJECT_LAZY) || property->type == OBJECT_STRINGS ||
        property->type == OBJECT_EMBEDDED)
        return fail(p, "this property cannot be compared");
    next(p);
    if (skip_word(p, "IS"))
        return read_null(p, property);
    if (skip_word(p, "LIKE"))
        return read_like(p, property, false);
    if (skip_word(p, "NOT")) {
        if (!skip_word(p, "LIKE"))
            return fail(p, "LIKE is expected");
        return read_like(p, property, true);
    }
    return read_comparison(p, property);
}

static enum status read_filter(struct parser *p);

static enum status read_inner(struct parser *p)
{
    if (skip_word(p, "NOT")) {
        buf_append_string(&p->filter->sql, "NOT (");
        TRY(read_inner(p));
        buf_append_char(&p->filter->sql, ')');
        return STATUS_OK;
    }
    if (p->token.kind != TOKEN_OPEN)
        return read_term(p);
    next(p);
    buf_append_char(&p->filter->sql, '(');
    TRY(read_filter(p));
    if (p->token.kind != TOKEN_CLOSE)
        return fail(p, "')' is expected");
    next(p);
    buf_append_char(&p->filter->sql, ')');
    return STATUS_OK;
}

static enum status read_test(struct parser *p)
{
    enum status status;

    if (++p->depth > FILTER_MAX_DEPTH)
        return fail(p, "nested too deeply");
    status = read_inner(p);
    p->depth--;
    return status;
}

static enum status read_both(struct parser *p)
{
    TRY(read_test(p));
    while (skip_word(p, "AND")) {
        buf_append_string(&p->filter->sql, " AND ");
        TRY(read_test(p));
    }
    return STATUS_OK;
}

static enum status read_filter(struct parser *p)
{
    TRY(read_both(p));
    while (skip_word(p, "OR")) {
        buf_append_string(&p->filter->sql, " OR ");
        TRY(read_both(p));
    }
    return STATUS_OK;
}

/* The scratch has stopped moving: values can point into it. */
static void settle_values(struct filter *filter)
{
    const char *data = buf_text(&filter->scratch).data;

    for (size_t i = 0; i < filter->n_values; i++)
        if (filter->values[i].is_text)
            filter->values[i].text.data =
                data ? data + filter->value_at[i] : "";
}

enum status filter_read(const struct object_class *class, struct text text,
                        int first, struct filter *filter_out)
{
    struct parser p = {
        .class = class, .in = text, .first = first, .filter = filter_out};

    *filter_out = (struct filter){.sql = buf_make(FILTER_SQL_MAX_BYTES),
                                  .scratch = buf_make(FILTER_MAX_BYTES)};
    if (text.size > FILTER_MAX_BYTES)
        return fail(&p, "the filter is too long");
    next(&p);
    if (p.token.kind == TOKEN_END)
        return STATUS_OK;
    TRY(read_filter(&p));
    if (p.token.kind != TOKEN_END)
        return fail(&p, "AND, OR or the end is expected");
    TRY(buf_status(&filter_out->sql));
    TRY(buf_status(&filter_out->scratch));
    settle_values(filter_out);
    return STATUS_OK;
}
