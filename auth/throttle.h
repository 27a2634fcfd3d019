/*
 * Throttles guessing without locking out the target.
 *
 * Failures are counted for a source, for an account as one source tries it, and
 * for an account over all sources. The first two make the source wait, longer
 * each time. The third never refuses anybody: it only delays the answer by at
 * most HOLD_MAX_MS, so that strangers cannot keep an administrator out who
 * signs in from a source without failures (T51).
 *
 * A host whose logins the site decides is one source of many people, and of
 * strangers who reach its login. So of such a source the accounts are counted
 * that failed, not the failures; many may fail before it waits; and an account
 * that has signed in through it does not wait for others. What it tries at one
 * account counts from the beginning of each try, so that a host that was stolen
 * guesses no more at once than one after another.
 *
 * Where the host shows who it is with each connection, by a certificate, that
 * is its source. One with a keytab shows it with a session of its own: from
 * then on its address is one of a host.
 *
 * Plain data with the time passed in, in memory of a fixed size: when the table
 * is full the least important entry is evicted. One thread at a time. A second
 * factor is a separate account ("alice code"): its failures must not be counted
 * with those of the password.
 */
#pragma once

#include <stdint.h>
#include <sys/socket.h>

#include "provider/base/buf.h"
#include "provider/base/own.h"

enum {
    THROTTLE_FREE_FAILURES = 3,            /* before a source must wait */
    THROTTLE_FREE_ACCOUNTS = 32,           /* of a host that failed, the same */
    THROTTLE_WAIT_FIRST_MS = 1000,         /* then doubled each time */
    THROTTLE_WAIT_MAX_MS = 15 * 60 * 1000, /* at most */
    THROTTLE_HOLD_MAX_MS = 2000,           /* for an account under attack */
    THROTTLE_FORGET_MS = 60 * 60 * 1000,   /* after the last failure */
    THROTTLE_SOURCE_MAX_BYTES = 64,
};

struct throttle;

/* n_entries at most, 24 bytes each. */
MUST_CHECK
enum status throttle_new(size_t n_entries, struct throttle **throttle_out);
void throttle_free(struct throttle *throttle);
DEFINE_DROP(throttle)

struct throttle_verdict {
    int64_t retry_after_ms; /* > 0: refuse now, and say when to try again */
    int64_t hold_ms;        /* > 0: check, but answer only after this time */
};

/*
 * Call before any expensive work for a sign-in. The account may be empty
 * (unknown yet). now_ms is of the monotonic clock.
 */
struct throttle_verdict throttle_ask(const struct throttle *throttle,
                                     struct text source, struct text account,
                                     int64_t now_ms);

/* A try of a host begins: it counts until it ends. Other sources' count once
 * they failed. */
void throttle_begun(struct throttle *throttle, struct text source,
                    struct text account, int64_t now_ms);

/* It was none: the password could not be checked, or was right so far. */
void throttle_excused(struct throttle *throttle, struct text source,
                      struct text account);

void throttle_failed(struct throttle *throttle, struct text source,
                     struct text account, int64_t now_ms);

/* Clears this source's failures with this account, and nothing else; a host
 * knows the account from now on. */
void throttle_succeeded(struct throttle *throttle, struct text source,
                        struct text account, int64_t now_ms);

/*
 * The source of a peer: an IPv4 address, the /64 of an IPv6 one, or the user of
 * a Unix peer ("uid 1000"). Written into source_out, which is returned.
 */
struct text throttle_source(const struct sockaddr *address, uint32_t peer_uid,
                            char source_out[THROTTLE_SOURCE_MAX_BYTES]);

/* From now on the address counts as a host's: a machine identity has signed in
 * from there by its key. */
void throttle_know_host(struct throttle *throttle, struct text address,
                        int64_t now_ms);

/* The source as it counts: the same, or that of a host at the address. */
struct text throttle_address_source(const struct throttle *throttle,
                                    struct text address,
                                    char source_out[THROTTLE_SOURCE_MAX_BYTES]);

/* That of a device's machine identity, wherever it calls from. */
struct text throttle_host_source(int64_t device,
                                 char source_out[THROTTLE_SOURCE_MAX_BYTES]);
