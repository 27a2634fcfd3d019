/*
 * Writes a compared rollout as the answer of policy.plan and policy.diff.
 */
#pragma once

#include "provider/call/backing.h"
#include "provider/rollout/rollout.h"

/*
 * Writes "changes" and "rights" as members of an open object. Answers are
 * bounded: of a step that changes more, the first part is written, and "cut"
 * says so beside the full numbers. Each right has the numbers of objects and
 * devices it covers; backing NULL: they are not counted.
 */
MUST_CHECK
enum status rollout_put_difference(const struct policy_plan *plan,
                                   const struct rights_difference *rights,
                                   struct backing *backing,
                                   struct json_writer *w);

/* The whole answer of a plan, except for optional parts. */
MUST_CHECK
enum status rollout_put_plan(const struct rollout *rollout,
                             struct json_writer *w);
