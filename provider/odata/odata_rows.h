/*
 * The rows of a page, with what OData says about each.
 *
 * A page may be a megabyte: to read it into a tree and write that again would
 * keep the loop from others, and its rows are what they are. So they are copied
 * as they were written, and only where each begins, ends and has its key is
 * looked for.
 */
#pragma once

#include "provider/base/json_writer.h"

struct object_class; /* provider/object/class.h */

/* Where the array ends that text begins with; 0: it is none. */
size_t odata_rows_size(struct text text);

/* Writes the array; class NULL: as it is. False: it is no array of objects. */
bool odata_rows_put(struct text rows, const struct object_class *class,
                    struct json_writer *w);
