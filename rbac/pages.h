/*
 * Large tables in large pages: a look-up at random in a table of megabytes
 * otherwise misses the translation cache as well as the data cache.
 */
#pragma once

#include <stddef.h>

/* Zeroed, aligned to a cache line at least; for free(). NULL: no memory. */
void *pages_take(size_t bytes);
