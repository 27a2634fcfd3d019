/*
 * The provider's status as a person reads it: is all well, and if not, what to
 * do; then a few numbers.
 */
#pragma once

#include "provider/smsctl/terminal/output.h"

/* status: the answer of server.status. now_s: wall clock. */
MUST_CHECK
enum status status_page_print(const struct output *output, const json_t *status,
                              int64_t now_s);
