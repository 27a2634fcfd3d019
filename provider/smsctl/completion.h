/*
 * What could stand at the cursor of smsctl's shell, from the tables of verbs,
 * options and object types.
 */
#pragma once

#include <stddef.h>

#include "provider/base/text.h"

enum { COMPLETION_MAX = 128 };

/*
 * The words that begin with partial and may follow before[n_before]; constants
 * of the tables, without repetition. Answers how many stand in found_out.
 */
size_t completion_find(const char *const before[], size_t n_before,
                       struct text partial,
                       const char *found_out[COMPLETION_MAX]);

/* How many bytes all of found[n] have in common at their beginning. */
size_t completion_common(const char *const found[], size_t n);
