/*
 * What a caller sees of a class, as one statement: row, version, key.
 *
 * The statement itself checks the caller's rights (sight.c).
 */
#pragma once

#include "provider/object/query/start.h"

/* In the order of rows. */
void watch_put_rows(const struct object_class *class,
                    const struct filter *filter, enum start start,
                    struct buf *sql);
