/*
 * What a thread brings to the calls that it runs: its store, the generation it
 * decides by, its clocks, and what all threads share.
 *
 * A loop and a pool thread read, each on its own view; the writer is inside a
 * change, and what it remembers between calls belongs to no loop.
 */
#pragma once

#include "provider/call/generation.h"
#include "provider/call/metrics.h"
#include "provider/call/session.h"

struct shared_throttle;
struct budget;
struct directory;
struct exports;
struct method_table;
struct refusals;
struct seal_key;
struct watches;

enum { CALL_GROUND_SESSIONS = 64 };

struct call_ground {
    struct store *store;
    struct generation *generation;
    const struct method_table *methods; /* borrowed */
    bool is_writer;                     /* inside a change */
    bool is_pool;                       /* a thread for reads that take long */
    const struct present *present;      /* of a pool's thread; borrowed */
    uint64_t n_commits;                 /* surely in its view */
    struct watches *watches;            /* borrowed; NULL: nothing is watched */
    struct budget *budget; /* borrowed; NULL: work is not limited */
    int64_t left_us;       /* the limit of current calls; set by their turn */
    int64_t retry_ms;      /* when a line may use its maximum again */
    const _Atomic bool *is_gone;     /* their peer is; NULL: cannot be */
    const _Atomic bool *is_ending;   /* the provider is; NULL: cannot be */
    const _Atomic size_t *n_callers; /* jobs of callers that wait for the
                                      * writer; NULL: there is none */
    struct shared_throttle
        *throttle;               /* borrowed; NULL: guessing is not throttled */
    struct refusals *refusals;   /* the writer's; NULL: each is recorded */
    struct directory *directory; /* borrowed; of policy files */
    struct metrics *metrics;     /* borrowed; NULL: nothing is counted */
    struct exports *exports;     /* borrowed; NULL: none is waited for */
    const struct seal_key *seal_key; /* borrowed; NULL: not sealed */
    struct metrics_tally tally;      /* of calls answered, not counted yet */
    bool is_broken; /* the change can no longer be trusted: roll it back */
    int64_t now_s;
    int64_t now_ms;
    /* The writer's cache of sessions, by their number. */
    struct {
        uint64_t session;
        struct session_rights rights;
    } lately[CALL_GROUND_SESSIONS];
};

/*
 * The new generation after a change of rights, made inside the change: the rest
 * of it decides by that, and a change that leaves no valid site fails.
 */
MUST_CHECK
enum status call_ground_renew(struct call_ground *ground);

/* The same with a site that has been loaded already; takes it over. */
MUST_CHECK
enum status call_ground_take(struct call_ground *ground, struct site *site);

/* Releases what the writer keeps between calls. */
void call_ground_clear(struct call_ground *ground);
