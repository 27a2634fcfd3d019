/*
 * How strongly users can sign in, with the mechanisms as configured.
 */
#pragma once

#include "policy/check.h"
#include "policy/estate.h"

/* Do the facts say what identities of each kind prove? */
bool reach_is_known(const struct policy_facts *facts);

/*
 * An error if the files set a minimum level at which no Full Administrator in
 * force can sign in (T84). Users unknown to the files, members of an external
 * group, count as able. facts->reachable is known.
 */
MUST_CHECK
enum status reach_check(const struct rbac_engine *engine,
                        const struct policy_people *people,
                        const struct policy *policy,
                        const struct policy_facts *facts,
                        struct policy_messages *messages);
