/*
 * The clocks. Rules take the time as an argument; only the edge reads it.
 */
#pragma once

#include <stdint.h>

/* Seconds since 1970, UTC: for dates people write (grants, tokens). */
int64_t clock_wall_s(void);

/* The same in milliseconds: for the audit. */
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
