/*
 * The rights that a plan gives and takes, in sentences.
 */
#pragma once

#include "provider/smsctl/terminal/output.h"

/*
 * Those of a few rights in full; of many their number. Administrators to whom
 * the same happens are in one sentence. is_verbose: every right of everyone.
 */
MUST_CHECK
enum status plan_rights_show(FILE *file, json_t *rights, bool is_verbose);

/* Does the plan take a right from anybody, or ask for a stronger sign-in? */
bool plan_rights_are_lost(const json_t *plan);
