/*
 * Parses name=value arguments into JSON.
 */
#pragma once

#include <jansson.h>

#include "provider/base/status.h"
#include "provider/base/text.h"

enum { VALUE_NAME_MAX_BYTES = 128 };

/*
 * A number, true, false, null, an array or an object if the text is valid JSON;
 * a string otherwise. A value in double quotes is the string between them (with
 * JSON escapes), so Name='"42"' is text. Leading zeros, hex and the like are
 * not JSON and stay text: PackageID=00100042. NULL: out of memory.
 */
json_t *value_read(struct text text);

/*
 * Adds one assignment to an object. STATUS_INVALID: no "=", or no name before
 * it. STATUS_CONFLICT: the name is already set.
 */
MUST_CHECK
enum status value_assign(json_t *object, struct text assignment);
