/*
 * Checks of a policy that compiles: grants without effect, and its own tests.
 * Both add messages to the set.
 */
#pragma once

#include "policy/policy.h"

/* Facts besides the files. */
struct policy_facts {
    int64_t now_s;
    enum auth_level
        reachable; /* the highest level the mechanisms prove; NONE: unknown */
    enum auth_level reach[IDENTITY_N_KINDS]; /* the same for each kind of
                                                identity; all NONE: unknown */
    /* Subjects of all client_ca, as the issuers of identities; they count only
     * if reach is known. */
    const char *const *authorities; /* [n_authorities] */
    size_t n_authorities;
    const struct realms *realms; /* whose users sign in; NULL: unknown */
};

/*
 * Warns of grants that can never apply or are granted twice, of unused roles
 * and groups, and of levels nobody can reach; it is an error if nobody could
 * administer the site, or no Full Administrator could sign in at the minimum
 * level (T84). The set must have been compiled. STATUS_INVALID if an error was
 * added.
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
 * fails. STATUS_INVALID if one did.
 */
MUST_CHECK
enum status policy_set_test(struct policy_set *set,
                            const struct policy_facts *facts,
                            struct policy_test_count *count_out);
