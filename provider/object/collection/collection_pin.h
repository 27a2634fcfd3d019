/*
 * Rules of other collections that name one, so that it cannot go. Read is
 * enough to make such a rule, so who may delete the collection is told of each
 * and may end them.
 */
#pragma once

#include "provider/object/object_private.h"

/* STATUS_CONFLICT while there is one: it is named, with who made it. */
MUST_CHECK
enum status collection_check_pins(struct object_call *call);

/* SMS_Collection.ReleaseCollection: the rules go, as far as the caller could
 * give what others gain by it. */
MUST_CHECK
enum status collection_release(struct object_call *call, const json_t *args,
                               struct json_writer *result);
