/*
 * A list as one statement: selected, filtered, ordered and paged.
 *
 * The statement itself checks the caller's rights (sight.c).
 */
#pragma once

#include "provider/object/query/start.h"

/* Parameters of the statement. */
enum {
    PARAMETER_LIMIT = 1,
    PARAMETER_KEY,
    PARAMETER_ORDER,
    PARAMETER_COLLECTION,
    PARAMETER_FILTER,
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
    enum start start;
};

/* What rows are in order by, and their place. In START_HELD they are ordered
 * within PARAMETER_COLLECTION, a row. */
static inline const char *page_key_column(const struct page *page)
{
    return page->list->collection.size ? "ResourceID"
                                       : page->call->class->key_column;
}

static inline bool page_has_integer_key(const struct page *page)
{
    return page->list->collection.size || page->call->class->has_integer_key;
}

/* The rows of one part of a page; or how many rows there are. */
void list_put_page(const struct page *page, const struct order_part *part,
                   struct buf *sql);
void list_put_count(const struct page *page, struct buf *sql);
