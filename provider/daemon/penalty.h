/*
 * Sources of connections that end badly before anybody signed in: for a while
 * they are not taken in (T98).
 *
 * Each fault is a debt in time, which passes by itself. Whoever owes more than
 * PENALTY_FROM_MS is closed at accept; nobody ever owes more than
 * PENALTY_MAX_MS, so that a source that has stopped is soon welcome again.
 * IPv4 addresses, /64 nets of IPv6 and users of this host are kept in tables
 * of their own: who has many of one kind pushes none of another out. Memory is
 * of a fixed size; the lightest debt makes room.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

enum {
    PENALTY_FROM_MS = 30 * 1000,
    PENALTY_MAX_MS = 90 * 1000,
    PENALTY_LATE_MS = 5 * 1000,    /* not signed in at its deadline */
    PENALTY_GARBAGE_MS = 1 * 1000, /* no TLS, no JSON, or a line too long */
    PENALTY_REFUSED_MS = 500,      /* each refused sign-in */
    PENALTY_ENTRIES = 4096,        /* of each kind */
};

struct penalties;
MUST_CHECK
enum status penalties_new(struct penalties **penalties_out);
void penalties_free(struct penalties *penalties);
DEFINE_DROP(penalties)

/* By any thread; source as throttle_source() writes it. True: from now on the
 * source is not taken in, which it was before. */
bool penalty_add(struct penalties *penalties, struct text source,
                 int64_t cost_ms, int64_t now_ms);
bool penalty_is_due(struct penalties *penalties, struct text source,
                    int64_t now_ms);
