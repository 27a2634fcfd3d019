/*
 * The answer of a WQL query: a page of its rows, or how many there are.
 *
 * Pages of members of all collections go through one readable collection after
 * the other, as those of lists do (held_walk.h).
 */
#pragma once

#include "provider/object/query/query_sql.h"

enum { PLACE_BYTES = 4096 };

/* The items, after the array was begun, and the place behind them. */
MUST_CHECK
enum status query_write_page(struct query_run *run, struct json_writer *result);
MUST_CHECK
enum status query_write_count(struct query_run *run,
                              struct json_writer *result);
