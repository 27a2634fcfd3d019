/*
 * System calls and allocations of the module that fail when a test says so: the
 * test program is linked with each of them wrapped.
 */
#pragma once

#include <stdbool.h>

/* From now on this thread's n-th call, counting from 0, fails. */
void failing_calls_begin(unsigned n);

/* They all work again. Did it come to the one that failed? */
bool failing_calls_end(void);
