/*
 * A list as one statement: selected, filtered, ordered and paged.
 *
 * The statement itself checks the caller's rights (sight.c).
 */
#pragma once

#include "provider/object/object_private.h"

/* Parameters of the statement. */
enum {
    PARAMETER_LIMIT = 1,
    PARAMETER_KEY,
    PARAMETER_ORDER,
    PARAMETER_COLLECTION,
    PARAMETER_FILTER,
};

struct order {
    const struct object_property *property; /* NULL: by key */
    bool is_descending;
};

/* Where the page before ended. */
struct place {
    bool is_set;
    struct text key;
    struct text text;
    int64_t integer;
};

struct page {
    struct object_call *call;
    const struct object_list *list;
    uint64_t set;
    int64_t limit;
    struct order order;
    struct place place;
    struct filter filter;
    struct visible *visible;
    bool starts_visible; /* rows are those of the set, not of the table */
};

/* What rows are in order by, and their place. */
static inline const char *page_key_column(const struct page *page)
{
    return page->list->collection.size ? "ResourceID"
                                       : page->call->class->key_column;
}

static inline bool page_has_integer_key(const struct page *page)
{
    return page->list->collection.size || page->call->class->has_integer_key;
}

/* The rows of one page, one more than asked for; or how many rows there are. */
void list_put_page(const struct page *page, struct buf *sql);
void list_put_count(const struct page *page, struct buf *sql);
