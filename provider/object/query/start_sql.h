/*
 * The visible rows of a class whose rows belong to devices (start.h), as SQL.
 */
#pragma once

#include "provider/object/object_private.h"

/*
 * " FROM .. v .. t .. WHERE ..": the visible rows of such a class, device by
 * device. Several rows of one device are found as the range of their numbers,
 * and by no index of what they have, which knows hidden ones too.
 */
void start_put_visible(const struct object_class *class, struct buf *sql);

/* What they are sorted by to be in the order of their keys: for nothing, where
 * that does not go down. */
const char *start_visible_order(const struct object_class *class,
                                bool is_descending);

/* The row by itself, and the condition that it comes after a parameter. */
const char *start_visible_row(const struct object_class *class);
void start_put_after(const struct object_class *class, bool is_descending,
                     int key_at, struct buf *sql);
