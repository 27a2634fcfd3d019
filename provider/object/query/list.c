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

#include "provider/object/query/list_sql.h"
#include "provider/object/query/sought_sql.h"
#include "provider/object/query/visible.h"

enum { LIST_SQL_MAX_BYTES = 60 * 1024, PLACE_BYTES = 4096 };

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

static bool read_number(struct text text, int64_t *value_out)
{
    char digits[24];
    char *end;

    if (text.size == 0 || text.size >= sizeof(digits))
        return false;
    memcpy(digits, text.data, text.size);
    digits[text.size] = '\0';
    *value_out = strtoll(digits, &end, 10);
    return *end == '\0' && (digits[0] == '-' || digits[0] <= '9');
}

/* "KEY", or "SIZE:VALUEKEY" where the order is not by key. */
static enum status read_place(struct page *page)
{
    const struct text after = page->list->after;
    const char *colon;
    int64_t size;
    struct text rest;

    if (after.size == 0)
        return STATUS_OK;
    page->place.is_set = true;
    page->place.key = after;
    if (!page->order.property)
        return STATUS_OK;
    colon = memchr(after.data, ':', after.size);
    if (!colon ||
        !read_number((struct text){after.data, (size_t)(colon - after.data)},
                     &size))
        return STATUS_INVALID;
    rest =
        (struct text){colon + 1, after.size - (size_t)(colon + 1 - after.data)};
    if (size < 0 || (uint64_t)size > rest.size)
        return STATUS_INVALID;
    page->place.text = (struct text){rest.data, (size_t)size};
    page->place.key = (struct text){rest.data + size, rest.size - (size_t)size};
    if (page->order.property->type != OBJECT_STRING &&
        !read_number(page->place.text, &page->place.integer))
        return STATUS_INVALID;
    return STATUS_OK;
}

static enum status read_key(struct page *page, int64_t *row_out)
{
    if (page->place.is_set && !read_number(page->place.key, row_out))
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
        return fail_invalid(page->call, "after",
                            "It is not the end of a page.");
    if (filter_read(page->call->class, list->filter, PARAMETER_FILTER,
                    &page->filter) != STATUS_OK)
        return fail_invalid(page->call, "filter", "The filter is invalid: %s.",
                            page->filter.why[0] ? page->filter.why
                                                : "it is too long");
    return STATUS_OK;
}

/* ---- The statements ---- */

/* ---- Running ---- */

static void bind_filter(const struct page *page, struct store_stmt *stmt)
{
    const size_t n_unused = page->starts_visible ? page->filter.n_sought : 0;

    if (page->list->collection.size)
        store_bind_text(stmt, PARAMETER_COLLECTION, page->list->collection);
    for (size_t i = 0; i + n_unused < page->filter.n_values; i++) {
        const struct filter_value *value = &page->filter.values[i];
        const int index = PARAMETER_FILTER + (int)i;

        if (value->is_text)
            store_bind_text(stmt, index, value->text);
        else
            store_bind_int(stmt, index, value->integer);
    }
}

static void bind_place(const struct page *page, struct store_stmt *stmt)
{
    int64_t row = 0;

    if (page_has_integer_key(page)) {
        read_number(page->place.key, &row);
        store_bind_int(stmt, PARAMETER_KEY, row);
    } else {
        store_bind_text(stmt, PARAMETER_KEY, page->place.key);
    }
    if (!page->order.property)
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
    int column = 2;

    writer_object_begin(result);
    for (size_t i = 0; i < class->n_properties; i++) {
        if (!(page->set & UINT64_C(1) << i))
            continue;
        writer_key(result, class->properties[i].name);
        object_value_write(result, &class->properties[i], stmt, column++);
    }
    writer_object_end(result);
}

/* The place of a row, as read_place() reads it. */
static void note_place(const struct page *page, struct store_stmt *stmt,
                       struct buf *place)
{
    const struct text value = store_text(stmt, 1);

    buf_clear(place);
    if (page->order.property) {
        buf_append_format(place, "%zu:", value.size);
        buf_append_text(place, value);
    }
    buf_append_text(place, store_text(stmt, 0));
}

static enum status write_items(const struct page *page,
                               struct json_writer *result)
{
    SCOPED(buf_free) struct buf sql = buf_make(LIST_SQL_MAX_BYTES);
    SCOPED(buf_free) struct buf place = buf_make(PLACE_BYTES);
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    int64_t n = 0;

    list_put_page(page, &sql);
    TRY(buf_status(&sql));
    TRY(store_prepare_text(page->call->store, buf_text(&sql), &stmt));
    store_bind_int(stmt, PARAMETER_LIMIT, page->limit + 1);
    if (page->place.is_set)
        bind_place(page, stmt);
    bind_filter(page, stmt);
    writer_key(result, "items");
    writer_array_begin(result);
    while ((found = store_step(stmt)) == STATUS_OK && n < page->limit) {
        write_row(page, stmt, result);
        if (++n == page->limit)
            note_place(page, stmt, &place);
    }
    writer_array_end(result);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
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

static enum status write_count(const struct page *page,
                               struct json_writer *result)
{
    SCOPED(buf_free) struct buf sql = buf_make(LIST_SQL_MAX_BYTES);
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    list_put_count(page, &sql);
    TRY(buf_status(&sql));
    TRY(store_prepare_text(page->call->store, buf_text(&sql), &stmt));
    bind_filter(page, stmt);
    TRY(store_step(stmt));
    writer_put_int(result, "count", store_int(stmt, 0));
    return STATUS_OK;
}

/* Few: sorting or filtering them all costs less than finding them otherwise. */
enum { VISIBLE_FEW = 8192 };

static bool is_of_devices(const struct page *page)
{
    return page->call->class == &class_device;
}

/* Is it better to walk in order than to seek? */
static enum status look_at_prefix(struct page *page, bool *is_common_out)
{
    const struct filter *filter = &page->filter;

    if (!filter->prefix_of || page->order.property ||
        page->order.is_descending || page->list->count)
        return STATUS_OK;
    return sought_is_common(
        page->call->store, page->call->class, filter->prefix_of,
        filter->values[filter->n_values - 1].text, is_common_out);
}

static enum status choose_start(struct page *page)
{
    bool is_common = false;
    int64_t n;

    if (!is_of_devices(page))
        return STATUS_OK;
    TRY(visible_count(page->visible, &n));
    page->starts_visible = true;
    if (n <= VISIBLE_FEW)
        return STATUS_OK;
    TRY(look_at_prefix(page, &is_common));
    page->starts_visible = !page->order.property &&
                           !page->order.is_descending &&
                           (!page->filter.sought.size || is_common);
    return STATUS_OK;
}

static enum status write_page(struct page *page, struct json_writer *result)
{
    writer_object_begin(result);
    TRY(choose_start(page));
    TRY(write_items(page, result));
    if (page->list->count && is_of_devices(page) && !page->filter.sql.size)
        TRY(write_visible_count(page, result));
    else if (page->list->count)
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
