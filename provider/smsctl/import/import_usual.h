/*
 * Most lines of JSON: one object of plain values and lists of them, whose texts
 * are printable ASCII without escapes. Told at a glance, without a tree.
 */
#pragma once

#include <stdbool.h>

#include "provider/base/text.h"

/* False: it may be an object all the same, or not be JSON at all. */
bool import_is_usual(struct text line);
