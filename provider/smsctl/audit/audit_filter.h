/*
 * Which records of the audit: the options of smsctl audit as parameters of
 * audit.query and audit.follow.
 */
#pragma once

#include "provider/smsctl/console.h"

/* params_out is given. A word that no record can have is refused, with the
 * nearest that there is. */
MUST_CHECK
enum smsclient_result audit_filter_read(struct console *console,
                                        json_t **params_out);
