/*
 * The channel that a sign-in runs on, and the certificates of its handshake.
 *
 * Threads: a context is set up by one thread before connections use it. A
 * channel belongs to one thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/evidence.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

struct signer;
struct ssl_st;     /* OpenSSL's SSL */
struct ssl_ctx_st; /* OpenSSL's SSL_CTX */
struct x509_st;    /* OpenSSL's X509 */
struct stack_st_X509;

/* ---- Certificates in the handshake ---- */

struct auth_trust_config {
    const char *const *anchors; /* [n_anchors] paths, PEM; never the system's */
    size_t n_anchors;
    const char *const *crls; /* [n_crls] paths, PEM; given: checking is on */
    size_t n_crls;
};

/*
 * Makes a server context ask for client certificates and verify them: own
 * anchors only, clientAuth usage, key and signature strength, CRLs if given (a
 * missing or stale one refuses). A client without a certificate may connect and
 * sign in in another way. Rules T23, T24, T26.
 */
MUST_CHECK
enum status auth_trust_apply(const struct auth_trust_config *config,
                             struct ssl_ctx_st *context, const char **why_out);

/*
 * May the lists of the new context replace the old ones (either may be NULL)?
 * STATUS_CONFLICT if the newest list of an authority is missing and only an
 * older one is left: then the old context stays too.
 */
MUST_CHECK
enum status auth_trust_follows(struct ssl_ctx_st *before,
                               struct ssl_ctx_st *now, const char **why_out);

struct auth_certificate_config {
    const char *certificate; /* path, PEM, with its chain */
    const char *key;         /* path, PEM; NULL: none, and no handshake */
    struct signer *signer;   /* holds the key; NULL: this process does */
};

/*
 * The server's own certificate with its chain, and its key, from intact PEM
 * files; one file may contain both. Of several keys the one is taken that
 * belongs to the certificate: with the next one's beside it, neither file needs
 * to be replaced at the instant of the other.
 */
MUST_CHECK
enum status auth_certificate_use(const struct auth_certificate_config *config,
                                 struct ssl_ctx_st *context,
                                 const char **why_out);

/* ---- The channel of a sign-in ---- */

enum auth_channel_kind {
    AUTH_CHANNEL_NONE = 0,
    AUTH_CHANNEL_TLS,
    AUTH_CHANNEL_UNIX,
};

struct auth_channel {
    enum auth_channel_kind kind;
    unsigned char exporter[32]; /* tls-exporter of this connection (RFC 9266) */
    bool binding_required;      /* Kerberos must be bound to it */
    bool is_web; /* HTTP: its service principal, bound to the end point */
    unsigned char
        end_point[64];     /* tls-server-end-point (RFC 5929): a hash of */
    size_t end_point_size; /* our own certificate; 0: it has none */
    /* The verified client certificate; absent if n_identities is 0. */
    struct auth_evidence certificate;
    unsigned char certificate_sha256[32]; /* of its DER */
    struct x509_st *leaf;        /* the certificate, owned; NULL: absent */
    struct stack_st_X509 *chain; /* its chain, owned; or NULL */
    /* Unix: the peer's user, from SO_PEERCRED. */
    uint32_t peer_uid;
    bool has_peer_uid;
    char peer[64]; /* numeric address, for PAM; empty: unknown */
};

/*
 * Reads exporter and verified certificate of a finished handshake. The
 * channel's certificate is owned by it (auth_channel_clear).
 */
MUST_CHECK
enum status auth_channel_of_tls(struct ssl_st *ssl,
                                struct auth_channel *channel_out);
void auth_channel_clear(struct auth_channel *channel);

/* Does the server's own certificate name that host, or that address? */
bool auth_channel_names(struct ssl_st *ssl, struct text host);

/*
 * Verifies the certificate of an open channel again, with a context fresh from
 * auth_trust_apply(): so revocation reaches open sessions (T25). STATUS_OK also
 * without a certificate; STATUS_DENIED: it no longer proves anything. Costs as
 * much as a handshake: not for every request.
 */
MUST_CHECK
enum status auth_channel_recheck(const struct auth_channel *channel,
                                 struct ssl_ctx_st *context);

/*
 * The first expiry of one of the context's revocation lists after a time:
 * verify again then. INT64_MAX: none expires.
 */
int64_t auth_lists_end_s(struct ssl_ctx_st *context, int64_t after_s);
