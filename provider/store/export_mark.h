/*
 * Up to which record of the audit an export has it, as it said last; so that
 * retention knows after a restart, too.
 */
#pragma once

#include "provider/store/store.h"

/* In a change. */
MUST_CHECK
enum status export_mark_put(struct store *store, struct text user,
                            int64_t position);

/* 0: none is kept. */
MUST_CHECK
enum status export_mark_find(struct store *store, struct text user,
                             int64_t *position_out);
