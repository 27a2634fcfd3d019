/*
 * Devices that came with an import, of which many query rules are still to be
 * asked: in slices of the writer's time, rule by rule, before collections that
 * are due are evaluated. So an import takes no longer where there are many
 * rules. Until then a device is in no collection that finds it by a query, and
 * a stop loses nothing: what is asked twice is found twice.
 */
#pragma once

#include "provider/object/collection/evaluation_batch.h"

/* After a slice failed that asked one rule: it is run with its collection,
 * which waits longer each time that it fails, and the others go on.
 * *is_any_out: there was one. */
MUST_CHECK
enum status arrival_skip(const struct slice *slice, bool *is_any_out);

/* Asks until the slice is over, one rule at least. Collections whose rules find
 * other devices then are due. *is_any_out: some are still to be asked about. */
MUST_CHECK
enum status arrival_part(const struct slice *slice, bool *is_any_out);
