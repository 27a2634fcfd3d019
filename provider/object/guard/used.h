/*
 * Collections that anything rests on: rights of an administrator, or
 * deployments. What comes into any other is given to nobody.
 */
#pragma once

#include "provider/object/query/row_list.h"

/*
 * Adds those of a CollectionType that are not in held. Remembered by the
 * connection that writes until any of it changes, and be it undone.
 */
MUST_CHECK
enum status used_beside(struct store *store, int type,
                        const struct row_set *held, struct row_set *used);
