/*
 * Audit queries and verification.
 */
#pragma once

#include "provider/smsctl/console.h"

enum { AUDIT_DEFAULT_LIMIT = 100 };

enum smsclient_result verb_audit(struct console *console);
enum smsclient_result verb_audit_verify(struct console *console);
