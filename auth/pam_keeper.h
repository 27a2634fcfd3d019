/*
 * Starts and ends PAM workers for a process that may start no program itself.
 *
 * The keeper is forked before the provider is confined. It runs one program,
 * named when it was made, and acts only on processes that it started. It ends,
 * with all of them, when the provider does. Threads share it.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "auth/pam_keeper_wire.h"
#include "provider/base/own.h"

struct pam_keeper;

/* worker: the program's path, as installed if NULL; wall may be NULL. */
MUST_CHECK
enum status pam_keeper_open(const char *worker, pam_keeper_wall *wall,
                            struct pam_keeper **keeper_out);
void pam_keeper_free(struct pam_keeper *keeper);
DEFINE_DROP(pam_keeper)

/* The program that it runs; borrowed. */
const char *pam_keeper_worker(const struct pam_keeper *keeper);

/* Starts a worker, with control as its standard input. The worker's id; 0 or
 * less: it was not started, or that is not known, and closing the other end of
 * control ends it. */
pid_t pam_keeper_start(struct pam_keeper *keeper, int64_t timeout_ms,
                       int control);

/* Does it run? Yes, while the keeper does not answer. */
enum pam_keeper_sight pam_keeper_look(struct pam_keeper *keeper, pid_t worker);

/* Kills a worker, and returns when it is gone, or the keeper does not answer.
 */
void pam_keeper_end(struct pam_keeper *keeper, pid_t worker);
