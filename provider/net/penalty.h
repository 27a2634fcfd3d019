/*
 * Penalises sources of connections that end badly before sign-in: for a while
 * they have few places (T98).
 *
 * Each fault adds to a penalty in time, which passes by itself. A source with
 * more than PENALTY_FROM_MS ranks low among the strangers (strangers.h) and may
 * connect PENALTY_PER_S_MAX times a second, which bounds the cost of its
 * handshakes (source_filter.h keeps out the rest); it is not blocked, because
 * many may share one address. The maximum is PENALTY_MAX_MS, so that a source
 * that has stopped soon is like any other. IPv4 addresses, /64 nets of IPv6 and
 * users of this host are kept in separate tables, so that many sources of one
 * kind evict none of another. Memory is of a fixed size; the lightest penalty
 * is evicted.
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
    PENALTY_PER_S_MAX = 256, /* connections of a source with a penalty */
    PENALTY_ENTRIES = 4096,  /* of each kind */
};

struct penalties;
MUST_CHECK
enum status penalties_new(struct penalties **penalties_out);
void penalties_free(struct penalties *penalties);
DEFINE_DROP(penalties)

enum penalty_verdict {
    PENALTY_NONE = 0,
    PENALTY_OWES,
    PENALTY_TOO_FAST, /* and comes too often */
};

/* By any thread; source as throttle_source() writes it. True: the source has
 * just got a penalty. */
bool penalty_add(struct penalties *penalties, struct text source,
                 int64_t cost_ms, int64_t now_ms);

/* For one more connection. */
enum penalty_verdict penalty_ask(struct penalties *penalties,
                                 struct text source, int64_t now_ms);
