/*
 * Declares everything in a policy, from the site down to its administrators.
 */
#pragma once

#include "policy/policy.h"
#include "provider/object/declare/declare.h"

/* Like declare_finish; declare_why gives errors. */
MUST_CHECK
enum status rollout_declare(struct declare *declare,
                            const struct policy *policy, bool *changed_out);
