/* The query, of WQL, that finds the collections of a device. */
#pragma once

#include "provider/base/buf.h"

/*
 * Appends it; device: its number, digits alone. Both classes are asked, so that
 * a collection that the caller may not see is not there.
 */
void v1_put_join(struct text device, struct buf *wql);
