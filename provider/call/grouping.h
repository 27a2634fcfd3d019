/*
 * How long the writer waits for more jobs before it commits.
 *
 * Durability costs one sync for all jobs of a commit. Callers that wait for
 * their answers come back soon after it, so that without patience two halves of
 * them would take turns, each waiting for the other's sync too. The writer
 * therefore waits as long as callers that it has reason to expect are missing:
 * those that were just answered and those that waited meanwhile. It never waits
 * for a caller who is alone, nor longer than a commit takes.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { GROUPING_MAX_US = 2000 };

struct grouping {
    size_t n_expected;
    int64_t commit_us; /* what a commit took lately */
};

/* After a commit of n_run jobs, while n_waiting queue. */
void grouping_note(struct grouping *grouping, size_t n_run, size_t n_waiting,
                   int64_t commit_us);

/* From now on, with n_run jobs in the change; 0: commit at once. */
int64_t grouping_patience_us(const struct grouping *grouping, size_t n_run);
