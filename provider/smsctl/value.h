/*
 * name=value, as it is typed on a command line, and what it means as JSON.
 */
#pragma once

#include <jansson.h>

#include "provider/base/status.h"
#include "provider/base/text.h"

enum { VALUE_NAME_MAX_BYTES = 128 };

/*
 * The value: a number, true, false, null, an array or an object when it reads
 * as JSON; a string otherwise. A value in double quotes is the string between
 * them (JSON escapes hold), so Name='"42"' is text. Leading zeros, hex and the
 * like are no JSON and stay text: PackageID=00100042. NULL: no memory.
 */
json_t *value_read(struct text text);

/*
 * Adds one assignment to an object. STATUS_INVALID: no "=", or no name before
 * it. STATUS_CONFLICT: the name stands there already.
 */
MUST_CHECK
enum status value_assign(json_t *object, struct text assignment);
