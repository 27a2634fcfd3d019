/*
 * Large tables in large pages: a look-up at random in a table of megabytes
 * otherwise misses the translation cache as well as the data cache.
 */
#pragma once

#include <stddef.h>

/* Zeroed, aligned to a cache line at least. NULL when memory is short. */
void *pages_take(size_t bytes);

/* Gives back what pages_take() gave for as many bytes; NULL is accepted. */
void pages_give(void *memory, size_t bytes);
