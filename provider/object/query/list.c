/*
 * Pages of a class, filtered inside the query.
 *
 * Every row is asked about in the query itself: what the caller may not read is
 * neither counted nor paged over nor compared with the caller's filter (T60).
 * The place after a page holds the value it was ordered by, not a look at a row
 * that may be hidden or gone by then.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/object/object_private.h"

enum { LIST_SQL_MAX_BYTES = 60 * 1024, PLACE_BYTES = 4096 };

/* Parameters of the statement. */
enum {
    PARAMETER_LIMIT = 1,
    PARAMETER_KEY,
    PARAMETER_ORDER,
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
};

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
    if ((class->properties[i].flags & OBJECT_LAZY) ||
        class->properties[i].type == OBJECT_STRINGS ||
        class->properties[i].type == OBJECT_EMBEDDED)
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
        return fail_invalid(page->call, "limit", "It is 1 to %d.",
                            OBJECT_LIST_MAX);
    TRY(read_order(page));
    if (read_place(page) != STATUS_OK || (page->call->class->has_integer_key &&
                                          read_key(page, &row) != STATUS_OK))
        return fail_invalid(page->call, "after",
                            "It is not what a page ended with.");
    if (filter_read(page->call->class, list->filter, PARAMETER_FILTER,
                    &page->filter) != STATUS_OK)
        return fail_invalid(page->call, "filter", "The filter is wrong: %s.",
                            page->filter.why[0] ? page->filter.why
                                                : "it is too long");
    return STATUS_OK;
}

/* ---- The statements ---- */

/*
 * The rows of the reply. CASE keeps its order, which AND does not: the filter
 * is not even tried on a row that may not be read.
 */
static void put_rows(const struct page *page, bool has_place, struct buf *sql)
{
    const struct object_class *class = page->call->class;
    const struct text filter = buf_text(&page->filter.sql);

    buf_append_format(sql, " FROM %s t WHERE ", class->table);
    if (has_place && page->place.is_set && !page->order.property)
        buf_append_format(sql, "t.%s %c ?%d AND ", class->key_column,
                          page->order.is_descending ? '<' : '>', PARAMETER_KEY);
    if (filter.size)
        buf_append_string(sql, "CASE WHEN ");
    class_put_may(class, sql);
    if (filter.size) {
        buf_append_string(sql, " THEN (");
        buf_append_text(sql, filter);
        buf_append_string(sql, ") ELSE 0 END");
    }
}

/* What is sorted by: never null, so that a place can be compared with it. */
static void put_order_value(const struct page *page, struct buf *sql)
{
    const bool is_text = page->order.property->type == OBJECT_STRING;

    buf_append_string(sql, "ifnull(");
    object_property_put(page->order.property, sql);
    buf_append_string(sql, is_text ? ", '') COLLATE NOCASE"
                                   : ", -9223372036854775807)");
}

static void put_place(const struct page *page, struct buf *sql)
{
    const char side = page->order.is_descending ? '<' : '>';

    buf_append_string(sql, " AND (");
    put_order_value(page, sql);
    buf_append_format(sql, " %c ?%d OR (", side, PARAMETER_ORDER);
    put_order_value(page, sql);
    buf_append_format(sql, " = ?%d AND t.%s %c ?%d))", PARAMETER_ORDER,
                      page->call->class->key_column, side, PARAMETER_KEY);
}

static void put_columns(const struct page *page, struct buf *sql)
{
    const struct object_class *class = page->call->class;

    buf_append_format(sql, "SELECT t.%s, ", class->key_column);
    if (page->order.property)
        put_order_value(page, sql);
    else
        buf_append_string(sql, "NULL");
    for (size_t i = 0; i < class->n_properties; i++) {
        if (!(page->set & UINT64_C(1) << i))
            continue;
        buf_append_string(sql, ", ");
        object_property_put(&class->properties[i], sql);
    }
}

static void put_page(const struct page *page, struct buf *sql)
{
    const char *direction = page->order.is_descending ? " DESC" : "";

    put_columns(page, sql);
    put_rows(page, true, sql);
    if (page->place.is_set && page->order.property)
        put_place(page, sql);
    buf_append_string(sql, " ORDER BY ");
    if (page->order.property)
        buf_append_format(sql, "2%s, ", direction);
    buf_append_format(sql, "t.%s%s LIMIT ?%d", page->call->class->key_column,
                      direction, PARAMETER_LIMIT);
}

static void put_count(const struct page *page, struct buf *sql)
{
    buf_append_string(sql, "SELECT count(*)");
    put_rows(page, false, sql);
}

/* ---- Running ---- */

static void bind_filter(const struct page *page, struct store_stmt *stmt)
{
    for (size_t i = 0; i < page->filter.n_values; i++) {
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

    if (page->call->class->has_integer_key) {
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

    put_page(page, &sql);
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

static enum status write_count(const struct page *page,
                               struct json_writer *result)
{
    SCOPED(buf_free) struct buf sql = buf_make(LIST_SQL_MAX_BYTES);
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    put_count(page, &sql);
    TRY(buf_status(&sql));
    TRY(store_prepare_text(page->call->store, buf_text(&sql), &stmt));
    bind_filter(page, stmt);
    TRY(store_step(stmt));
    writer_put_int(result, "count", store_int(stmt, 0));
    return STATUS_OK;
}

static enum status write_page(const struct page *page,
                              struct json_writer *result)
{
    writer_object_begin(result);
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

    status = read_page(&page);
    if (status == STATUS_OK)
        status = sight_begin(&sight, call->store, filter);
    if (status == STATUS_OK) {
        status = write_page(&page, result);
        if (status == STATUS_OK)
            status = sight_status(&sight);
        sight_end(&sight, call->store);
    }
    filter_clear(&page.filter);
    return status;
}
