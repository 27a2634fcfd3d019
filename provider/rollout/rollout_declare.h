/*
 * Everything a policy declares, from the site down to its administrators.
 */
#pragma once

#include "policy/policy.h"
#include "provider/object/declare/declare.h"

/* As declare_finish; what is wrong is in declare_why. */
MUST_CHECK
enum status rollout_declare(struct declare *declare,
                            const struct policy *policy, bool *changed_out);
