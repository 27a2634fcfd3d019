/*
 * The ways to sign in, server side.
 *
 *     configuration -> struct auth -> one struct auth_exchange a sign-in
 *     exchange + channel -> evidence -> level (one pure function)
 *
 * Authenticators report facts; auth_level_of() ranks them; whether the caller
 * may do anything is not asked here. An exchange is used by one thread at a
 * time; struct auth is immutable and shared by all.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/mechanism_table.h"
#include "provider/base/buf.h"
#include "provider/base/identity.h"
#include "provider/base/level.h"
#include "provider/base/own.h"
#include "provider/base/status.h"

struct ssl_st;     /* OpenSSL's SSL */
struct ssl_ctx_st; /* OpenSSL's SSL_CTX */
struct x509_st;    /* OpenSSL's X509 */
struct stack_st_X509;

/* ---- Evidence: what an authenticator proved ---- */

enum auth_method {
    AUTH_METHOD_NONE = 0,
    AUTH_METHOD_KERBEROS,
    AUTH_METHOD_CERTIFICATE,
    AUTH_METHOD_TOKEN,
    AUTH_METHOD_PAM,
    AUTH_METHOD_LOCAL,
};

/* "kerberos", "certificate", "token", "pam", "local"; "none". */
const char *auth_method_name(enum auth_method method);

enum auth_fact {
    AUTH_FACT_IDENTITY = 1 << 0,  /* who it is: every level needs it */
    AUTH_FACT_PKI = 1 << 1,       /* a private key of a trusted PKI signed */
    AUTH_FACT_MFA = 1 << 2,       /* several factors, said by who may say so */
    AUTH_FACT_DELEGATED = 1 << 3, /* got on the user's behalf: no presence */
    AUTH_FACT_WEAK = 1 << 4,      /* known by a name in a certificate alone */
};

enum {
    AUTH_IDENTITIES_MAX = 2, /* a certificate has two: serial and key */
    AUTH_GROUPS_MAX = 1024,
    AUTH_KEY_FINGERPRINT_BYTES = 32, /* SHA-256 */
};

struct auth_identity {
    enum identity_kind kind;
    char *
        value; /* owned by the evidence; canonical (provider/base/identity.h) */
};

/*
 * A token that signs in once. Until it is written down as used, in the change
 * in which the session begins, the evidence proves nothing (T4, T40).
 */
struct auth_once {
    bool is_open;
    unsigned char key[32]; /* of its issuer and id */
    int64_t until_s;       /* no longer valid then: may be forgotten */
};

struct auth_evidence {
    enum auth_method method;
    uint32_t facts; /* of enum auth_fact */
    struct auth_identity identities[AUTH_IDENTITIES_MAX]; /* [n_identities] */
    size_t n_identities;
    char *origin; /* of a token its issuer, of a certificate the hash of the
                   * key that issued it, hex; owned; NULL: by method alone */
    char *upn;    /* user principal name that its issuer may say; owned */
    unsigned char key[AUTH_KEY_FINGERPRINT_BYTES]; /* that signed a token */
    int64_t issued_at_s; /* of a certificate: when its time began */
    char *counted; /* what raised the level, a line each: "amr mfa"; owned */
    char *detail; /* for the audit: indicators, key id, amr; owned; no secret */
    char **groups; /* [n_groups] as a token claims them; owned */
    size_t n_groups;
    bool groups_unknown; /* the token says there are more than it lists */
    struct auth_once once;
    char *acting_as; /* whom the client wants to be, when that is no name the
                      * evidence gives; owned; NULL: nobody else */
    int64_t authenticated_at_s;
    int64_t expires_at_s; /* of the ticket, certificate or token */
    int64_t
        mfa_expires_at_s; /* when AUTH_FACT_MFA ends sooner; 0: it does not */
};

void auth_evidence_clear(struct auth_evidence *evidence);

/*
 * A client may say whom it wants to act as, and the site may call its person
 * by a name that the evidence does not hold. While that is open the evidence
 * proves nothing; it is settled when that is the name of the person themself.
 * False: it is another (T15).
 */
bool auth_evidence_acts_for(struct auth_evidence *evidence, const char *user);

/*
 * The highest level the evidence proves at now_s; AUTH_LEVEL_NONE once it has
 * expired or when it proves nothing. Pure.
 * Rules A4, T6, T7, T39.
 */
enum auth_level auth_level_of(const struct auth_evidence *evidence,
                              int64_t now_s);

/*
 * Root of the provider's host, on its Unix socket: nobody but the break-glass
 * administrator, where the policy names one (T89).
 */
bool auth_is_break_glass(const struct auth_evidence *evidence);

/* Facts and groups end with the evidence, and do not come back when the clock
 * is set back. True: it has ended, and had not before. */
bool auth_evidence_expire(struct auth_evidence *evidence, int64_t now_s);

/* ---- Configuration: all strings borrowed until auth_free ---- */

/* Bits (1 << mechanism) of those that prove by a method. */
uint32_t auth_mechanisms_of(enum auth_method method);

/* An authentication indicator of the KDC and what it proves. */
struct auth_indicator {
    const char *name;
    enum auth_level level;
};

struct auth_kerberos_config {
    const char *service; /* "smsprovider"; NULL: no Kerberos */
    const char *host;    /* canonical name in the service principal */
    const char *keytab;  /* path */
    const char
        *replay_cache; /* path of a file2 cache, in the state directory */
    const char *const *realms; /* [n_realms], whose users may sign in */
    size_t n_realms;
    const struct auth_indicator *indicators;
    size_t n_indicators;
};

/* How often a token of an issuer signs in. One that names a key (cnf) counts
 * only with that key's certificate, and then while it is valid, whatever
 * stands here. */
enum auth_token_use {
    AUTH_TOKEN_ONCE = 0, /* it is remembered: by its id, or by its bytes */
    AUTH_TOKEN_BOUND,    /* only such that name a key */
    AUTH_TOKEN_REUSABLE, /* while it is valid */
};

/* A claim that every token of an issuer must make: one of these texts. */
struct auth_claim {
    const char *name;
    const char *const *values; /* [n_values] */
    size_t n_values;
};

struct auth_issuer_config {
    const char *issuer;            /* exact "iss" */
    const char *audience;          /* must stand in "aud" */
    const char *keys;              /* path of a JWK set, or its https address */
    const char *keys_ca;           /* who certifies that address; path, PEM */
    int64_t keys_cool_down_ms;     /* between fetches for strangers; 0: 60 s */
    const char *const *algorithms; /* [n_algorithms]: RS256, ES256, EdDSA, .. */
    size_t n_algorithms;
    const char *const *mfa_amr; /* [n_mfa_amr]: values that mean multi-factor */
    size_t n_mfa_amr;
    int64_t mfa_max_age_s;      /* since auth_time; 0: not limited */
    const char *const *mfa_acr; /* [n_mfa_acr]: the same said by "acr" */
    size_t n_mfa_acr;
    const char *groups_claim;  /* NULL: none */
    const char *subject_claim; /* NULL: "sub" */
    const char *const *types;  /* [n_types] of "typ"; none: JWT and at+jwt */
    size_t n_types;
    const struct auth_claim *claims; /* [n_claims] that must be made */
    size_t n_claims;
    enum auth_token_use use;
};

/* An authority whose certificates may say who their bearer is by user
 * principal name: a weak mapping, worth no more than domain (T27). */
struct auth_upn_rule {
    const char *ca;              /* path, PEM; it is its key, not its name */
    const char *const *suffixes; /* [n_suffixes] realms it may name */
    size_t n_suffixes;
};

/* Passwords, checked by PAM in processes of their own (smsprovider-pam). */
struct auth_pam_config {
    const char *service;   /* of PAM; NULL: no passwords */
    const char *realm;     /* PAM's alice is alice@REALM to everybody else */
    const char *worker;    /* path of smsprovider-pam; NULL: as installed */
    const char *directory; /* of service files; NULL: the system's */
    enum auth_level level; /* what the stack proves; NONE means domain */
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
    bool is_trial; /* only looked at: no thread is started */
};

/* Parts of it by themselves, for who can say where each was written. The
 * cause in why_out (borrowed, static or until the next call). */
bool auth_algorithm_is_known(const char *name);
MUST_CHECK
enum status auth_keys_check(const char *path, const char **why_out);
MUST_CHECK
enum status auth_anchors_check(const char *path, const char **why_out);

/*
 * Reads keytab and key sets and registers the mechanisms. Call from the main
 * thread. STATUS_INVALID or STATUS_UNAVAILABLE with the cause logged and in
 * why_out (borrowed, static or until the next call).
 */
struct auth;
MUST_CHECK
enum status auth_new(const struct auth_config *config, struct auth **auth_out,
                     const char **why_out);
void auth_free(struct auth *auth);
DEFINE_DROP(auth)

/*
 * Another configuration holds now: what evidence of the one before proves by
 * it. An issuer or realm that is gone, or speaks for others now, vouches for
 * nothing; a claim or indicator that is listed no more raises no level. True:
 * the evidence proves less than it did. It never proves more. Certificates are
 * judged by auth_channel_recheck().
 */
bool auth_evidence_review(struct auth_evidence *evidence,
                          const struct auth *before, const struct auth *now);

/* Keys of issuers that cannot be used, and were named in the log. */
size_t auth_keys_skipped(const struct auth *auth);

/* Password checks of this process that nobody ended in time, and workers that
 * were killed and replaced, because they hung or were stopped. */
struct auth_pam_counts {
    int64_t n_late;
    int64_t n_replaced;
};
struct auth_pam_counts auth_pam_counts(void);

/* The best level the mechanism can reach as configured; NONE: not usable. */
enum auth_level auth_mechanism_reach(const struct auth *auth,
                                     enum auth_mechanism mechanism);

/* ---- Certificates in the handshake ---- */

struct auth_trust_config {
    const char *const *anchors; /* [n_anchors] paths, PEM; never the system's */
    size_t n_anchors;
    const char *const *crls; /* [n_crls] paths, PEM; given: checking is on */
    size_t n_crls;
};

/*
 * Makes a server context ask for client certificates and verify them: own
 * anchors only, clientAuth usage, key and signature strength, CRLs when given
 * (a missing or stale one refuses). A client without certificate may connect
 * and sign in otherwise. Rules T23, T24, T26.
 */
MUST_CHECK
enum status auth_trust_apply(const struct auth_trust_config *config,
                             struct ssl_ctx_st *context, const char **why_out);

/*
 * May the lists of the new context take the place of those before (either may
 * be NULL)? STATUS_CONFLICT when the newest list of an authority is gone and
 * only one that was beside it is left: then the old context stays too.
 */
MUST_CHECK
enum status auth_trust_follows(struct ssl_ctx_st *before,
                               struct ssl_ctx_st *now, const char **why_out);

/*
 * The server's own certificate with its chain, and its key, from PEM files
 * that are whole; one file may hold both.
 */
MUST_CHECK
enum status auth_certificate_use(const char *certificate, const char *key,
                                 struct ssl_ctx_st *context,
                                 const char **why_out);

/* ---- The channel a sign-in runs on ---- */

enum auth_channel_kind {
    AUTH_CHANNEL_NONE = 0,
    AUTH_CHANNEL_TLS,
    AUTH_CHANNEL_UNIX,
};

struct auth_channel {
    enum auth_channel_kind kind;
    unsigned char exporter[32]; /* tls-exporter of this connection (RFC 9266) */
    bool binding_required;      /* Kerberos must carry it */
    unsigned char
        end_point[64];     /* tls-server-end-point (RFC 5929): a hash of */
    size_t end_point_size; /* our own certificate; 0: it has none */
    /* The verified client certificate; absent when n_identities is 0. */
    struct auth_evidence certificate;
    unsigned char certificate_sha256[32]; /* of its DER */
    struct x509_st *leaf;                 /* and itself, owned; NULL: absent */
    struct stack_st_X509 *chain; /* what came with it, owned; or NULL */
    /* Unix: the peer's user, from SO_PEERCRED. */
    uint32_t peer_uid;
    bool has_peer_uid;
    char peer[64]; /* numeric address, for PAM; empty: not known */
};

/*
 * Reads exporter and verified certificate of a finished handshake. The
 * channel's certificate is owned by it (auth_channel_clear).
 */
MUST_CHECK
enum status auth_channel_of_tls(struct ssl_st *ssl,
                                struct auth_channel *channel_out);
void auth_channel_clear(struct auth_channel *channel);

/*
 * Judges the certificate of an open channel anew, by a context that
 * auth_trust_apply() has just made: revocation reaches open sessions so (T25).
 * STATUS_OK also without a certificate; STATUS_DENIED: what was proved by it
 * is proved no more. Costs as much as a handshake: not for every request.
 */
MUST_CHECK
enum status auth_channel_recheck(const struct auth_channel *channel,
                                 struct ssl_ctx_st *context);

/*
 * When the next of the context's revocation lists ends after a time: then what
 * was judged by it is to be judged anew. INT64_MAX: none does.
 */
int64_t auth_lists_end_s(struct ssl_ctx_st *context, int64_t after_s);

/* ---- One sign-in ---- */

enum auth_progress {
    AUTH_REFUSED = 0, /* over: nothing was proved */
    AUTH_CONTINUE,    /* the answer goes to the client, who goes on */
    AUTH_DONE,        /* evidence is there; the answer may carry data too */
    AUTH_WAITING,     /* a worker checks; see auth_exchange_fd() */
    AUTH_PROMPT,      /* questions for the person: auth_exchange_prompts() */
};

enum {
    AUTH_MESSAGE_MAX_BYTES = 64 * 1024, /* one message of an exchange */
    AUTH_STEPS_MAX = 8,
};

/*
 * Begins an exchange. The channel is borrowed and must outlive it.
 * STATUS_DENIED for a mechanism that is not usable on this channel.
 */
struct auth_exchange;
MUST_CHECK
enum status auth_exchange_new(const struct auth *auth,
                              const struct auth_channel *channel,
                              enum auth_mechanism mechanism,
                              struct auth_exchange **exchange_out);
void auth_exchange_free(struct auth_exchange *exchange);
DEFINE_DROP(auth_exchange)

/* What a Kerberos client says that it binds its ticket to. */
enum auth_binding {
    AUTH_BINDING_UNSAID =
        0, /* tls-exporter, or nothing where that is allowed */
    AUTH_BINDING_EXPORTER,
    AUTH_BINDING_END_POINT, /* of clients whose TLS library gives no exporter */
    AUTH_N_BINDINGS,
};

/* "tls-exporter", "tls-server-end-point"; AUTH_N_BINDINGS for others. */
enum auth_binding auth_binding_read(struct text name);

/*
 * Before the first step. What is named must then be there. The end point binds
 * to the server's certificate and not to the connection, so that it stops no
 * one who has its key: STATUS_DENIED where the channel requires a binding,
 * has none of that kind, or for other mechanisms.
 */
MUST_CHECK
enum status auth_exchange_bind(struct auth_exchange *exchange,
                               enum auth_binding binding);

/*
 * One message from the client in (has_data false: none was sent), one answer
 * appended to out. After AUTH_REFUSED or AUTH_DONE every further step is
 * AUTH_REFUSED. The SASL connection is thrown away inside (an error followed
 * by a step would otherwise sign in).
 */
enum auth_progress auth_exchange_step(struct auth_exchange *exchange,
                                      bool has_data, struct text data,
                                      int64_t now_s, struct buf *out);

/*
 * A password is checked elsewhere, so that the caller never waits:
 *
 *     step -> WAITING: watch the descriptor for reading, with a timer for
 *             the deadline; when either fires, call auth_exchange_resume(),
 *             which answers as step does (perhaps WAITING again).
 *     step -> PROMPT: put the questions to the person; when she has answered,
 *             call auth_exchange_answer(), which answers as step does.
 *
 * The descriptor belongs to the exchange: stop watching it before the next
 * call into the exchange that ends it or frees it. Only PLAIN does this.
 */
int auth_exchange_fd(const struct auth_exchange *exchange);
int64_t auth_exchange_deadline_ms(const struct auth_exchange *exchange);
enum auth_progress auth_exchange_resume(struct auth_exchange *exchange,
                                        int64_t now_s, struct buf *out);

enum auth_prompt_style {
    AUTH_PROMPT_HIDDEN, /* the answer must not be shown while typed */
    AUTH_PROMPT_SHOWN,
    AUTH_PROMPT_INFO, /* wants no answer */
};

struct auth_prompt {
    enum auth_prompt_style style;
    struct text text; /* borrowed until the next call */
};

enum { AUTH_PROMPTS_MAX = 8, AUTH_ANSWER_MAX_BYTES = 1024 };

/* The questions under way, prompts_out[AUTH_PROMPTS_MAX]; how many. */
size_t auth_exchange_prompts(const struct auth_exchange *exchange,
                             struct auth_prompt prompts_out[]);

/* One answer for each prompt that wants one, in their order. */
enum auth_progress auth_exchange_answer(struct auth_exchange *exchange,
                                        const struct text answers[], size_t n,
                                        int64_t now_s, struct buf *out);

/* After AUTH_DONE: moves the evidence out. */
void auth_exchange_take(struct auth_exchange *exchange,
                        struct auth_evidence *evidence_out);

/*
 * Why the exchange was refused, for the audit and the log, never for the
 * client: "token-expired", "kerberos-unbound", ... Static text.
 */
const char *auth_exchange_why(const struct auth_exchange *exchange);

/*
 * After a right password on an account that may not sign in, or a right token
 * that was used before: one sentence that the client may be told. NULL in
 * every other case (T52).
 */
const char *auth_exchange_hint(const struct auth_exchange *exchange);

/* Was it refused because the password was not checked in time? */
bool auth_exchange_is_late(const struct auth_exchange *exchange);

/* Whom a refused client claimed to be, where that is known; else NULL. */
const char *auth_exchange_claimed(const struct auth_exchange *exchange);
