/*
 * Refused sign-ins, of which strangers can make as many as they like: the
 * first few of a source and a reason are recorded each, and so many overall;
 * of the rest is recorded how many there were, until when.
 *
 * Sources beyond those that are remembered are counted together. The table is
 * the writer's, and so are the records. However many addresses strangers have,
 * they add at most 500 records at once and 18,000 a day (about 10 MB).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "auth/throttle.h"
#include "provider/base/status.h"
#include "provider/store/store.h"

enum {
    REFUSALS_EACH = 50,              /* of a source and reason, in a window */
    REFUSALS_WINDOW_MS = 600 * 1000, /* then what was counted is recorded */
    REFUSALS_SOURCES = 64,           /* remembered; and one for all others */
    REFUSALS_BURST = 500,            /* records of single refusals, overall: */
    REFUSALS_EVERY_MS = 10000,       /* and one more in so long */
    REFUSALS_REASON_BYTES = 32,
};

struct refusal {
    char source[THROTTLE_SOURCE_MAX_BYTES]; /* "": of all others */
    char reason[REFUSALS_REASON_BYTES];
    int64_t begun_s; /* of the window, as it is shown; 0: free */
    int64_t last_s;
    int64_t begun_ms; /* by the clock that nobody sets */
    bool is_written;  /* in the change of now, which is not committed yet */
    int64_t n_recorded;
    int64_t n_counted;
};

struct refusals {
    struct refusal of[REFUSALS_SOURCES + 1];
    int64_t n_spent; /* of the burst */
    int64_t as_of_ms;
};

/* One more was refused. True: it is to be recorded; else it was counted. */
bool refusals_add(struct refusals *refusals, const char *source,
                  const char *reason, int64_t now_s, int64_t now_ms);

/* Inside a change: records the counts of windows that have ended; of all of
 * them with INT64_MAX. Then refusals_settle. */
MUST_CHECK
enum status refusals_flush(struct refusals *refusals, struct store *store,
                           int64_t now_ms);

/* The change ended: what it recorded is counted no more, if it was committed.
 */
void refusals_settle(struct refusals *refusals, bool is_committed);
