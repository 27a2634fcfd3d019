/*
 * Lists that come in pages, fetched to the end or up to --limit.
 */
#pragma once

#include "provider/smsctl/console.h"

/*
 * Calls the method with params (taken over), passes each "next" as "after", and
 * prints the rows; columns as in output_rows(). default_limit is the maximum
 * without --limit, 0: none.
 */
MUST_CHECK
enum smsclient_result pages_show(struct console *console, const char *method,
                                 json_t *params, json_int_t default_limit,
                                 const char *const columns[], size_t n_columns);
