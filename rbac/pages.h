/*
 * Large tables in large pages: random look-ups in a table of megabytes would
 * otherwise miss the TLB as well as the data cache.
 */
#pragma once

#include <stddef.h>

/* Zeroed, aligned to at least a cache line. NULL: out of memory. */
void *pages_take(size_t bytes);

/* Frees what pages_take() returned for as many bytes; accepts NULL. */
void pages_give(void *memory, size_t bytes);
