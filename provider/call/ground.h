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

struct brake;
struct budget;
struct directory;
struct method_table;
struct refusals;
struct seal_key;

enum { CALL_GROUND_SESSIONS = 64 };

struct call_ground {
    struct store *store;
    struct generation *generation;
    const struct method_table *methods; /* borrowed */
    bool is_writer;                     /* inside a change */
    bool is_pool;                       /* a thread for reads that take long */
    struct budget *budget;              /* borrowed; NULL: work costs nothing */
    int64_t left_us;  /* what the calls of now may cost; set by their turn */
    int64_t retry_ms; /* when a line's may be spent again */
    const _Atomic bool *is_gone;     /* their peer is; NULL: cannot be */
    const _Atomic bool *is_ending;   /* the provider is; NULL: cannot be */
    struct brake *brake;             /* borrowed; NULL: nobody is slowed down */
    struct refusals *refusals;       /* the writer's; NULL: each is recorded */
    struct directory *directory;     /* borrowed; of policy files */
    struct metrics *metrics;         /* borrowed; NULL: nobody counts */
    const struct seal_key *seal_key; /* borrowed; NULL: it is not sealed */
    struct metrics_tally tally;      /* of calls answered, not counted yet */
    bool is_broken; /* the change cannot be trusted any more: roll it back */
    int64_t now_s;
    int64_t now_ms;
    /* The writer's own, of sessions it served lately, by their number. */
    struct {
        uint64_t session;
        struct session_rights rights;
    } lately[CALL_GROUND_SESSIONS];
};

/*
 * The new generation after a change of rights, made inside the change: what
 * comes after decides by it, and a change that leaves no valid site fails.
 */
MUST_CHECK
enum status call_ground_renew(struct call_ground *ground);

/* The same with a site that was read already; takes it over. */
MUST_CHECK
enum status call_ground_take(struct call_ground *ground, struct site *site);

/* Lets go of what the writer remembers between calls. */
void call_ground_clear(struct call_ground *ground);
