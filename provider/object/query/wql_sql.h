/*
 * A WQL query as one SQL statement over the tables of our classes.
 *
 * Names come from the descriptions of the classes, and every value is a
 * parameter (T72). Each source is reduced to the rows that may be read before
 * anything is compared or joined with them: hidden rows do not exist, for
 * conditions, joins, counts and orders alike (T60). That reduction is the one
 * of lists, class_put_may() and sms_may().
 */
#pragma once

#include "provider/object/query/sought_sql.h"
#include "provider/object/query/start.h"
#include "provider/wql/wql.h"

enum {
    WQL_SOURCES_MAX = 12,
    WQL_VALUES_MAX = 400, /* of STORE_PARAMETERS_MAX */
    WQL_SQL_MAX_BYTES = 64 * 1024,
    WQL_COLUMNS_MAX = 256,
};

/* Types of values as they are compared. */
enum wql_type {
    WQL_OF_TEXT = 0,
    WQL_OF_INTEGER,
    WQL_OF_BOOLEAN,
    WQL_OF_DATETIME,
    WQL_OF_LIST, /* only within a test of any of its entries a value */
};

struct wql_table {
    const struct wql_query *query; /* of which query it is a source */
    const struct wql_source *from;
    const struct object_class *class;
    struct text collection; /* of SMS_CM_RES_COLL_<id>; empty */
    uint64_t used;          /* bit i: property i is asked for */
    bool is_flat;           /* the rows of "t" themselves */
    const char *row;        /* once written: the row in their order, or NULL */
};

/* What rows of one class are in order by when nothing else is asked for. */
static inline const char *wql_key_column(const struct wql_table *table)
{
    return table->collection.size ? "ResourceID" : table->class->key_column;
}

static inline bool wql_has_integer_key(const struct wql_table *table)
{
    return table->collection.size || table->class->has_integer_key;
}

struct wql_value {
    bool is_text;
    int64_t integer;
    struct text text; /* borrowed from the wql */
};

struct wql_sql {
    struct buf sql;
    struct wql_value values[WQL_VALUES_MAX];
    size_t n_values;
    struct wql_table tables[WQL_SOURCES_MAX];
    size_t n_tables;
    int64_t now_s;
    bool is_rule;     /* run by the site itself: nothing is hidden */
    bool is_of_users; /* of a rule: its collection holds users */
    bool is_of_one;   /* only one row is asked about: nothing is sought */
    bool is_walked;   /* paged: members of one collection, which may be read */
    /* Where rows begin (start.h); without what is visible, a simple choice. */
    struct store *store;
    struct visible *visible;
    const struct wql_query *paged; /* of which a page is read; or NULL */
    struct order order;            /* of that */
    int64_t limit;
    enum start start; /* of that, once written */
    bool has_start;
    struct {
        bool is_open; /* within a test of each entry of a list: */
        size_t table;
        size_t property;
    } any;
    bool uses_now;
    struct wql_problem *problem;
};

/* STATUS_INVALID with the problem; its column points into the WQL. */
enum status wql_sql_fail(struct wql_sql *q, uint32_t column, const char *format,
                         ...) __attribute__((format(printf, 3, 4)));

/*
 * Finds the classes and properties of a query and its nested ones. Call once,
 * before anything is written. STATUS_INVALID with the problem.
 */
MUST_CHECK
enum status wql_resolve(struct wql_sql *q, const struct wql_query *query);

/* "s.Name" as it stands in a query, and where. */
struct wql_name {
    struct text qualifier; /* empty: none */
    struct text name;
    uint32_t column;
};

/* The property that is meant, and whose. */
MUST_CHECK
enum status wql_find_property(struct wql_sql *q, const struct wql_query *query,
                              struct wql_name name, size_t *table_out,
                              size_t *property_out);

/* The tables of a query: the first, and how many. */
size_t wql_tables_of(const struct wql_sql *q, const struct wql_query *query,
                     size_t *n_out);

/* " FROM .. WHERE .." of a query (wql_from_sql.c). */
MUST_CHECK
enum status wql_put_from(struct wql_sql *q, const struct wql_query *query);

/* The same of several classes (wql_join_sql.c). */
MUST_CHECK
enum status wql_put_joined(struct wql_sql *q, const struct wql_query *query);

/* May the row of "t" be read? The site itself runs rules: nothing is hidden
 * from it. */
void wql_put_may(struct wql_sql *q, const struct wql_table *table);

/* " FROM .. t WHERE " and which rows there are to look at; "AND" follows.
 * is_seen: as for sought_put_from(), where anything may be hidden. */
MUST_CHECK
enum status wql_put_rows(struct wql_sql *q, size_t table,
                         const struct sought *sought, bool is_seen);

/* Where the rows of one class begin. */
MUST_CHECK
enum status wql_choose_start(struct wql_sql *q, const struct wql_query *query,
                             size_t table, const struct sought *sought,
                             enum start *start_out);

/* A property as a value, in the order texts and numbers are put in. */
void wql_put_property(struct wql_sql *q, size_t table, size_t property);
void wql_put_order(struct wql_sql *q, size_t table, size_t property);

/* The resources that a rule finds: of all devices, of one, or of those from one
 * to another; those are the last parameters. */
enum wql_found { WQL_FOUND_ALL, WQL_FOUND_ONE, WQL_FOUND_RANGE };
MUST_CHECK
enum status wql_put_found(struct wql_sql *q, const struct wql_query *query,
                          enum wql_found which);

/* ---- Conditions (wql_where_sql.c) ---- */

MUST_CHECK
enum status wql_put_condition(struct wql_sql *q, const struct wql_query *query,
                              const struct wql_expr *expr);

/* The same without writing: which properties are asked for. */
MUST_CHECK
enum status wql_mark_condition(struct wql_sql *q, const struct wql_query *query,
                               const struct wql_expr *expr);

/* ---- Values (wql_value_sql.c) ---- */

/* A parameter. */
MUST_CHECK
enum status wql_put_integer(struct wql_sql *q, int64_t value);
MUST_CHECK
enum status wql_put_text(struct wql_sql *q, struct text text);
/* Its number, for SQL that is written later. */
MUST_CHECK
enum status wql_take_value(struct wql_sql *q, struct wql_value value,
                           int *index_out);
/* The first n. */
void wql_bind(const struct wql_sql *q, size_t n, struct store_stmt *stmt);

/* Forgets what was written, so that it can be written again. */
void wql_begin(struct wql_sql *q);

/* A value of a type; a literal is read as that type (W9). */
MUST_CHECK
enum status wql_put_value(struct wql_sql *q, const struct wql_query *query,
                          const struct wql_expr *expr, enum wql_type type);
MUST_CHECK
enum status wql_type_of(struct wql_sql *q, const struct wql_query *query,
                        const struct wql_expr *expr, enum wql_type *type_out);
MUST_CHECK
enum status wql_type_of_property(struct wql_sql *q, uint32_t column,
                                 size_t table, size_t index,
                                 enum wql_type *type_out);
bool wql_is_literal(const struct wql_expr *expr);
bool wql_is_list(const struct object_property *property);

/* Is it the list whose entries are being tested? */
bool wql_is_open_any(const struct wql_sql *q, size_t table, size_t property);

/* The property that an expression names. */
MUST_CHECK
enum status wql_find_named(struct wql_sql *q, const struct wql_query *query,
                           const struct wql_expr *expr, size_t *table_out,
                           size_t *property_out);

/* A literal as a number; false: it is none. */
bool wql_read_number(const struct wql_expr *literal, int64_t *value_out);

/* ---- For indexes (wql_sought_sql.c) ---- */

/* What is sought of a table by WHERE, its parameters taken; or nothing. */
MUST_CHECK
enum status wql_find_sought(struct wql_sql *q, const struct wql_query *query,
                            size_t table, struct sought *sought_out);

/* Equal columns of two classes, as ON demands them: those that indexes could
 * answer, or the first ones. */
enum { WQL_TIES_MAX = 16 };
struct wql_side {
    size_t table;
    size_t property;
};
struct wql_tie {
    struct wql_side of[2];
    bool is_text;
};
struct wql_ties {
    struct wql_tie of[WQL_TIES_MAX];
    size_t n;
};

/* Adds those of a condition. */
void wql_find_ties(struct wql_sql *q, const struct wql_query *query,
                   const struct wql_expr *on, struct wql_ties *ties);

/* ---- Functions (wql_call_sql.c) ---- */

MUST_CHECK
enum status wql_call_type(struct wql_sql *q, const struct wql_expr *call,
                          enum wql_type *type_out);
MUST_CHECK
enum status wql_put_call(struct wql_sql *q, const struct wql_query *query,
                         const struct wql_expr *call);

/* Is the argument one that is no value: the part of a date? */
bool wql_is_part(const struct wql_expr *call, const struct wql_expr *argument);

/* A time as people and scripts write it (W12, W13), in seconds. */
MUST_CHECK
enum status wql_time_read(struct text text, int64_t *s_out);
