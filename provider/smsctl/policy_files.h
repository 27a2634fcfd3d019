/*
 * Policy files named by the user, read once: to be checked here or sent.
 */
#pragma once

#include <jansson.h>

#include "policy/policy.h"
#include "provider/smsctl/console.h"

enum { POLICY_FILE_MAX_BYTES = 8 * 1024 * 1024 };

/* Adds the files and directories of the command line to the set. Errors in a
 * directory's files become messages of the set. */
MUST_CHECK
enum smsclient_result policy_files_add(struct console *console,
                                       struct policy_set *set);

/*
 * The same as {"files": {NAME: TEXT}} for policy.plan and the like, given;
 * names are without directories. params_out is set only on SMSCLIENT_OK.
 */
MUST_CHECK
enum smsclient_result policy_files_params(struct console *console,
                                          json_t **params_out);
