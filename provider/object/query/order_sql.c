#include "provider/object/query/order_sql.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- Parts ---- */

/* Only what is unusual is in the index of a number: the others are in the
 * order of their keys. */
static bool is_flag(const struct object_property *p)
{
    return p->type == OBJECT_INTEGER &&
           p->max - p->min <= ORDER_PARTS_MAX - 2 - 1;
}

bool order_is_indexed(const struct order *order)
{
    const struct object_property *p = order->property;

    return p && !p->computed && (p->flags & OBJECT_SOUGHT) &&
           (p->type == OBJECT_STRING || is_flag(p));
}

static void add(struct order_parts *parts, struct order_part part)
{
    parts->of[parts->n++] = part;
}

/* The numbers as they come, beginning with the place's. */
static void add_numbers(const struct order *order, const struct place *place,
                        struct order_parts *parts)
{
    const struct object_property *p = order->property;
    const int64_t n = p->max - p->min + 1;
    bool is_before = place->is_set;

    for (int64_t i = 0; i <= n; i++) {
        const int64_t at = order->is_descending ? n - i : i; /* 0: null */
        const int64_t number = p->min + at - 1;
        const bool is_null = at == 0;
        const bool is_place = is_before && is_null == place->is_null &&
                              (is_null || number == place->integer);

        if (is_place)
            is_before = false;
        if (!is_before)
            add(parts, (struct order_part){.range = is_null ? ORDER_NULLS
                                                            : ORDER_NUMBER,
                                           .is_after_key = is_place,
                                           .number = number});
    }
}

static void add_texts(const struct order *order, const struct place *place,
                      struct order_parts *parts)
{
    if (!place->is_set) {
        add(parts, (struct order_part){.range = ORDER_ALL});
        return;
    }
    add(parts,
        (struct order_part){.range = place->is_null ? ORDER_NULLS : ORDER_EQUAL,
                            .is_after_key = true});
    if (!place->is_null)
        add(parts, (struct order_part){.range = ORDER_BEYOND});
    if (place->is_null && !order->is_descending)
        add(parts, (struct order_part){.range = ORDER_VALUES});
    if (!place->is_null && order->is_descending)
        add(parts, (struct order_part){.range = ORDER_NULLS});
}

struct order_parts order_parts(const struct order *order,
                               const struct place *place, bool is_walked)
{
    struct order_parts parts = {.n = 0};

    if (is_walked && order->property->type == OBJECT_STRING)
        add_texts(order, place, &parts);
    else if (is_walked)
        add_numbers(order, place, &parts);
    else
        add(&parts, (struct order_part){
                        .range = place->is_set && order->property ? ORDER_AFTER
                                                                  : ORDER_ALL});
    return parts;
}

/* ---- As SQL ---- */

static void put_property(const struct order *order, struct buf *sql)
{
    const bool is_computed = order->property->computed != NULL;

    buf_append_string(sql, is_computed ? "(" : "");
    object_property_put(order->property, sql);
    buf_append_string(sql, is_computed ? ")" : "");
}

void order_put_value(const struct order *order, struct buf *sql)
{
    put_property(order, sql);
    if (order->property->type == OBJECT_STRING)
        buf_append_string(sql, " COLLATE NOCASE");
}

bool order_part_has_value(const struct order_part *part,
                          const struct place *place)
{
    return part->range == ORDER_EQUAL || part->range == ORDER_BEYOND ||
           (part->range == ORDER_AFTER && !place->is_null);
}

bool order_part_has_key(const struct order_part *part)
{
    return part->is_after_key || part->range == ORDER_AFTER;
}

static void put_after_key(const struct order *order,
                          const struct order_terms *terms, struct buf *sql)
{
    buf_append_format(sql, "%s %c ?%d", terms->key,
                      order->is_descending ? '<' : '>', terms->key_at);
}

static void put_compared(const struct order *order, char how,
                         const struct order_terms *terms, struct buf *sql)
{
    put_property(order, sql);
    buf_append_format(sql, " %c ?%d", how, terms->value_at);
    if (order->property->type == OBJECT_STRING)
        buf_append_string(sql, " COLLATE NOCASE");
}

static void put_null(const struct order *order, const char *is_null,
                     struct buf *sql)
{
    put_property(order, sql);
    buf_append_string(sql, is_null);
}

/* After the place, wherever an index would find it. */
static void put_after(const struct order *order, const struct place *place,
                      const struct order_terms *terms, struct buf *sql)
{
    buf_append_char(sql, '(');
    if (place->is_null) {
        if (order->is_descending)
            put_null(order, " IS NULL AND ", sql);
        else
            put_null(order, " IS NOT NULL OR ", sql);
    } else {
        put_compared(order, order->is_descending ? '<' : '>', terms, sql);
        buf_append_string(sql, " OR ");
        if (order->is_descending)
            put_null(order, " IS NULL OR ", sql);
        put_compared(order, '=', terms, sql);
        buf_append_string(sql, " AND ");
    }
    put_after_key(order, terms, sql);
    buf_append_char(sql, ')');
}

/* The index of a number says what is not in it. */
static void put_indexed(const struct order *order, struct buf *sql)
{
    const struct object_property *p = order->property;

    if (p->type == OBJECT_INTEGER)
        buf_append_format(sql, "t.%s IS NOT %" PRId64 " AND ", p->column,
                          p->usual);
}

static void put_number(const struct order *order, int64_t number,
                       struct buf *sql)
{
    if (number != order->property->usual)
        put_indexed(order, sql);
    put_property(order, sql);
    buf_append_format(sql, " = %" PRId64, number);
}

static void put_range(const struct order *order, const struct order_part *part,
                      const struct place *place,
                      const struct order_terms *terms, struct buf *sql)
{
    switch (part->range) {
    case ORDER_AFTER:
        put_after(order, place, terms, sql);
        return;
    case ORDER_EQUAL:
        put_compared(order, '=', terms, sql);
        return;
    case ORDER_BEYOND:
        put_compared(order, order->is_descending ? '<' : '>', terms, sql);
        return;
    case ORDER_NULLS:
        put_indexed(order, sql);
        put_null(order, " IS NULL", sql);
        return;
    case ORDER_VALUES:
        put_null(order, " IS NOT NULL", sql);
        return;
    case ORDER_NUMBER:
        put_number(order, part->number, sql);
        return;
    case ORDER_ALL:
        break;
    }
}

void order_put_part(const struct order *order, const struct order_part *part,
                    const struct place *place, const struct order_terms *terms,
                    struct buf *sql)
{
    if (part->range == ORDER_ALL)
        return;
    buf_append_string(sql, " AND ");
    put_range(order, part, place, terms, sql);
    if (!part->is_after_key)
        return;
    buf_append_string(sql, " AND ");
    put_after_key(order, terms, sql);
}

/* ---- Places ---- */

bool place_number(struct text text, int64_t *value_out)
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

void place_write(bool is_null, struct text value, struct text key,
                 struct buf *text)
{
    if (is_null)
        buf_append_char(text, ':');
    else
        buf_append_format(text, "%zu:", value.size);
    if (!is_null)
        buf_append_text(text, value);
    buf_append_text(text, key);
}

enum status place_read(const struct order *order, struct text text,
                       struct place *place_out)
{
    const char *colon = memchr(text.data, ':', text.size);
    struct place place = {.is_set = true};
    struct text size_text;
    struct text rest;
    int64_t size = 0;

    if (!colon)
        return STATUS_INVALID;
    size_text = (struct text){text.data, (size_t)(colon - text.data)};
    rest = (struct text){colon + 1, text.size - size_text.size - 1};
    place.is_null = size_text.size == 0;
    if (!place.is_null && !place_number(size_text, &size))
        return STATUS_INVALID;
    if (size < 0 || (uint64_t)size > rest.size)
        return STATUS_INVALID;
    place.text = (struct text){rest.data, (size_t)size};
    place.key = (struct text){rest.data + size, rest.size - (size_t)size};
    if (!place.is_null && order->property->type != OBJECT_STRING &&
        !place_number(place.text, &place.integer))
        return STATUS_INVALID;
    *place_out = place;
    return STATUS_OK;
}
