/*
 * The places of connections that are not signed in yet, and their eviction.
 *
 * Strangers are ranked by what they have shown, not by where they come from: a
 * valid certificate proves more than an address that others share. The lowest
 * rank is for connections that have been refused, then come those from a source
 * with a penalty (penalty.h), then all others, then those with a certificate. A
 * quarter of the places is reserved for the last. When the other places are
 * used up, a newcomer replaces one of the lowest rank there is, and among these
 * one of the source that has most; a source with a penalty has only a few
 * places, of which the oldest is replaced. So a client with a certificate or
 * ticket that does not dawdle can sign in, whatever comes from the same address
 * (T98).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/base/status.h"

enum {
    STRANGERS_OF_DEBTOR = 16, /* places of a source with a penalty */
    STRANGERS_MIN = 16,
};

enum stranger_rank {
    STRANGER_REFUSED = 0, /* on this connection */
    STRANGER_OWES,        /* its source has a penalty */
    STRANGER_PLAIN,
    STRANGER_PROVEN, /* by a certificate */
};

/* Embedded in what the place is for. */
struct stranger {
    bool has_place;
    size_t place;
    enum stranger_rank rank;
    const char *source; /* borrowed */
    int64_t since_ms;
};

struct strangers {
    struct stranger **list; /* owned [max] */
    size_t n;
    size_t max;
    size_t n_proven;
};

MUST_CHECK
enum status strangers_open(struct strangers *strangers, size_t max);
void strangers_close(struct strangers *strangers);

/* The connection that must go before the newcomer can come; NULL: none. It may
 * be the newcomer. */
struct stranger *strangers_find_victim(const struct strangers *strangers,
                                       struct stranger *newcomer);

/* One of the lowest rank, if any is below this; else NULL. */
struct stranger *strangers_find_below(const struct strangers *strangers,
                                      enum stranger_rank rank);

/* There must be room: strangers_find_victim. */
void strangers_add(struct strangers *strangers, struct stranger *stranger);
void strangers_remove(struct strangers *strangers, struct stranger *stranger);
void strangers_rank(struct strangers *strangers, struct stranger *stranger,
                    enum stranger_rank rank);
