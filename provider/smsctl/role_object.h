/*
 * A role between the two forms it is known in: an SMS_Role of the provider and
 * an element of the exchange format.
 *
 * The format has no levels. What an operation needs is lost in a file, and is
 * kept where a file is read over a role that has it: no import makes a role
 * act at a lower level than before.
 */
#pragma once

#include <jansson.h>

#include "policy/role_xml.h"

/*
 * As object.get answers it. STATUS_DENIED: built-in, never written (F11).
 * STATUS_INVALID: not a role, or with characters that XML cannot hold.
 */
MUST_CHECK
enum status role_object_read(const json_t *object, struct arena *arena,
                             struct role_xml *role_out);

/* Does any operation, or all of it, need a level? */
bool role_object_has_levels(const json_t *object);

/*
 * The value of Operations, given (NULL: no memory). before: the Operations of
 * the role that is replaced, NULL when it is new.
 */
json_t *role_object_operations(const struct role_xml *role,
                               const json_t *before);
