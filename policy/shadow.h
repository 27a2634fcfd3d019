/*
 * Grants that change nothing, because the same administrator holds as much
 * through another one.
 */
#pragma once

#include "policy/policy.h"
#include "rbac/rbac.h"

/* Warns at the assignment whose role adds nothing. */
MUST_CHECK
enum status shadow_warn(const struct rbac_engine *engine,
                        const struct policy *policy,
                        struct policy_messages *messages);
