/* What a crowd does; see crowd_load.c. Each answers an exit status. */
#pragma once

#include "tests/bench/crowd.h"

struct crowd_options {
    unsigned count;
    unsigned rate; /* of a second */
    unsigned faults;
    unsigned seconds;
    unsigned sources; /* of a flood: addresses from the crowd's on */
};

int crowd_idle(const struct crowd *crowd, const struct crowd_options *options);
int crowd_active(const struct crowd *crowd,
                 const struct crowd_options *options);
int crowd_flood(const struct crowd *crowd, const struct crowd_options *options);
int crowd_pace(const struct crowd *crowd, const struct crowd_options *options);
