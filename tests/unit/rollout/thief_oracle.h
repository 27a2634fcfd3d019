/*
 * What a change of administration by somebody who is not at the top must never
 * do. Written from the rules (role-based administration, sections 8 and 10),
 * asked through rbac_check() alone, never from the guards.
 */
#pragma once

#include "tests/unit/rollout/thief_model.h"

/* What was wrong, in a sentence. */
struct thief_breach {
    bool is_there;
    char text[600];
};

/*
 * Nobody holds, from now on, what neither they nor the caller held before
 * (R10.5), whoever they sign in as; nobody is served below the minimum who was
 * not.
 */
void oracle_gains(const struct site *before, const struct site *after,
                  const struct declare_caller *caller,
                  struct thief_breach *breach);

/*
 * One step: every record, role, scope and collection that is other than before
 * is one that the caller may have made so (R10.1 to R10.4, the table of section
 * 10, R7.5.5, R7.5.7).
 */
void oracle_step(const struct site *before, const struct site *after,
                 const struct declare_caller *caller,
                 struct thief_breach *breach);
