/*
 * Runs policy tests in the store: each is one question to the gate's own
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

/* Where tests run: a store inside a transaction, whose state is the site's. */
struct trial_context {
    struct store *store;
    const struct site *site;
    const struct realms *realms; /* of users; NULL: not known */
    int64_t now_s;
};

/* The result of a test, as a sentence. */
struct trial_result {
    bool ok;
    char sentence[1024];
};

/*
 * What the caller sees of the object that a test names: its key, if they may
 * read it; or that all objects of the name are hidden, which counts as none
 * (T60). Looked up before the step: what a step would let them read must not
 * reveal what they may read now.
 */
struct trial_sight {
    bool is_hidden;
    char key[OBJECT_KEY_MAX_BYTES + 1]; /* "": none that they may read */
};
MUST_CHECK
enum status trial_look(const struct call *call, const struct policy_test *test,
                       struct trial_sight *sight_out);

/*
 * A test names an object by key or by a unique name; a test of an object that
 * does not exist or is hidden fails. sight NULL: the site's own.
 */
MUST_CHECK
enum status trial_run(const struct trial_context *context,
                      const struct policy_test *test,
                      const struct trial_sight *sight,
                      struct trial_result *result_out);

/* Runs all tests of the files (sights[n_tests], or NULL); failures become
 * messages. STATUS_INVALID if one failed. */
MUST_CHECK
enum status trial_run_source(const struct trial_context *context,
                             struct source *source,
                             const struct trial_sight *sights,
                             struct trial_count *count_out);
