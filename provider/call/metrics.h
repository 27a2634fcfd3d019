/*
 * Counters of the provider since it started: for monitoring, not for the audit.
 * Threads only add; no number says who or what.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "auth/mechanism_table.h"
#include "provider/base/level.h"
#include "provider/call/gate_need.h"
#include "provider/wire/error.h"
#include "provider/wire/metric.h"

/* Why a connection was closed on arrival, or no session begun. */
enum metrics_turned_away {
    METRICS_NO_DESCRIPTOR = 0,
    METRICS_NO_MEMORY,
    METRICS_NO_ROOM,  /* limits.connections */
    METRICS_NO_PLACE, /* limits.user_connections, at sign-in */
    METRICS_N_TURNED_AWAY,
};

/* What the writer does, a step of a change after another. */
enum metrics_hold {
    METRICS_HOLD_ACT = 0,  /* of a caller, or of the daemon */
    METRICS_HOLD_COMMIT,   /* of the change */
    METRICS_HOLD_KEEPING,  /* of the audit: archives, expired records */
    METRICS_HOLD_DELETION, /* of members */
    METRICS_HOLD_SCHEDULE, /* of collections */
    METRICS_HOLD_ARRIVALS, /* rules are asked about new devices */
    METRICS_HOLD_QUERIES,  /* of collections that are due */
    METRICS_HOLD_MEMBERS,  /* of these */
    METRICS_HOLD_LABELS,   /* of devices, left behind */
    METRICS_N_HOLDS,
};

/* Levels of accepted sign-ins: AUTH_LEVEL_NONE stays 0. */
enum { METRICS_N_LEVELS = AUTH_LEVEL_MFA + 1 };

/* Methods of the table; 0 is what is no single method. */
enum { METRICS_METHODS_MAX = 127 };

/* How long lines took to be answered. */
struct metrics_latency {
    _Atomic int64_t buckets[METRIC_N_BUCKETS]; /* each on its own */
    _Atomic int64_t count;
    _Atomic int64_t sum_us;
};

struct metrics {
    const _Atomic int64_t *n_conns;  /* open now; borrowed */
    const _Atomic size_t *n_changes; /* waiting for the writer; or NULL */
    const _Atomic size_t *n_reads;   /* waiting for the pool; or NULL */
    _Atomic int64_t calls[RPC_N_ERRORS];
    _Atomic int64_t verdicts[GATE_N_VERDICTS];
    /* Sign-ins, step-ups too. */
    _Atomic int64_t accepted[AUTH_N_MECHANISMS][METRICS_N_LEVELS];
    _Atomic int64_t refused[AUTH_N_MECHANISMS];
    _Atomic int64_t turned_away[METRICS_N_TURNED_AWAY];
    _Atomic int64_t longest_us[METRICS_N_HOLDS];
    _Atomic int64_t numbers[N_METRICS]; /* counted directly */
    _Atomic int64_t writer_seen_ms;     /* when it last came round, monotonic */
    _Atomic int64_t store_seen_ms;      /* when it last committed; 0: not yet */
    _Atomic bool is_reload_refused;     /* the last reading of the files */
    _Atomic bool is_archive_refused;    /* expired records are kept for it */
    _Atomic bool is_export_awaited;     /* the same */
    struct metrics_latency latencies[METRICS_METHODS_MAX + 1];
};

void metrics_open(struct metrics *metrics, const _Atomic int64_t *n_conns,
                  int64_t now_s);

/* Answers that are not counted yet: they may be lost with their change. */
struct metrics_tally {
    uint32_t calls[RPC_N_ERRORS];
    uint32_t verdicts[GATE_N_VERDICTS];
    uint32_t accepted[AUTH_N_MECHANISMS][METRICS_N_LEVELS];
    uint32_t refused[AUTH_N_MECHANISMS];
    size_t method; /* of the last call: its place in the table, from 1 */
};
void metrics_tally_call(struct metrics_tally *tally, enum rpc_error error);
void metrics_tally_verdict(struct metrics_tally *tally,
                           enum gate_verdict verdict);
/* level NONE: it was refused. */
void metrics_tally_sign_in(struct metrics_tally *tally,
                           enum auth_mechanism mechanism,
                           enum auth_level level);

/* Adds it to another, and clears it. */
void metrics_move(struct metrics_tally *from, struct metrics_tally *to);

/* Counts it, and clears it. metrics NULL: nothing is counted. */
void metrics_take(struct metrics *metrics, struct metrics_tally *tally);
const char *metrics_turned_away_name(enum metrics_turned_away cause);
void metrics_count_turned_away(struct metrics *metrics,
                               enum metrics_turned_away cause);
/* A line was answered; method: its place in the table, from 1, or 0 for a line
 * of several requests or none. */
void metrics_count_latency(struct metrics *metrics, size_t method, int64_t us);
/* Adds to a number of the table. metrics NULL: nothing is counted. */
void metrics_add(struct metrics *metrics, enum metric metric, int64_t n);
/* A change that was not committed, with everything that waited for it. */
void metrics_count_failed(struct metrics *metrics, int64_t now_s);
/* How long a step occupied the writer; from its thread only. */
void metrics_count_step(struct metrics *metrics, enum metrics_hold hold,
                        int64_t us);
const char *metrics_hold_name(enum metrics_hold hold);
/* How long a change occupied the writer; from its thread only. */
void metrics_count_hold(struct metrics *metrics, int64_t ms);
void metrics_count_reload(struct metrics *metrics, bool is_good, int64_t now_s);

/* The writer looked at the store: it is alive; and whether that was
 * committed. */
void metrics_note_writer(struct metrics *metrics, bool is_committed,
                         int64_t now_s, int64_t now_ms);
/* Sets a number of the table. metrics NULL: nothing is noted. */
void metrics_set(struct metrics *metrics, enum metric metric, int64_t value);
