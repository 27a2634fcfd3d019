/*
 * Policy files that the user named, read once: to be checked here, or sent.
 */
#pragma once

#include <jansson.h>

#include "policy/policy.h"
#include "provider/smsctl/console.h"

enum { POLICY_FILE_MAX_BYTES = 8 * 1024 * 1024 };

/* The words of the command line, files and directories, into the set. What
 * is wrong with a file of a directory becomes a message of the set. */
MUST_CHECK
enum smsclient_result policy_files_add(struct console *console,
                                       struct policy_set *set);

/*
 * The same as {"files": {NAME: TEXT}} for policy.plan and its like, given; a
 * name is without its directory. params_out is set on SMSCLIENT_OK alone.
 */
MUST_CHECK
enum smsclient_result policy_files_params(struct console *console,
                                          json_t **params_out);
