/*
 * The statement that finds the object of a row.
 */
#pragma once

#include "provider/object/object_private.h"

/*
 * Key, and whether it is new, of objects with a value of the property (?1): at
 * most two. Those that the caller may read, or that are new: from the row ?2
 * on, made by the same import and not labelled yet.
 */
void import_put_lookup(const struct object_class *class,
                       const struct object_property *by, struct buf *sql);
