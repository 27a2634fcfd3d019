/*
 * What applying an object would change, property by property.
 */
#pragma once

#include <stdbool.h>

#include <jansson.h>

#include "provider/base/status.h"

/*
 * The difference between the properties that a file gives and those that the
 * object has: [{"property": .., "from": .., "to": ..}], given. Lists are the
 * same in any order, and a map that gives some members of an object is the same
 * as that object. current NULL: there is no object, and everything is new.
 */
MUST_CHECK
enum status manifest_difference(const json_t *wanted, const json_t *current,
                                json_t **changes_out);

/* The first change of a property that has the flag in the description of its
 * class ("read_only", "fixed"), or NULL. */
const char *manifest_change_of(const json_t *changes, const json_t *properties,
                               const char *flag);

/* The flag of a property in [{"name": .., "flags": [..]}]. */
bool manifest_has_flag(const json_t *described, const char *flag);
