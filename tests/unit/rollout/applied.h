/*
 * Random policies as files, put into a store as the daemon does, and the store
 * as text: by tables, or by names alone, so that two stores can be compared
 * whose rows have other numbers.
 */
#pragma once

#include "tests/unit/object/site_fixture.h"

#include "policy/arena.h"
#include "policy/estate.h"

/* A policy as the loader makes it of its own text. */
struct written {
    struct arena *arena;         /* owned */
    struct policy_set *set;      /* owned */
    const struct policy *policy; /* borrowed from the set */
    struct policy draft;         /* what was written; may be changed */
};

/*
 * Of a seed: groups from outside, exclusions of groups and nested ones among
 * it; the first administrator is root@EXAMPLE.COM, at the top. At most most
 * things of each kind.
 */
struct written written_random(uint64_t seed, size_t most);
void written_clear(struct written *written);

/* The draft, changed by its owner, as files anew; false: it is no policy. */
bool written_again(struct written *written);

/* Of a text, which must be a policy. */
struct written written_text(const char *text);

#define ROOT_USER "root@EXAMPLE.COM"

/*
 * setup and teardown of cmocka: a store with three devices that the direct
 * rules of random policies name, and root alone, whom a file declares.
 */
int applied_open(void **state);

/* On whose behalf, at which level, a step was; NULL: nobody is asked. */
struct applied {
    bool changed;
    size_t n_missing; /* what the caller may not have done */
    char why[700];    /* what was wrong, or the first that was missing */
};

/*
 * The policy as one step of a change, kept when it went well and nothing was
 * missing. STATUS_DENIED: something was.
 */
enum status apply_policy(struct fixture *fixture, const struct policy *policy,
                         const struct declare_caller *caller,
                         struct applied *applied_out);

/* The same, and nothing is kept. */
enum status try_policy(struct fixture *fixture, const struct policy *policy,
                       const struct declare_caller *caller,
                       struct applied *applied_out);

/* Only what is built in remains, and devices; nobody is there. */
void wipe_site(struct fixture *fixture);

/* Every table, row by row. */
void dump_tables(struct store *store, struct buf *out);

/* What the site is, by names: no rows, keys, stamps or versions. */
void dump_site(struct store *store, struct buf *out);

/* How often what counts rows' changes has counted. */
int64_t sum_of_versions(struct store *store);

/* From SMS_LONG: few, or twenty times as many. */
uint64_t rounds_of(uint64_t few);

#define WITH_APPLIED(test)                                                     \
    cmocka_unit_test_setup_teardown(test, applied_open, fixture_close)
