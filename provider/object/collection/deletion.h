/*
 * Deleting all devices of a collection: SMS_Collection.DeleteAllMembers.
 *
 * The act decides about the devices that are members then, and notes them in
 * collection_deletion. As many as fit are deleted with it, the others
 * afterwards, a slice of the writer's time after another; a stop between two
 * slices loses nothing. CurrentStatus says that it goes on (6).
 *
 * The right to it is asked before each slice (T65): it ends once the caller is
 * disabled or has lost it, or once the records of groups from outside by which
 * they had it no longer give it. A device that leaves the collection is spared,
 * as the right to delete it came from there. Deleting the collection ends it
 * too.
 */
#pragma once

#include "provider/object/object_private.h"

MUST_CHECK
enum status collection_delete_members(struct object_call *call,
                                      const json_t *args,
                                      struct json_writer *result);
