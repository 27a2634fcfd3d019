/*
 * Converts a role between its two forms: an SMS_Role of the provider and an
 * element of the exchange format.
 *
 * The format has no levels. An export loses the levels that operations require;
 * an import over an existing role keeps them, so no import makes a role usable
 * at a lower level than before.
 */
#pragma once

#include <jansson.h>

#include "policy/role_xml.h"

/*
 * From the answer of object.get. STATUS_DENIED: built-in, never exported (F11).
 * STATUS_INVALID: not a role, or with characters that XML cannot represent.
 */
MUST_CHECK
enum status role_object_read(const json_t *object, struct arena *arena,
                             struct role_xml *role_out);

/* Does the role, or any of its operations, require a level? */
bool role_object_has_levels(const json_t *object);

/*
 * The value of Operations, given (NULL: out of memory). before: the Operations
 * of the role that is replaced, NULL for a new one.
 */
json_t *role_object_operations(const struct role_xml *role,
                               const json_t *before);
