/*
 * The provider as a whole: what its threads share.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "provider/daemon/brake.h"
#include "provider/daemon/budget.h"
#include "provider/daemon/directory.h"
#include "provider/daemon/ending.h"
#include "provider/daemon/generation.h"
#include "provider/daemon/listener.h"
#include "provider/daemon/loop.h"
#include "provider/daemon/metrics.h"
#include "provider/daemon/penalty.h"
#include "provider/daemon/pool.h"
#include "provider/daemon/settings.h"
#include "provider/daemon/writer.h"

/* A job that does nothing: see daemon_watch(). */
struct watch {
    struct job job; /* first */
    atomic_bool is_posted;
};

struct daemon {
    pthread_mutex_t lock;
    struct settings *settings;        /* held; changed under the lock */
    _Atomic uint64_t settings_number; /* of them, to be compared without it */
    struct store *store;              /* owned; the writer's */
    struct brake brake;
    struct budget budget;
    struct penalties *penalties; /* owned */
    struct unread unread;
    struct metrics metrics;
    struct directory directory; /* of policy files */
    struct present present;
    bool has_present;
    struct writer writer;
    struct watch watch;
    struct pool pool;
    struct ending ending;
    _Atomic bool is_ending;           /* whatever runs is to give up */
    struct listener_sockets *sockets; /* owned [n_sockets] */
    size_t n_sockets;
    struct loop *loops; /* owned [n_loops] */
    size_t n_loops;
    _Atomic int64_t n_conns;
    _Atomic int64_t max_conns;
};

/*
 * Opens the store, applies the policy files, binds the sockets and starts the
 * threads. Takes the settings over. STATUS_INVALID: the policy is not valid
 * and there is none from before; everything else is logged too.
 */
MUST_CHECK
enum status daemon_start(struct settings *settings, struct daemon **daemon_out);

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
 * daemon is to end: nothing more is taken (T78).
 */
bool daemon_watch(struct daemon *daemon);

/* Lets what is under way end, then ends. */
void daemon_free(struct daemon *daemon);
DEFINE_DROP(daemon)

/* ---- For its loops ---- */

/* Held for the caller. */
struct settings *daemon_settings(struct daemon *daemon);

/* Is there room for the connection that was just counted? */
bool daemon_may_accept(const struct daemon *daemon);

/* To the writer or the pool, as it waits for. */
void daemon_post_turn(struct daemon *daemon, struct turn *turn);

/* Asks for the groups of the turn's session; it comes back with the answer. */
void daemon_ask_groups(struct turn *turn);
