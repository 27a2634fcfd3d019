/*
 * Grants that change nothing, because the same administrator holds as much
 * through another one, of their own or of a group they are in.
 */
#pragma once

#include "policy/estate.h"
#include "rbac/build.h"

/* Warns at the assignment whose role adds nothing. */
MUST_CHECK
enum status shadow_warn(const struct rbac_engine *engine,
                        const struct policy_people *people,
                        const struct policy *policy,
                        struct policy_messages *messages);
