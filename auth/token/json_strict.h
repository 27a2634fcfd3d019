/*
 * JSON from strangers: one object, no duplicate members, bounded depth, UTF-8
 * without NUL, nothing after it. Rules T42, T102.
 */
#pragma once

#include <jansson.h>

#include "provider/base/text.h"

enum { JSON_STRICT_MAX_DEPTH = 8 };

/* For SCOPED(json_drop) json_t *json = NULL; */
static inline void json_drop(json_t **json)
{
    json_decref(*json);
}

/* Given to the caller. STATUS_INVALID for anything else. */
MUST_CHECK
enum status json_read_object(struct text text, json_t **object_out);

/* The member as text, borrowed; data is NULL if absent or not a string. */
struct text json_member_text(const json_t *object, const char *key);
