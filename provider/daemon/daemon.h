/*
 * The provider as a whole: what its threads share.
 */
#pragma once

#include "provider/daemon/ending.h"
#include "provider/daemon/walls.h"
#include "provider/daemon/watch.h"
#include "provider/monitor/monitor.h"
#include "provider/net/loop.h"
#include "provider/net/service.h"
#include "provider/rollout/directory.h"

struct daemon {
    struct service service;
    struct store *store;        /* owned; the writer's */
    struct log_mover *mover;    /* owned; of its log; NULL: none */
    struct directory directory; /* of policy files */
    bool has_present;
    struct watch watch;
    struct walls *walls; /* borrowed */
    struct ending ending;
    struct monitor *monitor; /* owned; NULL: none */
    struct loop *loops;      /* owned [service.n_loops] */
};

/*
 * Opens the store, applies the policy files, binds the sockets, closes the
 * walls and starts the threads. Takes the settings over; the walls are borrowed
 * until daemon_free(). STATUS_INVALID: the policy is invalid and there is no
 * previous one; everything else is logged too.
 */
MUST_CHECK
enum status daemon_start(struct settings *settings, struct walls *walls,
                         struct daemon **daemon_out);

/* Reads the policy directory, if there is one, and applies it in the writer;
 * not STATUS_OK: the previous policy stays. */
MUST_CHECK
enum status daemon_apply_policy(struct daemon *daemon);

/* Reads configuration and policy again; what is invalid is logged, audited and
 * changes nothing. */
void daemon_reload(struct daemon *daemon, const char *config_path);

/*
 * Accepts no more connections, and answers pending requests; from now on the
 * process ends within ENDING_MAX_MS, even in the middle of something.
 */
void daemon_end(struct daemon *daemon);

/*
 * Checks, in the writer, that the store is still the one that was opened and
 * nobody else writes to it; call once a second. Also removes a slice of expired
 * audit records. NULL, or why the daemon must end: the store is lost, and
 * nothing more is accepted (T78); or the signer has ended, if somebody starts
 * the daemon again (is_managed).
 */
const char *daemon_watch(struct daemon *daemon, bool is_managed);

/* Lets running work end, then ends. */
void daemon_free(struct daemon *daemon);
DEFINE_DROP(daemon)
