/*
 * Users, groups and identities of a site, for finding what applies to a caller.
 * Built once with the site, then read-only: threads and later sites share it.
 */
#pragma once

#include "provider/object/site.h"
#include "rbac/arena.h"
#include "rbac/build.h"

struct people;

/* Gives the estate's administrators the nodes of their names. Held once. */
MUST_CHECK
enum status people_load(struct store *store, const struct rbac_admin *admins,
                        size_t n_admins, struct people **people_out);
struct people *people_hold(struct people *people);
void people_free(struct people *people);
DEFINE_DROP(people)

/* The exclusions among the people. */
const struct site_exclusion *people_exclusions(const struct people *people,
                                               size_t *n_out);

/*
 * Records of a group and of every group it is in: indexes into admins_out[max];
 * returns their number, which is more than max if they do not fit or memory is
 * short.
 */
size_t people_group_admins(const struct people *people, const char *group,
                           uint32_t *admins_out, size_t max);

/*
 * Does an exclusion name the group, or any it is in, whenever it ends? Also if
 * memory is short: members need not reach the minimum level.
 */
bool people_group_is_excluded(const struct people *people, const char *group);
