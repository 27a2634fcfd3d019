/*
 * A rollout that was compared, as the answer of policy.plan and policy.diff.
 */
#pragma once

#include "provider/call/backing.h"
#include "provider/rollout/rollout.h"

/*
 * "changes" and "rights" as members of an open object. Answers are bounded: of
 * a step that changes more than fits the first part is told, and "cut" says so
 * beside how many there are. Behind each right stand the objects and devices it
 * is over; backing NULL: they are not counted.
 */
MUST_CHECK
enum status rollout_put_difference(const struct policy_plan *plan,
                                   const struct rights_difference *rights,
                                   struct backing *backing,
                                   struct json_writer *w);

/* The whole answer of a plan, but for what is asked besides. */
MUST_CHECK
enum status rollout_put_plan(const struct rollout *rollout,
                             struct json_writer *w);
