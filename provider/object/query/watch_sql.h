/*
 * What a caller sees of a class, as one statement: row, version, key.
 *
 * The statement itself checks the caller's rights (sight.c).
 */
#pragma once

#include "provider/object/object_private.h"

/* In the order of rows; of_visible: of devices, from the set of the visible. */
void watch_put_rows(const struct object_class *class,
                    const struct filter *filter, bool of_visible,
                    struct buf *sql);
