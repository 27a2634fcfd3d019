#include "provider/object/query/list_sql.h"

#include <stdio.h>

#include "provider/object/query/sought_sql.h"
#include "provider/object/query/start_sql.h"

/*
 * Devices in the order of their numbers are read from the set of the visible;
 * so is everything where little is visible: the cost then depends on nothing
 * that is hidden. Otherwise rows are sought by the filter or walked in order,
 * and looked up in the set.
 */
static void put_visible(const struct page *page, bool has_place,
                        struct buf *sql)
{
    start_put_visible(page->call->class, sql);
    if (has_place && page->place.is_set && !page->order.property) {
        buf_append_string(sql, " AND ");
        start_put_after(page->call->class, page->order.is_descending,
                        PARAMETER_KEY, sql);
    }
    if (page->filter.sql.size) {
        buf_append_string(sql, " AND (");
        buf_append_text(sql, buf_text(&page->filter.sql));
        buf_append_char(sql, ')');
    }
}

/* What rows are in order by. */
static void put_key(const struct page *page, struct buf *sql)
{
    if (page->start == START_VISIBLE)
        buf_append_string(sql,
                          start_visible_order(page->call->class,
                                              page->order.property ||
                                                  page->order.is_descending));
    else if (page->start == START_SOUGHT && page->filter.row)
        buf_append_string(sql, page->filter.row);
    else if (page->start == START_HELD)
        buf_append_string(sql, "t.ResourceID");
    else
        buf_append_format(sql, "t.%s", page_key_column(page));
}

/*
 * Members of one collection. Whether it may be read is asked once, before its
 * members are: one that may not takes no longer than one that is none.
 */
static void put_collection(const struct object_class *class, struct buf *sql)
{
    buf_append_format(sql, "t.CollectionID = upper(?%d) AND ",
                      PARAMETER_COLLECTION);
    class_put_need(class, sql);
    buf_append_string(sql, " AND ");
}

/* Members of one of the collections that may be read, behind the place. */
static void put_held(const struct page *page, struct buf *sql)
{
    buf_append_format(sql,
                      " FROM %s t WHERE t.collection = ?%d"
                      " AND t.ResourceID %c ?%d AND ",
                      page->call->class->table, PARAMETER_COLLECTION,
                      page->order.is_descending ? '<' : '>', PARAMETER_KEY);
}

static void put_from(const struct page *page, struct buf *sql)
{
    const struct object_class *class = page->call->class;

    if (page->start == START_SOUGHT)
        buf_append_text(sql, buf_text(&page->filter.sought));
    else if (page->start == START_HELD)
        put_held(page, sql);
    else
        sought_put_from(class, &(struct sought){0},
                        page->list->collection.size == 0, sql);
    if (page->list->collection.size)
        put_collection(class, sql);
}

/*
 * The rows of the reply. CASE keeps its order, which AND does not: the filter
 * is not even tried on a row that may not be read.
 */
static void put_rows(const struct page *page, bool has_place, struct buf *sql)
{
    const struct object_class *class = page->call->class;
    const struct text filter = buf_text(&page->filter.sql);

    if (page->start == START_VISIBLE) {
        put_visible(page, has_place, sql);
        return;
    }
    put_from(page, sql);
    if (has_place && page->place.is_set && !page->order.property &&
        page->start != START_HELD) {
        put_key(page, sql);
        buf_append_format(sql, " %c ?%d AND ",
                          page->order.is_descending ? '<' : '>', PARAMETER_KEY);
    }
    if (filter.size)
        buf_append_string(sql, "CASE WHEN ");
    class_put_sees(class, sql);
    if (filter.size) {
        buf_append_string(sql, " THEN (");
        buf_append_text(sql, filter);
        buf_append_string(sql, ") ELSE 0 END");
    }
}

static void put_columns(const struct page *page, struct buf *sql)
{
    const struct object_class *class = page->call->class;

    buf_append_format(sql, "SELECT t.%s, ", page_key_column(page));
    if (page->order.property)
        order_put_value(&page->order, sql);
    else
        buf_append_string(sql, "NULL");
    for (size_t i = 0; i < class->n_properties; i++) {
        if (!(page->set & UINT64_C(1) << i))
            continue;
        buf_append_string(sql, ", ");
        object_property_put(&class->properties[i], sql);
    }
}

/* The key by which rows with the same value are ordered. */
static const char *key_of(const struct page *page, char name[static 64])
{
    if (page->start == START_VISIBLE)
        return start_visible_row(page->call->class);
    snprintf(name, 64, "t.%s", page_key_column(page));
    return name;
}

void list_put_page(const struct page *page, const struct order_part *part,
                   struct buf *sql)
{
    const char *direction = page->order.is_descending ? " DESC" : "";
    char name[64];

    put_columns(page, sql);
    put_rows(page, true, sql);
    if (page->order.property) {
        const struct order_terms terms = {key_of(page, name), PARAMETER_ORDER,
                                          PARAMETER_KEY};

        order_put_part(&page->order, part, &page->place, &terms, sql);
    }
    buf_append_string(sql, " ORDER BY ");
    if (page->order.property)
        buf_append_format(sql, "2%s, ", direction);
    put_key(page, sql);
    buf_append_format(sql, "%s LIMIT ?%d", direction, PARAMETER_LIMIT);
}

void list_put_count(const struct page *page, struct buf *sql)
{
    buf_append_string(sql, "SELECT count(*)");
    put_rows(page, false, sql);
}
