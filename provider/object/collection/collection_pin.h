/*
 * Rules of other collections that name one, so that it cannot be deleted. Read
 * suffices to make such a rule, so users who may delete the collection are told
 * of each and may remove them.
 */
#pragma once

#include "provider/object/object_private.h"

/* STATUS_CONFLICT while there is one: it is named, with its creator. */
MUST_CHECK
enum status collection_check_pins(struct object_call *call);

/* SMS_Collection.ReleaseCollection: removes the rules, if the caller could give
 * what others gain by that. */
MUST_CHECK
enum status collection_release(struct object_call *call, const json_t *args,
                               struct json_writer *result);
