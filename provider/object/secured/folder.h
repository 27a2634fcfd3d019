/*
 * Folders: which class a kind of folder (ObjectType) holds, and which folder
 * an act may refer to.
 */
#pragma once

#include "provider/object/object_private.h"

/* NULL: there is no such kind. */
const struct object_class *folder_class_of(int64_t kind);

/* A collection's kind by its CollectionType. */
int64_t folder_kind_of_collection(int64_t collection_type);

/*
 * A folder of the kind that the caller may read. Missing, hidden and of another
 * kind are STATUS_INVALID about the property.
 */
MUST_CHECK
enum status folder_refer(struct object_call *call, const char *property,
                         int64_t folder, int64_t kind);
