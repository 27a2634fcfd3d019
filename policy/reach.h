/*
 * Who can sign in how strongly, as the mechanisms are configured.
 */
#pragma once

#include "policy/check.h"
#include "policy/estate.h"

/*
 * An error where the files set a minimum level that no Full Administrator in
 * force can sign in at (T84). Whom the files do not know, a member of a group
 * of the system, counts as able. facts->reachable is known.
 */
MUST_CHECK
enum status reach_check(const struct rbac_engine *engine,
                        const struct policy_people *people,
                        const struct policy *policy,
                        const struct policy_facts *facts,
                        struct policy_messages *messages);
