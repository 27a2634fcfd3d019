/*
 * The provider as a whole: what its threads share.
 */
#pragma once

#include "provider/daemon/ending.h"
#include "provider/daemon/watch.h"
#include "provider/net/loop.h"
#include "provider/net/service.h"
#include "provider/rollout/directory.h"

struct daemon {
    struct service service;
    struct store *store;        /* owned; the writer's */
    struct directory directory; /* of policy files */
    bool has_present;
    struct watch watch;
    struct ending ending;
    struct loop *loops; /* owned [service.n_loops] */
};

/*
 * Opens the store, applies the policy files, binds the sockets and starts the
 * threads. Takes the settings over. STATUS_INVALID: the policy is not valid
 * and there is none from before; everything else is logged too.
 */
MUST_CHECK
enum status daemon_start(struct settings *settings, struct daemon **daemon_out);

/* Reads the policy directory, if there is one, and applies it in the writer;
 * not STATUS_OK: what was there before stays. */
MUST_CHECK
enum status daemon_apply_policy(struct daemon *daemon);

/* Reads configuration and policy again; what does not hold is logged, audited
 * and changes nothing. */
void daemon_reload(struct daemon *daemon, const char *config_path);

/*
 * Takes no more connections, and answers what was taken in; from now on the
 * process ends within ENDING_MAX_MS, be it in the middle of something.
 */
void daemon_end(struct daemon *daemon);

/*
 * Looks, in the writer, whether the store is still the one that was opened and
 * nobody else writes to it; once a second is enough. False: it is lost, and the
 * daemon is to end: nothing more is taken (T78). Removes a slice of the audit
 * that is over its term.
 */
bool daemon_watch(struct daemon *daemon);

/* Lets what is under way end, then ends. */
void daemon_free(struct daemon *daemon);
DEFINE_DROP(daemon)
