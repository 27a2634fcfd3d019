/*
 * The identities with which users who gain rights can sign in, who gave them,
 * and which identities are added and removed: a right is only as safe as the
 * identities that lead to it.
 */
#pragma once

#include "provider/rollout/rollout.h"

/*
 * "sign_ins": [{"user", "kind", "value", "change": "new", "gone" or "kept",
 * "given_by", "given"}]; the first WAYS_MAX. Kept ones are listed for users who
 * gain. given_by "": the host's own files, or no giver was needed.
 */
enum { WAYS_MAX = 1000 };
void ways_put(const struct rollout *rollout, struct json_writer *w);
