/*
 * A plan as rows of one shape, for programs that read lines.
 *
 * kind is change, right, sign_in, answer (of a replay) or missing; what a
 * column does not say of a kind stays empty.
 */
#pragma once

#include <jansson.h>

extern const char *const plan_columns[];
extern const size_t n_plan_columns;

/* An array of objects, given; NULL when memory is short. */
json_t *plan_rows(const json_t *plan);
