/*
 * Counters of the provider since it started: for monitoring, not for the audit.
 * Threads only add; no number says who or what.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "auth/mechanism_table.h"
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

struct metrics {
    const _Atomic int64_t *n_conns; /* open now; borrowed */
    _Atomic int64_t calls[RPC_N_ERRORS];
    _Atomic int64_t accepted[AUTH_N_MECHANISMS]; /* sign-ins, step-ups too */
    _Atomic int64_t refused[AUTH_N_MECHANISMS];
    _Atomic int64_t turned_away[METRICS_N_TURNED_AWAY];
    _Atomic int64_t numbers[N_METRICS]; /* counted directly */
};

void metrics_open(struct metrics *metrics, const _Atomic int64_t *n_conns,
                  int64_t now_s);

/* Answers that are not counted yet: they may be lost with their change. */
struct metrics_tally {
    uint32_t calls[RPC_N_ERRORS];
    uint32_t accepted[AUTH_N_MECHANISMS];
    uint32_t refused[AUTH_N_MECHANISMS];
};
void metrics_tally_call(struct metrics_tally *tally, enum rpc_error error);
void metrics_tally_sign_in(struct metrics_tally *tally,
                           enum auth_mechanism mechanism, bool is_accepted);

/* Adds it to another, and clears it. */
void metrics_move(struct metrics_tally *from, struct metrics_tally *to);

/* Counts it, and clears it. metrics NULL: nothing is counted. */
void metrics_take(struct metrics *metrics, struct metrics_tally *tally);
const char *metrics_turned_away_name(enum metrics_turned_away cause);
void metrics_count_turned_away(struct metrics *metrics,
                               enum metrics_turned_away cause);
/* Adds to a number of the table. metrics NULL: nothing is counted. */
void metrics_add(struct metrics *metrics, enum metric metric, int64_t n);
/* A change that was not committed, with everything that waited for it. */
void metrics_count_failed(struct metrics *metrics, int64_t now_s);
/* How long a change occupied the writer; from its thread only. */
void metrics_count_hold(struct metrics *metrics, int64_t ms);
void metrics_count_reload(struct metrics *metrics, bool is_good, int64_t now_s);
