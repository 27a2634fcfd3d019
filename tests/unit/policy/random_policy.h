/*
 * Policies made of a seed: every kind of thing, odd names, and always good.
 */
#pragma once

#include "policy/arena.h"
#include "policy/policy.h"

/* At most most things of each kind, in the arena. */
struct policy random_policy(uint64_t seed, size_t most, struct arena *arena);
