/*
 * More about a policy that compiles: what it says that cannot work, and
 * whether its own tests hold. Both add messages to the set.
 */
#pragma once

#include "policy/policy.h"

/* What is known besides the files. */
struct policy_facts {
    int64_t now_s;
    enum auth_level
        reachable; /* the most the mechanisms prove; NONE: unknown */
    enum auth_level reach[IDENTITY_N_KINDS]; /* the same of each identity;
                                                all NONE: unknown */
};

/*
 * Warns of grants that can never apply or are granted twice, of roles and
 * groups nobody has, and of levels nobody can reach; that nobody could
 * administer, or no Full Administrator sign in at the minimum level, is an
 * error (T84). The set must have been compiled. STATUS_INVALID when an error
 * was added.
 */
MUST_CHECK
enum status policy_set_check(struct policy_set *set,
                             const struct policy_facts *facts);

struct policy_test_count {
    size_t n_passed;
    size_t n_failed;
    size_t n_skipped; /* need the store: they name an object */
};

/*
 * Runs the tests of the files on the policy alone; one error for each that
 * fails. STATUS_INVALID when one did.
 */
MUST_CHECK
enum status policy_set_test(struct policy_set *set,
                            const struct policy_facts *facts,
                            struct policy_test_count *count_out);
