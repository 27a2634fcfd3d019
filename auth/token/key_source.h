/*
 * Where the keys of an issuer come from: a file, read once, or an https
 * address, fetched by a thread of its own and never by a sign-in.
 *
 * What was fetched last and was sound stays in use while the address does not
 * answer, for KEY_SOURCE_STALE_MAX_MS. An unknown key id asks for one fetch a
 * cool-down, however many strangers invent ids (T41). An address that is
 * opened while it is open already, by a new configuration beside the one
 * before it, is the same source: it keeps its keys, and fetches at once.
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

/* Keys that are there already and never change; takes the set over. */
MUST_CHECK
enum status key_source_fixed(struct key_set *set,
                             struct key_source **source_out);

/*
 * As the issuer is configured. A file must be sound now; an address need not
 * answer yet. is_trial: looked at, but nothing is fetched.
 */
MUST_CHECK
enum status key_source_open(const struct auth_issuer_config *issuer,
                            bool is_trial, struct key_source **source_out,
                            const char **why_out);

/* Lets go of it; a fetch under way for nobody else is broken off. */
void key_source_free(struct key_source *source);
DEFINE_DROP(key_source)

/* The keys of now, held for the caller (key_set_free); NULL: none. */
struct key_set *key_source_hold(struct key_source *source);

/* A token named a key that is not there. Returns at once. */
void key_source_miss(struct key_source *source);

/* How many of the keys of now cannot be used (key_set_skipped). */
size_t key_source_skipped(struct key_source *source);

/* Waits until n fetches have ended, well or not, or the time is over. */
bool key_source_wait(struct key_source *source, size_t n_fetches,
                     int64_t timeout_ms);
