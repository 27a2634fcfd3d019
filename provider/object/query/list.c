/*
 * Pages of a class, filtered inside the query.
 *
 * Every row is checked in the query itself: rows the caller may not read are
 * neither counted nor paged over nor compared with the caller's filter (T60).
 * The place after a page has the value it was ordered by, not a reference to a
 * row that may be hidden or gone by then.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/query/asked_sql.h"
#include "provider/object/query/filter_start.h"
#include "provider/object/query/held_walk.h"
#include "provider/object/query/list_sql.h"
#include "provider/object/query/visible.h"

enum { LIST_SQL_MAX_BYTES = 60 * 1024, PLACE_BYTES = 4096 };

static const char not_a_page[] = "It is not the end of a page.";

/* ---- What is asked for ---- */

static enum status read_order(struct page *page)
{
    const struct object_class *class = page->call->class;
    struct text name = page->list->order;
    size_t i;

    if (name.size == 0)
        return STATUS_OK;
    if (name.data[0] == '-') {
        page->order.is_descending = true;
        name = (struct text){name.data + 1, name.size - 1};
    }
    TRY(object_property_find(page->call, name, &i));
    if (!object_property_has_order(&class->properties[i]))
        return fail_invalid(page->call, "order", "%s cannot be sorted by %s.",
                            class->name, class->properties[i].name);
    if (!(class->properties[i].flags & OBJECT_KEY))
        page->order.property = &class->properties[i];
    return STATUS_OK;
}

/* "KEY", or "SIZE:VALUEKEY" where the order is not by key. */
static enum status read_place(struct page *page)
{
    const struct text after = page->list->after;

    if (after.size == 0)
        return STATUS_OK;
    if (page->order.property)
        return place_read(&page->order, after, &page->place);
    page->place = (struct place){.is_set = true, .key = after};
    return STATUS_OK;
}

static enum status read_key(struct page *page, int64_t *row_out)
{
    if (page->place.is_set && !place_number(page->place.key, row_out))
        return STATUS_INVALID;
    return STATUS_OK;
}

static enum status read_page(struct page *page)
{
    const struct object_list *list = page->list;
    int64_t row;

    TRY(object_properties_read(page->call, list->properties, true, &page->set));
    page->limit = list->limit ? list->limit : OBJECT_LIST_DEFAULT;
    if (page->limit < 1 || page->limit > OBJECT_LIST_MAX)
        return fail_invalid(page->call, "limit", "It must be 1 to %d.",
                            OBJECT_LIST_MAX);
    TRY(read_order(page));
    if (read_place(page) != STATUS_OK ||
        (page_has_integer_key(page) && read_key(page, &row) != STATUS_OK))
        return fail_invalid(page->call, "after", not_a_page);
    if (filter_read(page->call->class, list->filter, PARAMETER_FILTER,
                    &page->filter) != STATUS_OK)
        return fail_invalid(page->call, "filter", "The filter is invalid: %s.",
                            page->filter.why[0] ? page->filter.why
                                                : "it is too long");
    return STATUS_OK;
}

/* ---- Running ---- */

static void bind_filter(const struct page *page, struct store_stmt *stmt)
{
    if (page->list->collection.size)
        store_bind_text(stmt, PARAMETER_COLLECTION, page->list->collection);
    filter_bind(&page->filter, PARAMETER_FILTER, page->start, stmt);
}

static void bind_key(const struct page *page, struct store_stmt *stmt)
{
    int64_t row = 0;

    if (page_has_integer_key(page)) {
        place_number(page->place.key, &row);
        store_bind_int(stmt, PARAMETER_KEY, row);
    } else {
        store_bind_text(stmt, PARAMETER_KEY, page->place.key);
    }
}

static void bind_place(const struct page *page, const struct order_part *part,
                       struct store_stmt *stmt)
{
    if (!page->place.is_set)
        return;
    if (!page->order.property || order_part_has_key(part))
        bind_key(page, stmt);
    if (!page->order.property || !order_part_has_value(part, &page->place))
        return;
    if (page->order.property->type == OBJECT_STRING)
        store_bind_text(stmt, PARAMETER_ORDER, page->place.text);
    else
        store_bind_int(stmt, PARAMETER_ORDER, page->place.integer);
}

static void write_row(const struct page *page, struct store_stmt *stmt,
                      struct json_writer *result)
{
    const struct object_class *class = page->call->class;
    const struct class_sql *sql = object_class_sql(class);
    int column = 2;

    writer_object_begin(result);
    for (size_t i = 0; i < class->n_properties; i++) {
        if (!(page->set & UINT64_C(1) << i))
            continue;
        object_member_write(result, class, sql, i, stmt, column++);
    }
    writer_object_end(result);
}

/* The place of a row, as read_place() reads it. */
static void note_place(const struct page *page, struct store_stmt *stmt,
                       struct buf *place)
{
    buf_clear(place);
    if (page->order.property)
        place_write(store_is_null(stmt, 1), store_text(stmt, 1),
                    store_text(stmt, 0), place);
    else
        buf_append_text(place, store_text(stmt, 0));
}

/* Until there is one more than asked for. */
static enum status write_found(const struct page *page, struct store_stmt *stmt,
                               struct buf *place, int64_t *n,
                               struct json_writer *result)
{
    enum status found;

    while ((found = store_step(stmt)) == STATUS_OK) {
        if ((*n)++ == page->limit)
            return STATUS_OK;
        write_row(page, stmt, result);
        if (*n == page->limit)
            note_place(page, stmt, place);
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status write_part(const struct page *page,
                              const struct order_part *part, struct buf *place,
                              int64_t *n, struct json_writer *result)
{
    SCOPED(buf_free) struct buf sql = buf_make(LIST_SQL_MAX_BYTES);
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    list_put_page(page, part, &sql);
    TRY(buf_status(&sql));
    TRY(asked_sql_prepare(page->call, &sql, "filter", &stmt));
    store_bind_int(stmt, PARAMETER_LIMIT, page->limit + 1 - *n);
    bind_place(page, part, stmt);
    bind_filter(page, stmt);
    return write_found(page, stmt, place, n, result);
}

static enum status write_parts(const struct page *page, struct buf *place,
                               int64_t *n, struct json_writer *result)
{
    const struct order_parts parts =
        order_parts(&page->order, &page->place, page->start == START_WALKED);

    for (size_t i = 0; i < parts.n && *n <= page->limit; i++)
        TRY(write_part(page, &parts.of[i], place, n, result));
    return STATUS_OK;
}

/* ---- Members of all collections ---- */

static enum status begin_walk(const struct page *page, struct held_walk *walk)
{
    struct held_place from = {TEXT(""), 0};

    if (page->place.is_set && !held_place_read(page->place.key, &from))
        return fail_invalid(page->call, "after", not_a_page);
    return held_walk_begin(page->call->store, from, page->order.is_descending,
                           walk);
}

static enum status write_held(const struct page *page, struct buf *place,
                              int64_t *n, struct json_writer *result)
{
    const struct order_part all = {.range = ORDER_ALL};
    SCOPED(buf_free) struct buf sql = buf_make(LIST_SQL_MAX_BYTES);
    SCOPED(held_walk_clear) struct held_walk walk = {0};
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found = STATUS_END;

    TRY(begin_walk(page, &walk));
    list_put_page(page, &all, &sql);
    TRY(buf_status(&sql));
    TRY(asked_sql_prepare(page->call, &sql, "filter", &stmt));
    bind_filter(page, stmt);
    while (*n <= page->limit && (found = held_walk_next(&walk)) == STATUS_OK) {
        store_again(stmt);
        store_bind_int(stmt, PARAMETER_LIMIT, page->limit + 1 - *n);
        store_bind_int(stmt, PARAMETER_COLLECTION, walk.collection);
        store_bind_int(stmt, PARAMETER_KEY, walk.after);
        TRY(write_found(page, stmt, place, n, result));
    }
    return *n > page->limit || found == STATUS_END ? STATUS_OK : found;
}

static enum status write_items(const struct page *page,
                               struct json_writer *result)
{
    SCOPED(buf_free) struct buf place = buf_make(PLACE_BYTES);
    int64_t n = 0;

    writer_key(result, "items");
    writer_array_begin(result);
    if (page->start == START_HELD)
        TRY(write_held(page, &place, &n, result));
    else
        TRY(write_parts(page, &place, &n, result));
    writer_array_end(result);
    if (n <= page->limit)
        return STATUS_OK;
    TRY(buf_status(&place));
    writer_put_text(result, "next", buf_text(&place));
    return STATUS_OK;
}

/* The size of the set, where nothing else is asked for. */
static enum status write_visible_count(const struct page *page,
                                       struct json_writer *result)
{
    int64_t n;

    TRY(visible_count(page->visible, &n));
    writer_put_int(result, "count", n);
    return STATUS_OK;
}

static enum status write_found_count(const struct page *page,
                                     struct json_writer *result)
{
    SCOPED(buf_free) struct buf sql = buf_make(LIST_SQL_MAX_BYTES);
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    list_put_count(page, &sql);
    TRY(buf_status(&sql));
    TRY(asked_sql_prepare(page->call, &sql, "filter", &stmt));
    bind_filter(page, stmt);
    TRY(store_step(stmt));
    writer_put_int(result, "count", store_int(stmt, 0));
    return STATUS_OK;
}

/* Members of all collections. */
static bool is_held(const struct page *page)
{
    return page->call->class->is_held && !page->list->collection.size &&
           !MUTANT("p1-members-sorted");
}

static bool is_of_devices(const struct page *page)
{
    return page->call->class == &class_device;
}

static enum status choose_start(struct page *page, bool is_count)
{
    struct start_ask ask = {.visible = page->visible,
                            .order = &page->order,
                            .limit = page->limit,
                            .is_count = is_count};

    TRY(filter_start(&page->filter, PARAMETER_FILTER, page->call->class, &ask,
                     &page->start));
    if (page->start == START_ROWS && !is_count && is_held(page) &&
        !page->order.property)
        page->start = START_HELD;
    return STATUS_OK;
}

static enum status write_held_count(const struct page *page,
                                    struct json_writer *result)
{
    int64_t n;

    TRY(visible_count_held(page->visible, &n));
    writer_put_int(result, "count", n);
    return STATUS_OK;
}

static enum status write_count(struct page *page, struct json_writer *result)
{
    if (is_held(page) && !page->filter.sql.size)
        return write_held_count(page, result);
    if (is_of_devices(page) && !page->filter.sql.size)
        return write_visible_count(page, result);
    TRY(choose_start(page, true));
    return write_found_count(page, result);
}

static enum status write_page(struct page *page, struct json_writer *result)
{
    writer_object_begin(result);
    TRY(choose_start(page, false));
    TRY(write_items(page, result));
    if (page->list->count)
        TRY(write_count(page, result));
    writer_object_end(result);
    return STATUS_OK;
}

enum status object_list(struct object_call *call,
                        const struct object_list *list,
                        const struct object_filter *filter,
                        struct json_writer *result)
{
    struct page page = {.call = call, .list = list};
    struct sight sight;
    enum status status;

    call->reads_audit |= call->class->is_audit;
    status = read_page(&page);
    if (status == STATUS_OK)
        status = sight_begin(&sight, call->store, filter);
    if (status == STATUS_OK) {
        page.visible = &sight.visible;
        status = write_page(&page, result);
        if (status == STATUS_OK)
            status = sight_status(&sight);
        sight_end(&sight, call->store);
    }
    filter_clear(&page.filter);
    return status;
}
