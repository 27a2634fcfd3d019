/*
 * A test of a list, which holds if it does for any of its entries:
 * begin, the list, entry, a test of j.value, end.
 */
#pragma once

#include "provider/base/buf.h"

void any_put_begin(struct buf *sql);
void any_put_entry(struct buf *sql);
void any_put_end(struct buf *sql);
