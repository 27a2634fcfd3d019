/*
 * What of a configuration in effect ends by itself, and when: each certificate,
 * authority, revocation list and key set once, however many listeners use it.
 */
#pragma once

#include "auth/ends.h"
#include "provider/config/settings.h"
#include "provider/wire/metric.h"

enum {
    EXPIRIES_MAX = 256, /* more are left out */
    EXPIRY_NAME_BYTES = 256,
};

struct expiry {
    enum auth_end_kind kind;
    char name[EXPIRY_NAME_BYTES];
    int64_t begins_s; /* INT64_MIN: not known */
    int64_t ends_s;   /* INT64_MIN: it has ended, or never began */
};

struct expiries {
    struct expiry *items; /* owned [n] */
    size_t n;
};

/*
 * Of revocation lists of one authority the last to end counts, of anything else
 * the first. settings NULL: nothing. STATUS_NO_MEMORY: what was found is there.
 */
MUST_CHECK
enum status expiries_read(const struct settings *settings, int64_t now_s,
                          struct expiries *expiries_out);
void expiries_clear(struct expiries *expiries);

/*
 * WARNING in the last fifth of its life, 30 days at most; FAILED once it has
 * ended. A key set is good until it has ended: it is fetched every hour.
 */
enum metric_state expiry_state(const struct expiry *expiry, int64_t now_s);
