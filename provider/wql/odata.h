/*
 * OData's query options, read into the tree that WQL makes: what is asked for
 * over HTTP is the same query, with the same limits. Rules W25 to W27.
 *
 *     filter  := cond
 *     cond    := cond or cond | cond and cond | not cond | '(' cond ')' | test
 *     test    := value op value | value in '(' literal {, literal} ')' | truth
 *              | name '/any(' [variable ':' cond] ')'
 *     truth   := name | contains|startswith|endswith '(' value ',' text ')'
 *     value   := name | literal | function '(' [value {, value}] ')'
 *     order   := name [asc|desc] {, name [asc|desc]}
 *     select  := '*' | name {, name}
 *
 * Words are read without regard to case. Of an entry of a list one thing can be
 * asked, or one of several: any(x: x eq 'a' or x eq 'b').
 */
#pragma once

#include "provider/wql/wql.h"

enum { ODATA_MAX_BYTES = WQL_MAX_BYTES };

enum odata_option {
    ODATA_CLASS = 0, /* of the path */
    ODATA_FILTER,
    ODATA_ORDER,
    ODATA_SELECT,
    ODATA_N_OPTIONS,
};

/* What is asked for: texts as they are after URL decoding, empty: not given. */
struct odata_asked {
    struct text of[ODATA_N_OPTIONS]; /* that of ODATA_CLASS a name */
    bool is_count;                   /* how many there are, of all; no order */
};

/* What is wrong, and in which option. */
struct odata_problem {
    enum odata_option option;
    uint32_t column; /* in its text, from 1, in bytes */
    char why[200];
};

/* "$filter" */
const char *odata_option_name(enum odata_option option);

/* STATUS_INVALID with the problem. The asked texts are not borrowed. */
MUST_CHECK
enum status odata_read(const struct odata_asked *asked, struct wql **wql_out,
                       struct odata_problem *problem_out);

/* A problem that was found later, with the query's columns, as one of the
 * texts that were asked. */
struct odata_problem odata_place(const struct odata_asked *asked,
                                 const struct wql_problem *problem);
