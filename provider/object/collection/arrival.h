/*
 * Devices that came with an import, of which many query rules are still to be
 * asked: in slices of the writer's time, rule by rule, before collections that
 * are due are evaluated. So an import takes no longer where there are many
 * rules. Until then a device is in no collection that finds it by a query, and
 * a stop loses nothing: what is asked twice is found twice.
 */
#pragma once

#include "provider/object/collection/evaluation_batch.h"

/* Within the change that makes them: devices from first to last are asked about
 * later. */
MUST_CHECK
enum status arrival_request(struct store *store, int64_t first, int64_t last);

/* Does a device wait for rules to be asked? */
MUST_CHECK
enum status arrival_waits(struct store *store, int64_t device, bool *is_out);

/* Asks until the slice is over, one rule at least. Collections whose rules find
 * other devices then are due. *is_any_out: some are still to be asked about. */
MUST_CHECK
enum status arrival_part(const struct slice *slice, bool *is_any_out);
