/*
 * Policy tests where the store is: each one question to the gate's own
 * decision, on the site as it is or would be, with real objects.
 */
#pragma once

#include "provider/object/site.h"
#include "provider/rollout/source.h"

struct call;

struct trial_count {
    size_t n_passed;
    size_t n_failed;
};

/* Where they are run: a store inside a transaction, whose state is the
 * site's. */
struct trial_ground {
    struct store *store;
    const struct site *site;
    int64_t now_s;
};

/* How one test went, as a sentence. */
struct trial_result {
    bool ok;
    char sentence[1024];
};

/*
 * What who calls sees of the object that a test names, among those they may
 * read: its key; or that there is one, or there are several, and all of them
 * are hidden: then it is a test of none (T60). Looked up before anything is
 * tried out: what a step would let them read tells nothing of what they may
 * read now.
 */
struct trial_sight {
    bool is_hidden;
    char key[OBJECT_KEY_MAX_BYTES + 1]; /* "": none that they may read */
};
MUST_CHECK
enum status trial_look(const struct call *call, const struct policy_test *test,
                       struct trial_sight *sight_out);

/*
 * A test names an object by key or, where that is unique, by name; about one
 * that is not there, or hidden, it fails. sight NULL: with the site's own eyes.
 */
MUST_CHECK
enum status trial_run(const struct trial_ground *ground,
                      const struct policy_test *test,
                      const struct trial_sight *sight,
                      struct trial_result *result_out);

/* All tests of the files (sights[n_tests], or NULL); those that fail become
 * messages. STATUS_INVALID when one did. */
MUST_CHECK
enum status trial_run_source(const struct trial_ground *ground,
                             struct source *source,
                             const struct trial_sight *sights,
                             struct trial_count *count_out);
