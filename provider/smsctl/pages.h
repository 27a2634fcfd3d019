/*
 * Lists that come in pages, followed to the end or to --limit.
 */
#pragma once

#include "provider/smsctl/console.h"

/*
 * Calls the method with params (taken over) and follows "next" by "after".
 * The rows are printed; columns as in output_rows(). default_limit is the most
 * rows without --limit, 0: all.
 */
MUST_CHECK
enum smsclient_result pages_show(struct console *console, const char *method,
                                 json_t *params, json_int_t default_limit,
                                 const char *const columns[], size_t n_columns);
