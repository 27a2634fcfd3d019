/*
 * The clocks. Rules take the time as an argument; only the edge reads it.
 */
#pragma once

#include <stdint.h>

/*
 * Seconds since 1970, UTC: for dates people write (grants, tokens). It never
 * goes back: where the host's clock is set back it stands still until that has
 * caught up, so what has ended stays ended (T12).
 */
int64_t clock_wall_s(void);

/* It was that late before, as far as somebody remembers. */
void clock_wall_keep(int64_t past_s);

/* How far the host's clock is behind. */
int64_t clock_behind_s(void);

/* The host's clock as it is, in milliseconds: for the audit. */
int64_t clock_wall_ms(void);

/* Monotonic milliseconds, including suspend: for limits. */
int64_t clock_mono_ms(void);

/*
 * Microseconds of CPU time used by this thread: for budgets. Monotonic; a
 * difference is accurate to 10 ms.
 */
int64_t clock_thread_us(void);

/* For short spans: CLOCK_MONOTONIC, as a condition waits by. */
int64_t clock_mono_us(void);
