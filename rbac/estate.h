/*
 * Checks and copies an estate: after this, indexes are in range, names are
 * unique and masks only have operations that exist.
 */
#pragma once

#include "rbac/arena.h"
#include "rbac/build.h"

/* STATUS_INVALID or STATUS_LIMIT, with the problem. */
MUST_CHECK
enum status estate_check(const struct rbac_estate *estate,
                         struct rbac_problem *problem);

/* Copies in the arena, which share nothing with the original. */
MUST_CHECK
enum status estate_copy_scopes(const struct rbac_estate *estate,
                               struct arena *arena,
                               const struct rbac_scope **scopes_out);
MUST_CHECK
enum status estate_copy_roles(const struct rbac_estate *estate,
                              struct arena *arena,
                              const struct rbac_role **roles_out);
MUST_CHECK
enum status estate_copy_admins(const struct rbac_estate *estate,
                               struct arena *arena,
                               const struct rbac_admin **admins_out);

/* Sets the problem and returns STATUS_INVALID. */
MUST_CHECK
enum status problem_tell(struct rbac_problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
