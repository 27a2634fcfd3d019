/*
 * Retention: removes expired records from the beginning of the audit, a little
 * at a time.
 *
 * Each slice is part of a change, with a record of its own and the start that
 * is signed with the checkpoint, so that a stop between two leaves an intact
 * audit. The last records stay, however old they are, and the clock is trusted
 * for at most RETENTION_DAYS_MIN beyond the oldest of them. A record that does
 * not fit the chain stays too, until somebody has examined it.
 */
#pragma once

#include "provider/store/store.h"

#define RETENTION_DAY_MS ((int64_t)24 * 3600 * 1000)

enum {
    RETENTION_DAYS_MIN = 30,      /* the shortest term */
    RETENTION_RECORDS_MIN = 1000, /* that are never removed */
    RETENTION_SLICE_MS = 5,       /* of the writer's time */
};

struct retention_term {
    int64_t keep_ms; /* the term; 0: for ever */
    int64_t up_to;   /* the last record that may be removed; INT64_MAX: any */
};

/* Between the slices. */
struct retention {
    int64_t
        before_ms;  /* older records are removed in this round; 0: no round */
    int64_t broken; /* the record at which it stopped for good; 0: none */
    int64_t n_removed; /* by the last slice */
    /* Records older than this, up to this one, would go if they might; 0: the
     * term holds none back. */
    int64_t held_before_ms;
    int64_t held_last;
};

/*
 * Within a change of a sealed store: one slice. A round begins once the oldest
 * record is a day past its term, and ends where the records are younger, or may
 * not be removed.
 */
MUST_CHECK
enum status retention_slice(struct retention *retention, struct store *store,
                            const struct retention_term *term, int64_t now_ms);
