/*
 * The steps of creating and changing an object, for acts on many.
 */
#pragma once

#include "provider/object/object_private.h"

/* As object_create without its answer; call->made_key is the new key. */
MUST_CHECK
enum status write_create(struct object_call *call, const json_t *properties,
                         int64_t *row_out);

/* As object_update without its answer. Where all values are as they were,
 * nothing is stored. */
MUST_CHECK
enum status write_update(struct object_call *call, const json_t *properties,
                         bool *is_changed_out);
