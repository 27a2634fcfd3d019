/*
 * Shared by the scanners, the grammars and the readers of WQL and OData.
 */
#pragma once

#include "provider/wql/wql.h"

/* Memory of one query: each token makes at most three nodes. */
struct wql {
    char *text;  /* owned: the query and a NUL; text literals are unescaped in
                    it */
    char *block; /* owned: the nodes of the tree */
    size_t used;
    size_t size;
    const struct wql_query *query;
};

struct wql_token {
    struct text text;
    uint32_t column;
};

struct wql_list {
    struct wql_expr *first;
    struct wql_expr *last;
};

struct wql_parser {
    const char *begin; /* the text, NUL-terminated */
    const char *end;
    const char *at;
    struct wql *wql;
    const struct wql_prompts *prompts; /* NULL: none */
    struct wql_token before;           /* the token that was read last */
    struct wql_query *query;           /* the whole query, once parsed */
    size_t n_terms;
    enum status status;
    struct wql_problem *problem;
};

/* For a text of that size, which is copied. */
MUST_CHECK
enum status wql_make(struct text text, struct wql **wql_out);

/* The number of the next token in the grammar, 0 at the end, -1 for none. */
int wql_scan(struct wql_parser *p, struct wql_token *token_out);

/* Keeps the first failure. */
void wql_fail(struct wql_parser *p, uint32_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void wql_fail_token(struct wql_parser *p, struct wql_token token);

/* ---- Constructors of the grammars; NULL after a failure ---- */

/* Zeroed memory of the query. */
void *wql_take(struct wql_parser *p, size_t size);

struct wql_expr *wql_new(struct wql_parser *p, enum wql_kind kind,
                         uint32_t column, struct wql_expr *first);
struct wql_expr *wql_chain(struct wql_parser *p, enum wql_kind kind,
                           struct wql_expr *left, struct wql_expr *right);
struct wql_expr *wql_compare(struct wql_parser *p, struct wql_expr *left,
                             struct wql_token op, struct wql_expr *right);
struct wql_expr *wql_like(struct wql_parser *p, struct wql_expr *left,
                          bool is_not, struct wql_expr *pattern);
struct wql_expr *wql_in(struct wql_parser *p, struct wql_expr *left,
                        bool is_not, struct wql_list list,
                        struct wql_query *query);
struct wql_expr *wql_is_null(struct wql_parser *p, struct wql_expr *left,
                             bool is_not);
struct wql_expr *wql_name(struct wql_parser *p, struct wql_token qualifier,
                          struct wql_token name);
struct wql_expr *wql_call(struct wql_parser *p, struct wql_token name,
                          struct wql_list arguments);
struct wql_expr *wql_text_of(struct wql_parser *p, struct wql_token token);
struct wql_expr *wql_prompted(struct wql_parser *p, struct wql_token token);
struct wql_expr *wql_integer(struct wql_parser *p, struct wql_token token);
struct wql_expr *wql_boolean(struct wql_parser *p, struct wql_token token,
                             bool value);
struct wql_list wql_append(struct wql_list list, struct wql_expr *expr);

struct wql_item *wql_item(struct wql_parser *p, struct wql_token qualifier,
                          struct wql_token name, bool is_descending);
struct wql_item *wql_item_append(struct wql_item *list, struct wql_item *item);
struct wql_source *wql_source(struct wql_parser *p, struct wql_token name,
                              struct wql_token alias);
struct wql_source *wql_join(struct wql_parser *p, struct wql_source *list,
                            enum wql_join join, struct wql_source *source,
                            struct wql_expr *on);
struct wql_parts {
    struct wql_token at; /* the word SELECT */
    bool is_distinct;
    struct wql_item *items;
    struct wql_source *sources;
    struct wql_expr *where; /* NULL: all */
    struct wql_item *order; /* NULL: as it comes */
};

struct wql_query *wql_select(struct wql_parser *p, const struct wql_parts *of);

/* COUNT(..), and no other function. */
void wql_check_count(struct wql_parser *p, struct wql_token name);
