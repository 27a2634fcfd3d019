/*
 * The ways to sign in, server side.
 *
 *     configuration -> struct auth -> one struct auth_exchange a sign-in
 *     exchange + channel -> evidence -> level (one pure function)
 *
 * Here is what is configured; auth/channel.h has the channel, auth/signin.h the
 * exchange, auth/evidence.h what it proves.
 *
 * Threads: struct auth is immutable and shared by all threads. It is made by
 * the main thread, and freed once no exchange uses it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/evidence.h"
#include "auth/mechanism_table.h"
#include "provider/base/level.h"
#include "provider/base/own.h"
#include "provider/base/realm.h"
#include "provider/base/status.h"

/* ---- Configuration: all strings borrowed until auth_free ---- */

/* Where a secret is read from. */
enum auth_from {
    AUTH_FROM_FILE = 0,
    AUTH_FROM_SERVICE, /* a file that systemd hands to the service alone */
    AUTH_FROM_UNSEEN,  /* the same, but this process is not the service: only
                        * for checking */
};

/* An authentication indicator of the KDC and what it proves. */
struct auth_indicator {
    const char *name;
    enum auth_level level;
};

/* A realm whose tickets say the SIDs of a user and of the user's groups. */
struct auth_domain {
    const char *realm;
    const char *sid; /* of its domain; NULL: it is the service's own realm,
                        which need not be told */
};

struct auth_kerberos_config {
    const char *service;     /* "smsprovider"; NULL: no Kerberos */
    const char *web_service; /* the same for HTTP; NULL: not there */
    const char *host;        /* canonical name in the service principal */
    const char *keytab;      /* path */
    enum auth_from keytab_from;
    const char
        *replay_cache;    /* path of a file2 cache, in the state directory */
    struct realms realms; /* whose users may sign in */
    const struct auth_indicator *indicators;
    size_t n_indicators;
    const struct auth_indicator *sids; /* [n_sids], by their text */
    size_t n_sids;
    const struct auth_domain *domains; /* [n_domains]: realms with a PAC */
    size_t n_domains;
    int64_t pac_age_s; /* how long after a sign-in to the KDC its SIDs count,
                          however often the ticket was renewed; 0: 10 h */
    bool is_delegated_allowed; /* tickets that a service obtained */
};

/* How often a token of an issuer signs in. A token that names a key (cnf) is
 * only accepted with that key's certificate, and then until it expires,
 * whatever the setting. */
enum auth_token_use {
    AUTH_TOKEN_ONCE = 0, /* it is remembered: by its id, or by its bytes */
    AUTH_TOKEN_BOUND,    /* only tokens that name a key */
    AUTH_TOKEN_REUSABLE, /* until it expires */
};

/* A claim required of every token of an issuer: one of these texts. */
struct auth_claim {
    const char *name;
    const char *const *values; /* [n_values] */
    size_t n_values;
};

struct auth_issuer_config {
    const char *issuer;   /* exact "iss" */
    const char *audience; /* must stand in "aud" */
    const char *keys;     /* path of a JWK set, or its https address */
    const char *keys_ca;  /* authorities that certify that address; path, PEM */
    int64_t keys_cool_down_ms; /* between fetches for unknown keys; 0: 60 s */
    const char *const *algorithms; /* [n_algorithms]: RS256, ES256, EdDSA, .. */
    size_t n_algorithms;
    const char *const *mfa_amr; /* [n_mfa_amr]: values that mean multi-factor */
    size_t n_mfa_amr;
    int64_t mfa_max_age_s;      /* since auth_time; 0: no limit */
    const char *const *mfa_acr; /* [n_mfa_acr]: the same for "acr" */
    size_t n_mfa_acr;
    const char *groups_claim;  /* NULL: none */
    const char *subject_claim; /* NULL: "sub" */
    const char *const *types;  /* [n_types] of "typ"; none: JWT and at+jwt */
    size_t n_types;
    const struct auth_claim *claims; /* [n_claims] that must be made */
    size_t n_claims;
    enum auth_token_use use;
};

/* An authority whose certificates may identify their bearer by user principal
 * name: a weak mapping that proves domain at most (T27). */
struct auth_upn_rule {
    const char *ca;              /* path, PEM; its key counts, not its name */
    const char *const *suffixes; /* [n_suffixes] realms it may name */
    size_t n_suffixes;
};

/* Passwords, checked by PAM in separate processes (smsprovider-pam). */
struct auth_pam_config {
    const char *service; /* of PAM; NULL: no passwords */
    const char *realm;   /* PAM's alice is alice@REALM everywhere else */
    const char *worker;  /* path of smsprovider-pam; NULL: as installed */
    /* Borrowed: starts workers for a confined process. NULL: one is made, which
     * runs worker. */
    struct pam_keeper *keeper;
    const char *directory; /* of service files; NULL: the system's */
    enum auth_level level; /* what PAM proves; NONE means domain */
    int64_t timeout_ms;    /* of a whole conversation; 0: 30 s */
    size_t max_running;    /* conversations at a time; 0: 32 */
};

struct auth_config {
    struct auth_kerberos_config kerberos;
    struct auth_pam_config pam;
    const struct auth_issuer_config *issuers;
    size_t n_issuers;
    const struct auth_upn_rule *upns; /* [n_upns] */
    size_t n_upns;
    struct realms realms; /* all: of tickets, passwords and names */
    bool is_trial;        /* for checking only: no thread is started */
};

/* Parts of auth_new(), for callers that can say where each setting was written.
 * The cause is in why_out (borrowed, static or until the next call). */
bool auth_algorithm_is_known(const char *name);
MUST_CHECK
enum status auth_keys_check(const char *path, const char **why_out);
MUST_CHECK
enum status auth_anchors_check(const char *path, const char **why_out);

/*
 * Reads keytab and key sets and registers the mechanisms. Call from the main
 * thread. STATUS_INVALID or STATUS_UNAVAILABLE, with the cause logged and in
 * why_out (borrowed, static or until the next call).
 */
struct auth;
MUST_CHECK
enum status auth_new(const struct auth_config *config, struct auth **auth_out,
                     const char **why_out);
void auth_free(struct auth *auth);
DEFINE_DROP(auth)

/*
 * Reviews earlier evidence under a new configuration. An issuer or realm that
 * was removed, or now covers other users, proves nothing; a claim or indicator
 * no longer listed raises no level. True: the evidence proves less than before.
 * It never proves more. Certificates are reviewed by auth_channel_recheck().
 */
bool auth_evidence_review(struct auth_evidence *evidence,
                          const struct auth *before, const struct auth *now);

/* Can tickets be expected to have indicators? */
bool auth_has_indicators(const struct auth *auth);

/* What is wrong with the service's keytab and stops nothing: for its place in
 * the configuration. NULL: nothing. Borrowed. */
const char *auth_keytab_warning(const struct auth *auth);

/* Unusable keys of issuers, which the log named. */
size_t auth_keys_skipped(const struct auth *auth);

/* Password checks of this process that timed out, and workers that were killed
 * and replaced because they hung or were stopped. */
struct auth_pam_counts {
    int64_t n_late;
    int64_t n_replaced;
};
struct auth_pam_counts auth_pam_counts(void);

/* The best level the mechanism can reach as configured; NONE: not usable. */
enum auth_level auth_mechanism_reach(const struct auth *auth,
                                     enum auth_mechanism mechanism);
