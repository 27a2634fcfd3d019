/*
 * Cuts a failing trial down to the smallest one that still fails.
 */
#pragma once

#include "tests/oracle/trial.h"

/* Does this trial still show what is being looked for? */
typedef bool (*shrink_test)(void *context, const struct trial *trial);

/*
 * Leaves one question and its caller, then removes whatever can go (admins,
 * assignments, roles, rights, bits, scopes, collections, levels, bounds,
 * labels) until nothing more can. The trial must fail at the start.
 */
void trial_shrink(struct trial *trial, size_t question, shrink_test fails,
                  void *context);
