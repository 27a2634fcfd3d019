/*
 * Random trials: an estate, callers and questions from a seed.
 *
 * Most estates are tiny, because most faults show in tiny ones; a few are wide
 * enough to cross the 64 and 128 borders of bit sets. Time bounds lie around
 * the tested times, and so do the questions: before, exactly at, and after.
 */
#pragma once

#include "tests/oracle/random.h"
#include "tests/oracle/trial.h"

/* Around here lie all bounds and questions. */
enum { NOON_S = 1000 };

void trial_random(struct random *random, size_t n_questions,
                  struct trial *trial_out);

void estate_random(struct random *random, struct estate *estate_out);

/* The admins of a random caller; seldom none. */
struct list subject_random(struct random *random, const struct estate *estate);

struct question question_random(struct random *random,
                                const struct trial *trial);

/* A bound or a time near noon; a bound is at times none (the extremes). */
int64_t time_random(struct random *random);

/* What an administrator of a trial_secured() might be given. */
void assignment_secured(struct random *random, const struct estate *estate,
                        struct assignment *assignment_out);
