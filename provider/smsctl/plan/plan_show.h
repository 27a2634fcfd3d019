/*
 * Prints the changes of a policy as returned by policy.plan and policy.diff,
 * for people and for programs.
 *
 *
 *     + role Web Deployers (site.yaml:12:5)
 *         + SMS_Application: Read
 *     alice@EXAMPLE.COM gains Delete on SMS_Collection in scope Web at mfa:
 *     214 objects, 3,020 devices
 */
#pragma once

#include "provider/smsctl/terminal/output.h"

/*
 * Table: sentences under headings; unless it is verbose, administrators to whom
 * the same happens share one, and many rights of one are a number. TSV: a row
 * for each line of a change, each right, each changed answer, and each right
 * that the caller lacks. JSON: as received.
 */
MUST_CHECK
enum status plan_show(const struct output *output, json_t *plan);

/* Does it take a right or a way to sign in from anybody, or ask for a stronger
 * sign-in? A plan that is not shown in full may. */
bool plan_takes_away(const json_t *plan);

/* Does it change anything, objects or rights? */
bool plan_is_empty(const json_t *plan);
