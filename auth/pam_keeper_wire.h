/*
 * What is said between the provider and its keeper of PAM workers.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "provider/base/status.h"

/* Confines the keeper, in its process; anything but STATUS_OK ends it. */
typedef enum status pam_keeper_wall(void);

enum pam_keeper_sight {
    PAM_WORKER_GONE = 0, /* or none that it started */
    PAM_WORKER_RUNS,     /* as far as is known */
    PAM_WORKER_STOPPED,  /* since the last look */
};

enum keeper_verb { KEEPER_START = 1, KEEPER_LOOK, KEEPER_END };

/* Whole packets of a socket pair; START brings the control socket with it. */
struct keeper_order {
    uint64_t number; /* increases */
    uint32_t verb;
    int32_t worker;
    int64_t timeout_ms;
};

/* For START the worker's id, for LOOK an enum pam_keeper_sight. */
struct keeper_answer {
    uint64_t number; /* of its order */
    int32_t value;
};

/* The keeper's process: serves the socket until it ends, then exits. */
_Noreturn void pam_keeper_run(int fd, const char *worker,
                              pam_keeper_wall *wall);
