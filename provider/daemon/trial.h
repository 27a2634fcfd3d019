/*
 * Policy tests where the store is: each one question to the gate's own
 * decision, on the site as it is or would be, with real objects.
 */
#pragma once

#include "provider/daemon/source.h"
#include "provider/object/site.h"

struct trial_count {
    size_t n_passed;
    size_t n_failed;
};

/* How one test went, as a sentence. */
struct trial_result {
    bool ok;
    char sentence[1024];
};

/*
 * Inside a transaction, whose state is the site's. A test names an object by
 * key or, where that is unique, by name; about one that is not there it fails.
 */
MUST_CHECK
enum status trial_run(struct store *store, const struct site *site,
                      const struct policy_test *test, int64_t now_s,
                      struct trial_result *result_out);

/* All tests of the files; those that fail become messages. STATUS_INVALID when
 * one did. */
MUST_CHECK
enum status trial_run_source(struct store *store, const struct site *site,
                             struct source *source, int64_t now_s,
                             struct trial_count *count_out);
