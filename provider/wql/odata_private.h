/*
 * Shared by the scanner, the grammar and the reader of OData's options.
 */
#pragma once

#include "provider/wql/odata.h"
#include "provider/wql/wql_private.h"

struct odata_parser {
    struct wql_parser tree; /* columns are of all texts together */
    enum odata_option option;
    struct wql_token variable; /* of an open any(); empty: none is open */
    struct wql_token list;     /* which it runs over */
    struct wql_expr *where;    /* as parsed */
    struct wql_item *order;
    struct wql_item *items;
};

/* The token that says which option follows. */
int odata_begins(enum odata_option option);
/* As wql_scan(). */
int odata_scan(struct odata_parser *p, struct wql_token *token_out);
void odata_fail_token(struct odata_parser *p, struct wql_token token);

/* ---- Constructors of the grammar; NULL after a failure ---- */

struct wql_expr *odata_compare(struct odata_parser *p, struct wql_expr *left,
                               struct wql_token op, struct wql_expr *right);
struct wql_expr *odata_in(struct odata_parser *p, struct wql_expr *value,
                          struct wql_list list);
/* A value that stands for a condition. */
struct wql_expr *odata_truth(struct odata_parser *p, struct wql_expr *value);
struct wql_expr *odata_call(struct odata_parser *p, struct wql_token name,
                            struct wql_list arguments);
struct wql_expr *odata_name(struct odata_parser *p, struct wql_token name);
struct wql_expr *odata_text(struct odata_parser *p, struct wql_token token);
/* A time, a GUID: text without quotes. */
struct wql_expr *odata_bare(struct odata_parser *p, struct wql_token token);

void odata_any_begin(struct odata_parser *p, struct wql_token list,
                     struct wql_token variable);
struct wql_expr *odata_any_end(struct odata_parser *p, struct wql_expr *cond);
struct wql_expr *odata_any_at_all(struct odata_parser *p,
                                  struct wql_token list);
