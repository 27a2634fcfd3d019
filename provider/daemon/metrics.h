/*
 * What the provider has done since it began, counted: for whoever watches it,
 * not for the audit. Threads only add; no number says who or what.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "auth/auth.h"
#include "provider/rpc/error.h"

struct metrics {
    int64_t began_at_s;
    const _Atomic int64_t *n_conns; /* open now; borrowed */
    _Atomic int64_t calls[RPC_N_ERRORS];
    _Atomic int64_t accepted[AUTH_N_MECHANISMS]; /* sign-ins, step-ups too */
    _Atomic int64_t refused[AUTH_N_MECHANISMS];
    _Atomic int64_t n_reloads;
    _Atomic int64_t n_reloads_failed;
    _Atomic int64_t reloaded_at_s; /* 0: never */
};

void metrics_open(struct metrics *metrics, const _Atomic int64_t *n_conns,
                  int64_t now_s);

/* metrics NULL: nobody counts. */
void metrics_count_call(struct metrics *metrics, enum rpc_error error);
void metrics_count_sign_in(struct metrics *metrics,
                           enum auth_mechanism mechanism, bool is_accepted);
void metrics_count_reload(struct metrics *metrics, bool is_good, int64_t now_s);
