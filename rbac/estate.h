/*
 * An estate checked and copied: after this, indexes are in range, names are
 * unique and masks hold only operations that exist.
 */
#pragma once

#include "rbac/arena.h"
#include "rbac/rbac.h"

/* STATUS_INVALID or STATUS_LIMIT with the problem told. */
MUST_CHECK
enum status estate_check(const struct rbac_estate *estate,
                         struct rbac_problem *problem);

/* A copy that shares nothing with the original but the catalog. */
MUST_CHECK
enum status estate_copy(const struct rbac_estate *estate, struct arena *arena,
                        struct rbac_estate *copy_out);

/* Tells the problem and is STATUS_INVALID. */
MUST_CHECK
enum status problem_tell(struct rbac_problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
