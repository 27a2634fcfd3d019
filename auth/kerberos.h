/*
 * Kerberos on the accepting side, straight on libgssapi.
 *
 * The stock SASL mechanisms can neither require a channel binding nor show
 * who the peer is, and one of them can be crashed by a stranger; so these
 * two (GSSAPI of RFC 4752, GSS-SPNEGO) are our own.
 */
#pragma once

#include <gssapi/gssapi.h>

#include "auth/auth.h"
#include "auth/signin.h"

/* The credentials, acquired once, and whom they let in. Shared by threads. */
struct kerberos;

MUST_CHECK
enum status kerberos_open(const struct auth_kerberos_config *config,
                          struct kerberos **kerberos_out, const char **why_out);
void kerberos_free(struct kerberos *kerberos);
DEFINE_DROP(kerberos)

/* The best level one of the configured indicators proves. */
enum auth_level kerberos_reach(const struct kerberos *kerberos);

enum kerberos_stage {
    KERBEROS_ACCEPTING = 0, /* tokens go back and forth */
    KERBEROS_ACCEPTED,      /* GSSAPI: the client says it is ready */
    KERBEROS_OFFERED,       /* GSSAPI: its choice of layer and its name */
    KERBEROS_OVER,
};

/* One exchange; zeroed is new. */
struct kerberos_exchange {
    const struct kerberos *kerberos;    /* borrowed */
    const struct auth_channel *channel; /* borrowed */
    bool is_spnego;
    enum auth_binding binding; /* what the client says that it binds to */
    enum kerberos_stage stage;
    size_t n_tokens;
    gss_ctx_id_t context;           /* owned */
    struct auth_evidence *evidence; /* borrowed: filled by the accept */
    struct buf authzid;             /* whom the client wants to act as */
    const char *why;
};

/* One message in, one answer appended. No call after REFUSED or DONE. */
enum auth_progress kerberos_step(struct kerberos_exchange *exchange,
                                 struct text in, int64_t now_s,
                                 struct buf *out);
void kerberos_exchange_clear(struct kerberos_exchange *exchange);
