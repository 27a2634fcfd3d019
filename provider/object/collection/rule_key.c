#include "provider/object/collection/rule_key.h"

#include <stdlib.h>
#include <string.h>

#include "provider/object/collection/rule_key_sql.h"

/* The more, the fewer devices a key is true of. */
enum rank {
    RANK_NONE = 0, /* no key is known */
    RANK_RANGE,
    RANK_USUAL, /* one of few values */
    RANK_PATTERN,
    RANK_NUMBER,
    RANK_PREFIX,
    RANK_TEXT,
};

struct key {
    const struct object_class *class;
    const struct object_property *property;
    enum rule_key_kind kind;
    bool is_text;
    int64_t integer;
    struct text text; /* the query's */
};

/* Keys that were found, those of one condition behind each other. */
struct keys {
    struct wql_sql *q;
    struct key of[WQL_MAX_TERMS];
    size_t n;
};

static enum rank rank_of(const struct key *key)
{
    switch (key->kind) {
    case KEY_EQUAL:
        if (key->is_text)
            return RANK_TEXT;
        return key->property->type == OBJECT_INTEGER && !key->property->usual
                   ? RANK_NUMBER
                   : RANK_USUAL;
    case KEY_PREFIX:
        return RANK_PREFIX;
    case KEY_PATTERN:
        return RANK_PATTERN;
    case KEY_LESS:
    case KEY_LESS_EQUAL:
    case KEY_GREATER:
    case KEY_GREATER_EQUAL:
        return RANK_RANGE;
    case KEY_ANY:
        break;
    }
    return RANK_NONE;
}

static void keys_drop(struct keys **keys)
{
    free(*keys);
}

static enum rank add(struct keys *keys, const struct key *key)
{
    if (keys->n == ARRAY_SIZE(keys->of))
        return RANK_NONE;
    keys->of[keys->n++] = *key;
    return rank_of(key);
}

/* ---- Single tests ---- */

static bool is_function_of_case(const struct wql_expr *expr)
{
    return expr->kind == WQL_CALL && expr->first &&
           (text_equal_nocase(expr->text, TEXT("UPPER")) ||
            text_equal_nocase(expr->text, TEXT("LOWER")));
}

/* What a test is about: a stored property of rows that belong to a device. */
static bool find_tested(struct keys *keys, const struct wql_query *query,
                        const struct wql_expr *expr, struct key *key)
{
    const bool is_in_case = is_function_of_case(expr);
    size_t table;
    size_t property;

    if (is_in_case) /* which no comparison of texts regards */
        expr = expr->first;
    if (expr->kind != WQL_NAME ||
        wql_find_property(
            keys->q, query,
            (struct wql_name){expr->qualifier, expr->text, expr->column},
            &table, &property) != STATUS_OK)
        return false;
    key->class = keys->q->tables[table].class;
    key->property = &key->class->properties[property];
    if (is_in_case && key->property->type != OBJECT_STRING &&
        key->property->type != OBJECT_STRINGS)
        return false;
    return key->class->device && key->property->column &&
           !key->property->computed;
}

/* The literal as the property is stored; false: it is compared otherwise. */
static bool take_literal(const struct wql_expr *literal, struct key *key)
{
    key->text = literal->text;
    switch (key->property->type) {
    case OBJECT_STRING:
    case OBJECT_STRINGS:
        key->is_text = true;
        return literal->kind == WQL_TEXT;
    case OBJECT_INTEGER:
        return wql_read_number(literal, &key->integer);
    case OBJECT_BOOLEAN:
        return literal->kind != WQL_TEXT &&
               wql_read_number(literal, &key->integer);
    case OBJECT_DATETIME:
    case OBJECT_EMBEDDED:
    case OBJECT_DATETIMES:
        break;
    }
    return false;
}

static enum rule_key_kind kind_of(enum wql_operator op, bool is_mirrored)
{
    switch (op) {
    case WQL_EQUAL:
        return KEY_EQUAL;
    case WQL_LESS:
        return is_mirrored ? KEY_GREATER : KEY_LESS;
    case WQL_LESS_EQUAL:
        return is_mirrored ? KEY_GREATER_EQUAL : KEY_LESS_EQUAL;
    case WQL_GREATER:
        return is_mirrored ? KEY_LESS : KEY_GREATER;
    case WQL_GREATER_EQUAL:
        return is_mirrored ? KEY_LESS_EQUAL : KEY_GREATER_EQUAL;
    case WQL_UNEQUAL:
        break;
    }
    return KEY_ANY;
}

static enum rank keys_of_comparison(struct keys *keys,
                                    const struct wql_query *query,
                                    const struct wql_expr *expr)
{
    const bool is_mirrored = wql_is_literal(expr->first);
    const struct wql_expr *first = expr->first;
    const struct wql_expr *second = first->next;
    const struct wql_expr *tested = is_mirrored ? second : first;
    const struct wql_expr *literal = is_mirrored ? first : second;
    struct key key = {.kind = kind_of(expr->op, is_mirrored)};

    if (key.kind == KEY_ANY || !wql_is_literal(literal) ||
        !find_tested(keys, query, tested, &key) || !take_literal(literal, &key))
        return RANK_NONE;
    return add(keys, &key);
}

static enum rank keys_of_list(struct keys *keys, const struct wql_query *query,
                              const struct wql_expr *expr)
{
    struct key key = {.kind = KEY_EQUAL};
    enum rank rank = RANK_NONE;

    if (expr->is_not || !find_tested(keys, query, expr->first, &key))
        return RANK_NONE;
    for (const struct wql_expr *e = expr->first->next; e; e = e->next) {
        if (!take_literal(e, &key))
            return RANK_NONE;
        rank = add(keys, &key);
        if (rank == RANK_NONE)
            return RANK_NONE;
    }
    return rank;
}

/* Up to the first sign that does not mean itself. */
static struct text beginning(struct text pattern)
{
    size_t n = 0;

    while (n < pattern.size && pattern.data[n] != '%' &&
           pattern.data[n] != '_' && pattern.data[n] != '[')
        n++;
    return (struct text){pattern.data, n};
}

static enum rank keys_of_like(struct keys *keys, const struct wql_query *query,
                              const struct wql_expr *expr)
{
    struct key key = {.is_text = true, .text = beginning(expr->text)};

    if (expr->is_not || !find_tested(keys, query, expr->first, &key) ||
        (key.property->type != OBJECT_STRING &&
         key.property->type != OBJECT_STRINGS))
        return RANK_NONE;
    key.kind = KEY_PREFIX;
    if (key.text.size == expr->text.size)
        key.kind = KEY_EQUAL;
    if (key.text.size == 0) {
        key.kind = KEY_PATTERN;
        key.text = expr->text;
    }
    return add(keys, &key);
}

/* ---- Conditions ---- */

static enum rank keys_of(struct keys *keys, const struct wql_query *query,
                         const struct wql_expr *expr);

/* The best of them; its keys take the place of those before. */
static enum rank keys_of_all(struct keys *keys, const struct wql_query *query,
                             const struct wql_expr *expr)
{
    const size_t first = keys->n;
    enum rank best = RANK_NONE;

    for (const struct wql_expr *e = expr->first; e; e = e->next) {
        const size_t at = keys->n;
        const enum rank rank = keys_of(keys, query, e);

        if (rank <= best) {
            keys->n = at;
            continue;
        }
        best = rank;
        memmove(&keys->of[first], &keys->of[at],
                (keys->n - at) * sizeof(*keys->of));
        keys->n = first + keys->n - at;
    }
    return best;
}

static enum rank keys_of_any(struct keys *keys, const struct wql_query *query,
                             const struct wql_expr *expr)
{
    enum rank worst = RANK_TEXT;

    for (const struct wql_expr *e = expr->first; e; e = e->next) {
        const enum rank rank = keys_of(keys, query, e);

        if (rank == RANK_NONE)
            return RANK_NONE;
        if (rank < worst)
            worst = rank;
    }
    return worst;
}

static enum rank keys_of_within(struct keys *keys, const struct wql_expr *expr)
{
    /* Tied by ResourceID (wql_check_rule): a row of this device is there. */
    return expr->is_not || !expr->query->where
               ? RANK_NONE
               : keys_of(keys, expr->query, expr->query->where);
}

static enum rank keys_of(struct keys *keys, const struct wql_query *query,
                         const struct wql_expr *expr)
{
    switch (expr->kind) {
    case WQL_AND:
        return keys_of_all(keys, query, expr);
    case WQL_OR:
        return keys_of_any(keys, query, expr);
    case WQL_COMPARE:
        return keys_of_comparison(keys, query, expr);
    case WQL_IN_LIST:
        return keys_of_list(keys, query, expr);
    case WQL_LIKE:
        return keys_of_like(keys, query, expr);
    case WQL_IN_QUERY:
        return keys_of_within(keys, expr);
    case WQL_NOT:
    case WQL_IS_NULL:
    case WQL_NAME:
    case WQL_CALL:
    case WQL_TEXT:
    case WQL_INTEGER:
    case WQL_BOOLEAN:
    case WQL_NULL:
        break;
    }
    return RANK_NONE;
}

/* ---- Storing them ---- */

static enum status note(struct store *store, int64_t rule,
                        const struct key *key)
{
    return store_run_with(store, SQL_KEY_NOTE,
                          STORE_ARGS(STORE_TEXT(text_of(key->class->name)),
                                     STORE_TEXT(text_of(key->property->name)),
                                     STORE_INT((int64_t)key->kind),
                                     key->is_text ? STORE_TEXT(key->text)
                                                  : STORE_INT(key->integer),
                                     STORE_INT(rule)));
}

static enum status note_any(struct store *store, int64_t rule)
{
    return store_run_with(store, SQL_KEY_NOTE,
                          STORE_ARGS(STORE_TEXT(TEXT("")), STORE_TEXT(TEXT("")),
                                     STORE_INT((int64_t)KEY_ANY), STORE_INT(0),
                                     STORE_INT(rule)));
}

enum status rule_keys_note(struct store *store, int64_t rule, struct wql_sql *q,
                           const struct wql_query *query)
{
    SCOPED(keys_drop) struct keys *keys = NULL;

    TRY(store_run_with(store, SQL_KEY_FORGET, STORE_ARGS(STORE_INT(rule))));
    if (!q || !query->where)
        return note_any(store, rule);
    keys = calloc(1, sizeof(*keys));
    if (!keys)
        return STATUS_NO_MEMORY;
    keys->q = q;
    if (keys_of(keys, query, query->where) == RANK_NONE)
        return note_any(store, rule);
    for (size_t i = 0; i < keys->n; i++)
        TRY(note(store, rule, &keys->of[i]));
    return STATUS_OK;
}
