#include "tests/oracle/oracle.h"

void oracle_close(struct oracle *oracle)
{
    if (oracle->free)
        oracle->free(oracle->self);
    *oracle = (struct oracle){0};
}

const char *difference_name(enum difference difference)
{
    switch (difference) {
    case DIFFERENCE_NONE:
        return "none";
    case DIFFERENCE_VERDICT:
        return "verdict";
    case DIFFERENCE_LEVEL:
        return "level required";
    case DIFFERENCE_REASON:
        return "reason";
    case DIFFERENCE_BUILD:
        return "build";
    }
    return "?";
}

enum difference answer_compare(const struct answer *answer,
                               const struct rbac_decision *decision)
{
    if (answer->verdict != decision->verdict)
        return DIFFERENCE_VERDICT;
    if (answer->is_level_known &&
        answer->level_required != decision->level_required)
        return DIFFERENCE_LEVEL;
    if (answer->reasons && !(answer->reasons >> decision->reason & 1))
        return DIFFERENCE_REASON;
    return DIFFERENCE_NONE;
}
