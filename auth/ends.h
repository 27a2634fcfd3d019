/*
 * What ends by itself, for those who watch over a provider: certificates,
 * revocation lists, and key sets that can no longer be fetched.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/channel.h"

enum auth_end_kind {
    AUTH_END_SERVER = 0, /* a listener's own certificate */
    AUTH_END_AUTHORITY,  /* an anchor of client certificates */
    AUTH_END_LIST,       /* a revocation list */
    AUTH_END_KEYS,       /* an issuer's key set, unless it is fetched again */
    AUTH_N_END_KINDS,
};

/* "certificate", "authority", "revocation_list", "key_set" */
const char *auth_end_kind_name(enum auth_end_kind kind);

struct auth_end {
    enum auth_end_kind kind;
    const char *name; /* borrowed for the call: subject, issuer, or address */
    int64_t begins_s; /* INT64_MIN: not known */
    int64_t ends_s;   /* INT64_MIN: it has ended, or never began */
};

typedef void auth_note_end(void *context, const struct auth_end *end);

/* Of a listener's context: its certificate, and what auth_trust_apply() gave
 * it. tls NULL: nothing. */
void auth_ends_of_listener(struct ssl_ctx_st *tls, auth_note_end *note,
                           void *context);

/* Of issuers whose keys are fetched. now_s: wall clock. */
void auth_ends_of_keys(const struct auth *auth, int64_t now_s,
                       auth_note_end *note, void *context);
