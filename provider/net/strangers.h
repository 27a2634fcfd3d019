/*
 * Places of those who are not signed in yet, and who has to give up theirs.
 *
 * Strangers are ranked by what they have shown, not by where they come from: a
 * certificate that holds proves more than an address that others share. Who
 * has been refused ranks lowest, then who comes from a source that owes for
 * the faults of others (penalty.h), then everybody else, then who has shown a
 * certificate. A quarter of the places is kept for the last. When the places
 * of the others are used up, a newcomer takes one of the lowest rank there is,
 * and among these one of the source that has most; a source that owes has a
 * few places alone, of which the oldest goes. So whoever comes with a
 * certificate or ticket, and does not dawdle, signs in, whatever comes from
 * the same address (T98).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/base/status.h"

enum {
    STRANGERS_OF_DEBTOR = 16, /* places of a source that owes */
    STRANGERS_MIN = 16,
};

enum stranger_rank {
    STRANGER_REFUSED = 0, /* on this connection */
    STRANGER_OWES,        /* its source does */
    STRANGER_PLAIN,
    STRANGER_PROVEN, /* by a certificate */
};

/* Lies in what the place is for. */
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

/* Who must go before the newcomer can come; NULL: nobody. It may be the
 * newcomer. */
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
