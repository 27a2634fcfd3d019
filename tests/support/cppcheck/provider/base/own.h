/*
 * For cppcheck alone, found before the one of the house: 2.10 of Debian 12
 * cannot expand its macros, nor read how they release ("failed to expand
 * 'OWNED'"). What is owned is a plain variable here, so leaks are not asked
 * for; tests/long/test_analysis.
 */
#pragma once

#include <stdlib.h>

#define SCOPED(drop)
#define OWNED(type)       struct type *
#define DEFINE_DROP(type) void type##_drop(struct type **owned);
#define TAKE(owned)       (owned)

void memory_drop(void *owned);

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
