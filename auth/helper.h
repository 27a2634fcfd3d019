/*
 * The first steps of a process that the provider has forked for one purpose.
 */
#pragma once

#include <stddef.h>

/* Takes its name, default signals, and no descriptor above standard error but
 * kept[n], which this sorts: nobody's sockets stay open because of it. */
void helper_begin(const char *name, int *kept, size_t n);
