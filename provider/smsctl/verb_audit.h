/*
 * Audit queries and verification.
 */
#pragma once

#include "provider/smsctl/console.h"

enum { AUDIT_DEFAULT_LIMIT = 100 };

enum smsclient_result verb_audit(struct console *console);
enum smsclient_result verb_audit_verify(struct console *console);

/*
 * Parses an RFC 3339 time, a date (UTC), or an age ("90m", "2h", "7d") before
 * now_s. STATUS_INVALID for anything else.
 */
MUST_CHECK
enum status audit_time_read(struct text text, int64_t now_s,
                            int64_t *time_s_out);
