/*
 * Sources of connections that end badly before anybody signed in: for a while
 * they have few places (T98).
 *
 * Each fault is a debt in time, which passes by itself. Whoever owes more than
 * PENALTY_FROM_MS ranks low among the strangers (strangers.h) and may come
 * PENALTY_PER_S_MAX times a second, which bounds what their handshakes cost;
 * they are not kept out, because many may come from one address. Nobody ever
 * owes more than PENALTY_MAX_MS, so that a source that has stopped is soon like
 * any other.
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
    PENALTY_PER_S_MAX = 256, /* connections of a source that owes */
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

/* By any thread; source as throttle_source() writes it. True: from now on the
 * source owes, which it did not before. */
bool penalty_add(struct penalties *penalties, struct text source,
                 int64_t cost_ms, int64_t now_ms);

/* Of one connection more. */
enum penalty_verdict penalty_ask(struct penalties *penalties,
                                 struct text source, int64_t now_ms);
