#include "provider/call/grouping.h"

/* Below this, waking up costs as much as is gained. */
enum { LEAST_US = 100 };

void grouping_note(struct grouping *grouping, size_t n_run, size_t n_waiting,
                   int64_t commit_us)
{
    grouping->n_expected = n_run + n_waiting;
    grouping->commit_us += (commit_us - grouping->commit_us) / 4;
}

int64_t grouping_patience_us(const struct grouping *grouping, size_t n_run)
{
    const int64_t most_us = grouping->commit_us;

    if (n_run >= grouping->n_expected || most_us < LEAST_US)
        return 0;
    return most_us < GROUPING_MAX_US ? most_us : GROUPING_MAX_US;
}
