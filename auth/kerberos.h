/*
 * Kerberos on the accepting side, directly on libgssapi.
 *
 * The stock SASL mechanisms can neither require a channel binding nor name the
 * peer, and one of them can be crashed by anybody; so these two (GSSAPI of RFC
 * 4752, GSS-SPNEGO) are our own.
 */
#pragma once

#include <gssapi/gssapi.h>

#include "auth/auth.h"
#include "auth/signin.h"

/* The credentials, acquired once, and whom they admit. Shared by threads. */
struct kerberos;

MUST_CHECK
enum status kerberos_open(const struct auth_kerberos_config *config,
                          struct kerberos **kerberos_out, const char **why_out);
void kerberos_free(struct kerberos *kerberos);
DEFINE_DROP(kerberos)

/* The highest level that one of the configured SIDs proves, or indicators, if
 * they can be expected. */
enum auth_level kerberos_reach(const struct kerberos *kerberos);

/* Can the KDCs be expected to send indicators? */
bool kerberos_has_indicators(const struct kerberos *kerberos);

/* The realm of the service, as its keytab says it. */
struct text kerberos_realm(const struct kerberos *kerberos);

/* What is wrong with the keytab and no error; NULL: nothing. */
const char *kerberos_warning(const struct kerberos *kerberos);

enum kerberos_stage {
    KERBEROS_ACCEPTING = 0, /* exchanging tokens */
    KERBEROS_ACCEPTED,      /* GSSAPI: the client is ready */
    KERBEROS_OFFERED,       /* GSSAPI: its choice of layer, and its name */
    KERBEROS_OVER,
};

/* One exchange; zeroed is new. */
struct kerberos_exchange {
    const struct kerberos *kerberos;    /* borrowed */
    const struct auth_channel *channel; /* borrowed */
    bool is_spnego;
    enum auth_binding binding; /* what the client says it binds to */
    enum kerberos_stage stage;
    size_t n_tokens;
    gss_ctx_id_t context;           /* owned */
    struct auth_evidence *evidence; /* borrowed: filled by the accept */
    struct buf authzid;             /* the user the client wants to act as */
    const char *why;
};

/* Takes one message, appends one answer. Must not be called after REFUSED or
 * DONE. */
enum auth_progress kerberos_step(struct kerberos_exchange *exchange,
                                 struct text in, int64_t now_s,
                                 struct buf *out);
void kerberos_exchange_clear(struct kerberos_exchange *exchange);
