/*
 * Where the rows of a filter begin (start.h), and its parameters from there.
 */
#pragma once

#include "provider/object/query/start.h"

/* first: the parameter of its first value. ask has what is asked for besides
 * the filter. */
MUST_CHECK
enum status filter_start(const struct filter *filter, int first,
                         const struct object_class *class,
                         struct start_ask *ask, enum start *start_out);

/* Its values, as far as a statement that begins there has them. */
void filter_bind(const struct filter *filter, int first, enum start start,
                 struct store_stmt *stmt);
