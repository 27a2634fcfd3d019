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
 * Texts compare without regard to the case of ASCII letters. A test of a list
 * is true if it is true of any entry. A test on what is not set is false, and
 * so is its NOT only by way of IS NULL: SQL's rule.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/datetime.h"
#include "provider/object/query/any_sql.h"
#include "provider/object/query/sought_sql.h"

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
    buf_free(&filter->sought);
    buf_free(&filter->probe);
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
    case OBJECT_STRINGS:
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
    case OBJECT_EMBEDDED:
    case OBJECT_DATETIMES:
        return fail(p, "this list cannot be compared");
    }
    next(p);
    return STATUS_OK;
}

/* ---- Tests ---- */

/* What is tested: the property, or each entry of a list. */
static void put_tested(struct parser *p, const struct object_property *property)
{
    if (property->type == OBJECT_STRINGS)
        buf_append_string(&p->filter->sql, "j.value");
    else
        object_property_put(property, &p->filter->sql);
}

static void begin_any(struct parser *p, const struct object_property *property)
{
    if (property->type != OBJECT_STRINGS)
        return;
    any_put_begin(&p->filter->sql);
    object_property_put(property, &p->filter->sql);
    any_put_entry(&p->filter->sql);
}

static void end_any(struct parser *p, const struct object_property *property)
{
    if (property->type == OBJECT_STRINGS)
        any_put_end(&p->filter->sql);
}

static enum status read_null(struct parser *p,
                             const struct object_property *property,
                             struct sought *sought)
{
    const bool is_not = skip_word(p, "NOT");

    if (!skip_word(p, "NULL"))
        return fail(p, "NULL is expected");
    object_property_put(property, &p->filter->sql);
    buf_append_string(&p->filter->sql, is_not ? " IS NOT NULL" : " IS NULL");
    if (!is_not)
        *sought = sought_number(property, true, 0);
    return STATUS_OK;
}

/* A null is neither like nor unlike anything: the test stays unknown. */
static enum status read_like(struct parser *p,
                             const struct object_property *property,
                             bool is_not, struct sought *sought)
{
    const size_t n = p->filter->n_values;
    const size_t begin = p->filter->scratch.size;

    if ((property->type != OBJECT_STRING && property->type != OBJECT_STRINGS) ||
        p->token.kind != TOKEN_TEXT)
        return fail(p, "LIKE compares texts");
    begin_any(p, property);
    buf_append_string(&p->filter->sql,
                      is_not ? "(NOT CASE WHEN " : "(CASE WHEN ");
    put_tested(p, property);
    buf_append_string(&p->filter->sql, " IS NOT NULL THEN sms_like(");
    TRY(read_value_of(p, property));
    buf_append_string(&p->filter->sql, ", ");
    put_tested(p, property);
    buf_append_string(&p->filter->sql, ") END)");
    end_any(p, property);
    TRY(buf_status(&p->filter->scratch));
    if (!is_not && p->filter->values[n].text.size > 0)
        *sought = sought_like(
            property,
            (struct text){buf_text(&p->filter->scratch).data + begin,
                          p->filter->values[n].text.size},
            false, &p->filter->values[n]);
    return STATUS_OK;
}

static struct sought sought_value(const struct object_property *property,
                                  const struct filter_value *value)
{
    return sought_is_number(property)
               ? sought_number(property, false, value->integer)
               : sought_equal(property, false, value);
}

static enum status read_comparison(struct parser *p,
                                   const struct object_property *property,
                                   struct sought *sought)
{
    const struct text sign = p->token.text;
    const size_t n = p->filter->n_values;

    if (p->token.kind != TOKEN_OPERATOR)
        return fail(p, "a comparison is expected");
    next(p);
    begin_any(p, property);
    put_tested(p, property);
    buf_append_char(&p->filter->sql, ' ');
    buf_append_text(&p->filter->sql, sign);
    buf_append_char(&p->filter->sql, ' ');
    TRY(read_value_of(p, property));
    if (property->type == OBJECT_STRING || property->type == OBJECT_STRINGS)
        buf_append_string(&p->filter->sql, " COLLATE NOCASE");
    end_any(p, property);
    if (text_equal(sign, TEXT("=")))
        *sought = sought_value(property, &p->filter->values[n]);
    return STATUS_OK;
}

/* ---- The grammar ---- */

static enum status read_test_of(struct parser *p,
                                const struct object_property *property,
                                struct sought *sought)
{
    if (skip_word(p, "IS"))
        return read_null(p, property, sought);
    if (skip_word(p, "LIKE"))
        return read_like(p, property, false, sought);
    if (!skip_word(p, "NOT"))
        return read_comparison(p, property, sought);
    if (!skip_word(p, "LIKE"))
        return fail(p, "LIKE is expected");
    return read_like(p, property, true, sought);
}

static enum status read_term(struct parser *p, struct sought *sought)
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
    if ((property->flags & OBJECT_LAZY) || property->type == OBJECT_EMBEDDED)
        return fail(p, "this property cannot be compared");
    next(p);
    return read_test_of(p, property, sought);
}

static enum status read_filter(struct parser *p, struct sought *sought);

static enum status read_inner(struct parser *p, struct sought *sought)
{
    if (skip_word(p, "NOT")) {
        buf_append_string(&p->filter->sql, "NOT (");
        TRY(read_inner(p, sought));
        buf_append_char(&p->filter->sql, ')');
        *sought = (struct sought){0};
        return STATUS_OK;
    }
    if (p->token.kind != TOKEN_OPEN)
        return read_term(p, sought);
    next(p);
    buf_append_char(&p->filter->sql, '(');
    TRY(read_filter(p, sought));
    if (p->token.kind != TOKEN_CLOSE)
        return fail(p, "')' is expected");
    next(p);
    buf_append_char(&p->filter->sql, ')');
    return STATUS_OK;
}

static enum status read_test(struct parser *p, struct sought *sought)
{
    enum status status;

    if (++p->depth > FILTER_MAX_DEPTH)
        return fail(p, "nested too deeply");
    status = read_inner(p, sought);
    p->depth--;
    return status;
}

static enum status read_both(struct parser *p, struct sought *sought)
{
    TRY(read_test(p, sought));
    while (skip_word(p, "AND")) {
        struct sought other = {0};

        buf_append_string(&p->filter->sql, " AND ");
        TRY(read_test(p, &other));
        *sought = sought_both(sought, &other);
    }
    return STATUS_OK;
}

static enum status read_filter(struct parser *p, struct sought *sought)
{
    TRY(read_both(p, sought));
    while (skip_word(p, "OR")) {
        struct sought other = {0};

        buf_append_string(&p->filter->sql, " OR ");
        TRY(read_both(p, &other));
        *sought = sought_either(sought, &other);
    }
    return STATUS_OK;
}

/* A prefix is the beginning of the pattern, so it gets a value of its own. */
static void put_sought(struct parser *p, struct sought *sought)
{
    struct filter *filter = p->filter;

    for (size_t i = 0; i < sought->n; i++) {
        struct sought_test *test = &sought->of[i];
        const struct filter_value *value = test->of;
        size_t at;

        if (!value) /* a number, written out */
            continue;
        at = (size_t)(value - filter->values);
        if (test->is_prefix) {
            filter->value_at[filter->n_values] = filter->value_at[at];
            at = filter->n_values++;
            filter->n_sought++;
            filter->values[at] = (struct filter_value){
                .is_text = true, .text = {NULL, test->prefix.size}};
        }
        test->first = test->last = p->first + (int)at;
    }
    filter->is_ordered = sought_is_ordered(sought);
    filter->is_of_key = sought->rank == SOUGHT_KEY;
    filter->probe_last = sought_put_probe(p->class, sought, &filter->probe);
    filter->row = sought_put_from(p->class, sought, true, &filter->sought);
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
    struct sought sought = {0};

    *filter_out = (struct filter){.sql = buf_make(FILTER_SQL_MAX_BYTES),
                                  .sought = buf_make(FILTER_SQL_MAX_BYTES),
                                  .probe = buf_make(FILTER_SQL_MAX_BYTES),
                                  .scratch = buf_make(FILTER_MAX_BYTES)};
    if (text.size > FILTER_MAX_BYTES)
        return fail(&p, "the filter is too long");
    next(&p);
    if (p.token.kind == TOKEN_END)
        return STATUS_OK;
    TRY(read_filter(&p, &sought));
    if (p.token.kind != TOKEN_END)
        return fail(&p, "AND, OR or the end is expected");
    TRY(buf_status(&filter_out->sql));
    TRY(buf_status(&filter_out->scratch));
    if (sought.n > 0)
        put_sought(&p, &sought);
    TRY(buf_status(&filter_out->sought));
    TRY(buf_status(&filter_out->probe));
    settle_values(filter_out);
    return STATUS_OK;
}
