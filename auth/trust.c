/* The trust of a listener: its own anchors and revocation lists. */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "auth/certificate/certificate_anchor.h"
#include "auth/certificate/certificate_check.h"
#include "auth/certificate/certificate_file.h"
#include "auth/certificate/certificate_memory.h"
#include "auth/certificate/revocation_list.h"
#include "auth/channel.h"
#include "auth/why.h"
#include "provider/base/mutant.h"

enum {
    SECURITY_LEVEL = 2, /* of the handshake's own signatures */
};

static void store_drop(X509_STORE **store)
{
    X509_STORE_free(*store);
}

/* Nobody checks the signature of an anchor itself, but those it made. */
static bool is_damaged(X509 *anchor)
{
    return (X509_get_extension_flags(anchor) & EXFLAG_SS) &&
           X509_verify(anchor, X509_get0_pubkey(anchor)) != 1;
}

static enum status add_anchor(SSL_CTX *context, X509_STORE *store, X509 *anchor,
                              const char *path, const char **why_out)
{
    /* Which anchor would an issuer in a policy mean? */
    if (certificate_anchor_has_twin(store, anchor)) {
        *why_out = why_format("%s: another anchor has the same name", path);
        return STATUS_INVALID;
    }
    if (is_damaged(anchor)) {
        *why_out = why_format("%s: an anchor is damaged", path);
        return STATUS_INVALID;
    }
    *why_out = why_format("%s: cannot be used as an anchor", path);
    if (X509_STORE_add_cert(store, anchor) != 1 ||
        SSL_CTX_add_client_CA(context, anchor) != 1)
        return STATUS_INVALID;
    return STATUS_OK;
}

static enum status load_anchors(SSL_CTX *context, X509_STORE *store,
                                const char *path, const char **why_out)
{
    SCOPED(certificates_drop) STACK_OF(X509) *anchors = NULL;

    TRY(certificate_file_read(path, 0, &anchors, why_out));
    for (int i = 0; i < sk_X509_num(anchors); i++)
        TRY(add_anchor(context, store, sk_X509_value(anchors, i), path,
                       why_out));
    return STATUS_OK;
}

/* An authority may require an explicit policy below it (RFC 5280, section
 * 4.2.1.11): unless policies are checked, that is understood but not enforced.
 * Which policy does not matter to us. */
static bool obey_policies(X509_STORE *store)
{
    X509_VERIFY_PARAM *param = X509_STORE_get0_param(store);

    return MUTANT("c3-policy") ||
           (X509_VERIFY_PARAM_add0_policy(param, OBJ_nid2obj(NID_any_policy)) ==
                1 &&
            X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_POLICY_CHECK) == 1);
}

static enum status fill_store(const struct auth_trust_config *config,
                              SSL_CTX *context, X509_STORE *store,
                              const char **why_out)
{
    unsigned long flags = X509_V_FLAG_X509_STRICT;

    for (size_t i = 0; i < config->n_anchors; i++)
        TRY(load_anchors(context, store, config->anchors[i], why_out));
    for (size_t i = 0; i < config->n_crls; i++)
        TRY(revocation_list_load(store, config->crls[i], why_out));
    if (config->n_crls)
        flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
    *why_out = "no memory";
    if (X509_STORE_set_flags(store, flags) != 1 || !obey_policies(store) ||
        X509_STORE_set_purpose(store, X509_PURPOSE_SSL_CLIENT) != 1)
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

enum status auth_trust_apply(const struct auth_trust_config *config,
                             struct ssl_ctx_st *context, const char **why_out)
{
    SCOPED(store_drop) X509_STORE *store = X509_STORE_new();

    *why_out = "no memory";
    if (!store)
        return STATUS_NO_MEMORY;
    *why_out = "no anchors: nobody could sign in by certificate";
    if (config->n_anchors == 0)
        return STATUS_INVALID;
    SSL_CTX_set_client_CA_list(context, sk_X509_NAME_new_null());
    TRY(fill_store(config, context, store, why_out));
    SSL_CTX_set1_verify_cert_store(context, store);
    SSL_CTX_set_security_level(context, SECURITY_LEVEL);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    certificate_check_limit(SSL_CTX_get0_param(context));
    SSL_CTX_set_cert_verify_callback(context, certificate_check_chain,
                                     certificate_memory_of(context));
    /* A resumed session would skip all of it (T22). */
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    return STATUS_OK;
}

/* The store of auth_trust_apply(); NULL: none was given to it. */
static X509_STORE *store_of(SSL_CTX *context)
{
    X509_STORE *store = NULL;

    return context && SSL_CTX_get0_verify_cert_store(context, &store) == 1
               ? store
               : NULL;
}

static bool checks_revocation(X509_STORE *store)
{
    return store && (X509_VERIFY_PARAM_get_flags(X509_STORE_get0_param(store)) &
                     X509_V_FLAG_CRL_CHECK);
}

enum status auth_trust_follows(struct ssl_ctx_st *before,
                               struct ssl_ctx_st *now, const char **why_out)
{
    X509_STORE *old = store_of(before);
    X509_STORE *fresh = store_of(now);

    if (!checks_revocation(old) || !checks_revocation(fresh))
        return STATUS_OK; /* one of them was told not to check */
    return revocation_list_follows(old, fresh, why_out);
}
