/*
 * Refused sign-ins, of which strangers can make any number: the first few of a
 * source and a reason are recorded individually, up to a limit over all; for
 * the rest, their number and period are recorded.
 *
 * Sources beyond those in the table are counted together. The table is the
 * writer's, and so are the records. However many addresses strangers have, they
 * add at most 500 records at once and 18,000 a day (about 10 MB).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "auth/throttle.h"
#include "provider/base/status.h"
#include "provider/store/store.h"

enum {
    REFUSALS_EACH = 50,              /* of a source and reason, in a window */
    REFUSALS_WINDOW_MS = 600 * 1000, /* then the count is recorded */
    REFUSALS_SOURCES = 64,           /* remembered; and one for all others */
    REFUSALS_BURST = 500,            /* records of single refusals, overall: */
    REFUSALS_EVERY_MS = 10000,       /* refilled by one in this time */
    REFUSALS_REASON_BYTES = 32,
};

struct refusal {
    char source[THROTTLE_SOURCE_MAX_BYTES]; /* "": of all others */
    char reason[REFUSALS_REASON_BYTES];
    int64_t begun_s; /* of the window, as shown; 0: free */
    int64_t last_s;
    int64_t begun_ms; /* by a clock that nobody can set */
    bool is_written;  /* in the current change, which is not committed yet */
    int64_t n_recorded;
    int64_t n_counted;
};

struct refusals {
    struct refusal of[REFUSALS_SOURCES + 1];
    int64_t n_spent; /* of the burst */
    int64_t as_of_ms;
};

/* One more was refused. True: record it; else it was counted. */
bool refusals_add(struct refusals *refusals, const char *source,
                  const char *reason, int64_t now_s, int64_t now_ms);

/* Inside a change: records the counts of windows that have ended; of all with
 * INT64_MAX. Call refusals_settle after. */
MUST_CHECK
enum status refusals_flush(struct refusals *refusals, struct store *store,
                           int64_t now_ms);

/* The change ended: what it recorded is no longer counted, if it was
 * committed. */
void refusals_settle(struct refusals *refusals, bool is_committed);
