/*
 * WQL: the query language of the product, read into a tree.
 *
 * A query is one SELECT over classes and changes nothing. The tree reflects the
 * grammar only: its user checks which classes and properties exist. Names are
 * kept as written, text is unescaped. Where a saved query prompts for a value,
 * ##PRM:Class.Property##, a text takes its place. Rules W1 to W3, W21.
 *
 *     query  := SELECT [DISTINCT] columns FROM source {join} [WHERE cond]
 *               [ORDER BY item {, item}]
 *     join   := [INNER | LEFT [OUTER] | RIGHT [OUTER] | FULL [OUTER]]
 *               JOIN source ON cond
 *     cond   := cond OR cond | cond AND cond | NOT cond | '(' cond ')' | test
 *     test   := expr op expr | expr [NOT] LIKE text | expr IS [NOT] NULL
 *             | expr [IS] [NOT] IN '(' (query | literal {, literal}) ')'
 *     expr   := [qualifier '.'] name | literal | name '(' [expr {, expr}] ')'
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

enum {
    WQL_MAX_BYTES = 16 * 1024,
    WQL_MAX_DEPTH = 24,  /* nesting of conditions and queries */
    WQL_MAX_TERMS = 400, /* values, conditions and sources together */
};

enum wql_kind {
    WQL_AND = 0,  /* of first .. */
    WQL_OR,       /* of first .. */
    WQL_NOT,      /* first */
    WQL_COMPARE,  /* first op its next */
    WQL_LIKE,     /* first LIKE text; is_not */
    WQL_IN_LIST,  /* first, then the literals; is_not */
    WQL_IN_QUERY, /* first IN query; is_not */
    WQL_IS_NULL,  /* first; is_not */
    WQL_NAME,     /* qualifier (may be empty) and text */
    WQL_CALL,     /* text is the name, first .. the arguments */
    WQL_TEXT,
    WQL_INTEGER,
    WQL_BOOLEAN, /* number is 0 or 1 */
    WQL_NULL,
};

enum wql_operator {
    WQL_EQUAL = 0,
    WQL_UNEQUAL,
    WQL_LESS,
    WQL_LESS_EQUAL,
    WQL_GREATER,
    WQL_GREATER_EQUAL,
};

struct wql_query;

/* Can a query name a property so? Not if it is a word of the language. */
bool wql_is_name(struct text word);

/* A condition or a value. */
struct wql_expr {
    enum wql_kind kind;
    enum wql_operator op;
    bool is_not;
    uint32_t column; /* in the text, from 1, in bytes */
    uint32_t depth;
    struct text qualifier;
    struct text text;
    int64_t number;
    struct wql_expr *first; /* of nested ones */
    struct wql_expr *last;
    struct wql_expr *next; /* its next sibling */
    struct wql_query *query;
};

/* A selected column or sort key. */
struct wql_item {
    struct text qualifier; /* may be empty */
    struct text name;      /* empty: all properties */
    bool is_descending;
    uint32_t column;
    struct wql_item *next;
};

enum wql_join {
    WQL_INNER = 0,
    WQL_LEFT,
    WQL_RIGHT,
    WQL_FULL,
};

struct wql_source {
    struct text class_name;
    struct text alias; /* the class's name if none is given */
    enum wql_join join;
    struct wql_expr *on; /* NULL for the first */
    uint32_t column;
    struct wql_source *next;
};

struct wql_query {
    bool is_distinct;
    bool is_count;          /* items: what is counted, or all */
    struct wql_item *items; /* never NULL */
    struct wql_source *sources;
    struct wql_expr *where; /* may be NULL */
    struct wql_item *order; /* may be NULL */
    uint32_t column;
    uint32_t depth;
};

/* An error in a query: a plain sentence, and its position. */
struct wql_problem {
    uint32_t column; /* from 1, in bytes */
    char why[200];
};

/* A value that a query prompts for: "SMS_StatusMessage.Time". */
struct wql_prompt {
    struct text name; /* without regard to case */
    struct text value;
};

struct wql_prompts {
    const struct wql_prompt *of; /* [n], borrowed as long as the wql lives */
    size_t n;
};

struct wql;

/* STATUS_INVALID with the problem. The query lives as long as the wql. */
MUST_CHECK
enum status wql_read(struct text text, struct wql **wql_out,
                     struct wql_problem *problem_out);
/* The same with values; one that is missing is a problem. */
MUST_CHECK
enum status wql_read_prompted(struct text text,
                              const struct wql_prompts *prompts,
                              struct wql **wql_out,
                              struct wql_problem *problem_out);
const struct wql_query *wql_query(const struct wql *wql);
void wql_free(struct wql *wql);
DEFINE_DROP(wql)

/*
 * Is it allowed as a query rule of a collection? It must select from a resource
 * class of the collection's kind, without counting (C5), and concern one
 * resource at a time: joins and nested queries are tied by ResourceID (T63).
 * STATUS_INVALID as above.
 */
MUST_CHECK
enum status wql_check_rule(const struct wql_query *query, bool is_user,
                           struct wql_problem *problem_out);
