/*
 * A policy by itself as an engine: built-in and declared objects, and the
 * collections they name. For tests and comparisons without a store.
 */
#pragma once

#include "policy/policy.h"
#include "rbac/build.h"

/*
 * Administrators keep their numbers: admin i of the policy is admin i of the
 * estate. A collection that is named and not declared counts as limited to All
 * Systems, where most are. STATUS_INVALID with problem_out set.
 */
MUST_CHECK
enum status policy_engine_build(const struct policy *policy,
                                struct rbac_engine **engine_out,
                                struct rbac_problem *problem_out);

/* By name or id, as in policy files; RBAC_NONE if there is none. */
uint32_t policy_find_role(const struct rbac_engine *engine, const char *name);
uint32_t policy_find_scope(const struct rbac_engine *engine, const char *name);
uint32_t policy_find_collection(const struct rbac_engine *engine,
                                const char *name);

/*
 * Numbers of the records that apply to a user, their own and those of groups of
 * the files they are in, including nested ones: into admins_out[max]; returns
 * their number, which may be greater than max (SIZE_MAX: out of memory).
 */
struct policy_people;
MUST_CHECK
enum status policy_people_new(const struct policy *policy,
                              struct policy_people **people_out);
void policy_people_free(struct policy_people *people);
DEFINE_DROP(policy_people)
size_t policy_people_admins(const struct policy_people *people,
                            const char *user, uint32_t *admins_out, size_t max);

/* Is the user, or a group of theirs, excluded from the minimum at the time? */
bool policy_people_is_excluded(const struct policy_people *people,
                               const char *user, int64_t now_s);
