/*
 * Finds what many administrators have in common, so that it is said once.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "provider/base/status.h"

/* Items [first, first + n) of a list, about one subject. */
struct plan_run {
    size_t first;
    size_t n;
    char *shape;  /* owned: the same in runs that say the same */
    bool is_told; /* with another one */
};

struct plan_fold {
    struct plan_run *runs; /* [n], owned */
    size_t n;
};

void plan_fold_clear(struct plan_fold *fold);

/*
 * subject: the members that name a subject, NULL after the last; items in
 * sequence with the same of them are one run, and runs that are equal without
 * them are of one shape. is_single: each item is a run.
 */
MUST_CHECK
enum status plan_fold_make(json_t *list, const char *const subject[],
                           bool is_single, struct plan_fold *fold_out);

/* The next run of the shape of runs[i], which is then told; SIZE_MAX: none.
 * from: where to look. */
size_t plan_fold_next(struct plan_fold *fold, size_t i, size_t from);
