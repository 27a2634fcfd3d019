/*
 * Times as people give them to the audit.
 */
#pragma once

#include <stdint.h>

#include "provider/base/own.h"
#include "provider/base/text.h"

/*
 * Parses an RFC 3339 time with its zone ("2026-01-31T12:00:00Z", "..+02:00"), a
 * date (UTC), or an age before now_s ("90m", "2h", "-7d"). STATUS_INVALID for
 * anything else, and so for a time without a zone: whose would it be?
 */
MUST_CHECK
enum status audit_time_read(struct text text, int64_t now_s,
                            int64_t *time_s_out);
