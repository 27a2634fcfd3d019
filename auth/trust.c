/* Whom a listener trusts: its own anchors and revocation lists. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "auth/auth.h"
#include "auth/certificate_check.h"
#include "auth/certificate_file.h"
#include "auth/certificate_memory.h"
#include "auth/why.h"

enum {
    SECURITY_LEVEL = 2, /* of the handshake's own signatures */
};

static void bio_drop(BIO **bio)
{
    BIO_free(*bio);
}

static void store_drop(X509_STORE **store)
{
    X509_STORE_free(*store);
}

static void crl_drop(X509_CRL **crl)
{
    X509_CRL_free(*crl);
}

/* Two anchors of one name but different keys: which one would an issuer in a
 * policy mean? (T28) */
static bool has_twin(X509_STORE *store, X509 *anchor)
{
    STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *other = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

        if (other &&
            X509_NAME_cmp(X509_get_subject_name(other),
                          X509_get_subject_name(anchor)) == 0 &&
            EVP_PKEY_eq(X509_get0_pubkey(other), X509_get0_pubkey(anchor)) != 1)
            return true;
    }
    return false;
}

static enum status add_anchor(SSL_CTX *context, X509_STORE *store, X509 *anchor,
                              const char *path, const char **why_out)
{
    if (has_twin(store, anchor)) {
        *why_out = why_format("%s: another anchor bears the same name", path);
        return STATUS_INVALID;
    }
    *why_out = why_format("%s: cannot be an anchor", path);
    if (X509_STORE_add_cert(store, anchor) != 1 ||
        SSL_CTX_add_client_CA(context, anchor) != 1)
        return STATUS_INVALID;
    return STATUS_OK;
}

static enum status load_anchors(SSL_CTX *context, X509_STORE *store,
                                const char *path, const char **why_out)
{
    SCOPED(certificates_drop) STACK_OF(X509) *anchors = NULL;

    TRY(certificate_file_read(path, &anchors, why_out));
    for (int i = 0; i < sk_X509_num(anchors); i++)
        TRY(add_anchor(context, store, sk_X509_value(anchors, i), path,
                       why_out));
    return STATUS_OK;
}

static enum status load_crls(X509_STORE *store, const char *path,
                             const char **why_out)
{
    SCOPED(bio_drop) BIO *file = BIO_new_file(path, "r");
    size_t n = 0;

    *why_out = why_format("%s: cannot be read", path);
    if (!file)
        return STATUS_UNAVAILABLE;
    for (;; n++) {
        SCOPED(crl_drop)
        X509_CRL *crl = PEM_read_bio_X509_CRL(file, NULL, NULL, NULL);

        if (!crl)
            break;
        if (X509_STORE_add_crl(store, crl) != 1)
            return STATUS_INVALID;
    }
    ERR_clear_error();
    *why_out = why_format("%s: holds no revocation list", path);
    return n ? STATUS_OK : STATUS_INVALID;
}

static enum status fill_store(const struct auth_trust_config *config,
                              SSL_CTX *context, X509_STORE *store,
                              const char **why_out)
{
    unsigned long flags = X509_V_FLAG_X509_STRICT;

    for (size_t i = 0; i < config->n_anchors; i++)
        TRY(load_anchors(context, store, config->anchors[i], why_out));
    for (size_t i = 0; i < config->n_crls; i++)
        TRY(load_crls(store, config->crls[i], why_out));
    if (config->n_crls)
        flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
    *why_out = "no memory";
    if (X509_STORE_set_flags(store, flags) != 1 ||
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
