/*
 * The two clocks. Rules take the time as an argument; only the edge asks.
 */
#pragma once

#include <stdint.h>

/* Seconds since 1970, UTC: for what people wrote down (grants, tokens). */
int64_t clock_wall_s(void);

/* The same in milliseconds: for the audit. */
int64_t clock_wall_ms(void);

/* Milliseconds that only grow, time asleep included: for limits. */
int64_t clock_mono_ms(void);

/*
 * Microseconds of CPU time that this thread has used: for budgets. Only
 * grows; a difference is too large or too small by at most 10 ms.
 */
int64_t clock_thread_us(void);
