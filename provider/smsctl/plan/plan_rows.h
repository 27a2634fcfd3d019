/*
 * A plan as uniform rows, for programs that read lines.
 *
 * kind is change, right, sign_in, answer (of a replay), adopted or missing;
 * columns that do not apply to a kind are empty.
 */
#pragma once

#include <jansson.h>

extern const char *const plan_columns[];
extern const size_t n_plan_columns;

/* An array of objects, given; NULL: out of memory. */
json_t *plan_rows(const json_t *plan);
