/*
 * Completion in smsctl's shell, from the tables of verbs, options and object
 * types.
 */
#pragma once

#include <stddef.h>

#include "provider/base/text.h"

enum { COMPLETION_MAX = 256 };

/*
 * Finds the words that begin with partial and may follow before[n_before]:
 * constants of the tables, without duplicates. Returns their number.
 */
size_t completion_find(const char *const before[], size_t n_before,
                       struct text partial,
                       const char *found_out[COMPLETION_MAX]);

/* The length of the longest common prefix of found[n]. */
size_t completion_common(const char *const found[], size_t n);
