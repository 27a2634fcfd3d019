/*
 * How those whom a plan gives rights can sign in, by whose word, and which
 * ways in come and go: a right is worth what leads to it.
 */
#pragma once

#include "provider/rollout/rollout.h"

/*
 * "sign_ins": [{"user", "kind", "value", "change": "new", "gone" or "kept",
 * "given_by", "given"}]; the first WAYS_MAX. Kept ones are told of users who
 * gain. given_by "": the host's own files, or nobody had to.
 */
enum { WAYS_MAX = 1000 };
void ways_put(const struct rollout *rollout, struct json_writer *w);
