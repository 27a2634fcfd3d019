/*
 * Shared by all connections, whichever loop they are in: the settings in
 * effect, the writer, the pool, and counts across loops.
 *
 * Threads: settings change under the lock; the rest is set before the first
 * loop starts, and each part's header says from which threads it may be used.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "provider/call/budget.h"
#include "provider/call/call.h"
#include "provider/call/exports.h"
#include "provider/call/generation.h"
#include "provider/call/metrics.h"
#include "provider/call/pool.h"
#include "provider/call/shared_throttle.h"
#include "provider/call/unread.h"
#include "provider/call/watches.h"
#include "provider/call/writer.h"
#include "provider/config/settings.h"
#include "provider/net/listener.h"
#include "provider/net/penalty.h"
#include "provider/net/trim.h"

struct directory;
struct method_table;

struct service {
    pthread_mutex_t lock;
    struct settings *settings;        /* held; changed under the lock */
    _Atomic uint64_t settings_number; /* of them, to be compared without it */
    struct shared_throttle throttle;
    struct budget budget;
    struct penalties *penalties; /* owned */
    struct unread unread;
    struct watches watches;
    struct metrics metrics;
    struct exports exports;             /* of the audit */
    struct directory *directory;        /* borrowed; of policy files */
    const struct method_table *methods; /* borrowed */
    struct present present;
    struct writer writer;
    struct pool pool;
    struct trim trim;                 /* of memory that connections have left */
    _Atomic bool is_ending;           /* whatever runs must give up */
    struct listener_sockets *sockets; /* owned [n_sockets] */
    size_t n_sockets;
    size_t n_loops;
    _Atomic int64_t n_conns;
    _Atomic int64_t max_conns;
};

/* Takes the settings over. Whatever it returns, service_close undoes it. */
MUST_CHECK
enum status service_open(struct service *service, struct settings *settings,
                         int64_t now_s);
void service_close(struct service *service);

/* Puts other settings in effect; takes them over. */
void service_follow(struct service *service, struct settings *settings);

/* Held for the caller. */
struct settings *service_settings(struct service *service);

/* Is there room for the connection that was just counted? */
bool service_may_accept(const struct service *service);

/* The ground of a thread that runs calls, before its own store is in it. */
struct call_ground service_ground(struct service *service);
