/*
 * An order by a property, and the place where a page ended, as SQL.
 *
 * Rows are in order of the property, then of their keys; nulls come first,
 * or last where it goes down. Where an index gives that order, a page is read
 * in parts: each is one range of the index, and the next one begins where it
 * ends. So a page reads what it answers and not what comes before it, however
 * many rows have the same value.
 */
#pragma once

#include "provider/object/object_private.h"

struct order {
    const struct object_property *property; /* NULL: by key */
    bool is_descending;
};

/* Where the page before ended. */
struct place {
    bool is_set;
    bool is_null; /* the value */
    struct text key;
    struct text text;
    int64_t integer;
};

enum order_range {
    ORDER_ALL = 0,
    ORDER_AFTER,  /* what comes after the place, at once: to be sorted */
    ORDER_EQUAL,  /* the value of the place */
    ORDER_BEYOND, /* values after that */
    ORDER_NULLS,
    ORDER_VALUES, /* all but nulls */
    ORDER_NUMBER, /* of a property that has few numbers */
};

struct order_part {
    enum order_range range;
    bool is_after_key; /* of its rows, those after the key of the place */
    int64_t number;
};

enum { ORDER_PARTS_MAX = 12 };

struct order_parts {
    struct order_part of[ORDER_PARTS_MAX];
    size_t n;
};

/* Can an index give the order? */
bool order_is_indexed(const struct order *order);

/* What is read for a page, one after the other. is_walked: by the index. */
struct order_parts order_parts(const struct order *order,
                               const struct place *place, bool is_walked);

/* The property as a value that rows are sorted by. */
void order_put_value(const struct order *order, struct buf *sql);

/* Which parameters a part has. */
bool order_part_has_value(const struct order_part *part,
                          const struct place *place);
bool order_part_has_key(const struct order_part *part);

/* The parameters, and the key in SQL. */
struct order_terms {
    const char *key;
    int value_at;
    int key_at;
};

/* The condition, with " AND " before it; nothing for ORDER_ALL. */
void order_put_part(const struct order *order, const struct order_part *part,
                    const struct place *place, const struct order_terms *terms,
                    struct buf *sql);

/* A place as text: "SIZE:VALUEKEY", or ":KEY" where the value is null. */
void place_write(bool is_null, struct text value, struct text key,
                 struct buf *text);
MUST_CHECK
enum status place_read(const struct order *order, struct text text,
                       struct place *place_out);

/* All of a text is a decimal number. */
bool place_number(struct text text, int64_t *value_out);
