/*
 * The source of an issuer's keys: a file, read once, or an https address,
 * fetched by a thread of its own and never by a sign-in.
 *
 * The last good set stays in use while the address does not answer, for
 * KEY_SOURCE_STALE_MAX_MS. An unknown key id causes one fetch per cool-down,
 * however many ids strangers invent (T41). An address that is opened again, by
 * a new configuration while the old one is in use, is the same source: it keeps
 * its keys, and fetches at once.
 */
#pragma once

#include "auth/auth.h"
#include "auth/token/key_set.h"

enum {
    KEY_SOURCE_REFRESH_MS = 60 * 60 * 1000,
    KEY_SOURCE_COOL_DOWN_MS = 60 * 1000,
    KEY_SOURCE_STALE_MAX_MS = 24 * 60 * 60 * 1000,
    KEY_SOURCE_FETCH_MS = 10 * 1000, /* one fetch, all told */
    KEY_SOURCE_CA_MAX_BYTES = 1024 * 1024,
};

struct key_source;

/* A constant set of keys; takes it over. */
MUST_CHECK
enum status key_source_fixed(struct key_set *set,
                             struct key_source **source_out);

/*
 * As configured for the issuer. A file must be valid now; an address need not
 * answer yet. is_trial: for checking, nothing is fetched.
 */
MUST_CHECK
enum status key_source_open(const struct auth_issuer_config *issuer,
                            bool is_trial, struct key_source **source_out,
                            const char **why_out);

/* Releases it; aborts a fetch that nobody else needs. */
void key_source_free(struct key_source *source);
DEFINE_DROP(key_source)

/* The current keys, held for the caller (key_set_free); NULL: none. */
struct key_set *key_source_hold(struct key_source *source);

/* A token named a missing key. Returns at once. */
void key_source_miss(struct key_source *source);

/* Is it fetched from an address? left_ms_out: how long its keys may still be
 * used if it is not reached again; 0: it has none. */
bool key_source_is_remote(struct key_source *source, int64_t *left_ms_out);

/* The number of unusable current keys (key_set_skipped). */
size_t key_source_skipped(struct key_source *source);

/* Waits until n fetches have ended, successful or not, or the time is over. */
bool key_source_wait(struct key_source *source, size_t n_fetches,
                     int64_t timeout_ms);
