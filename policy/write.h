/*
 * A policy as one file in canonical form: what is declared, sorted by name,
 * every default left out. Reading it gives the same policy again, but for
 * places and order. An administrator's own file is never rewritten.
 */
#pragma once

#include "policy/policy.h"
#include "policy/scalar.h"

MUST_CHECK
enum status policy_write(const struct policy *policy, struct buf *out);
