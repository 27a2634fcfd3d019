/* The channel of a sign-in: TLS with its certificate, or a Unix socket. */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "auth/certificate/certificate_anchor.h"
#include "auth/certificate/certificate_check.h"
#include "auth/certificate/certificate_key.h"
#include "auth/certificate/certificate_name.h"
#include "auth/certificate/certificate_time.h"
#include "auth/certificate/certificate_upn.h"
#include "auth/channel.h"
#include "auth/evidence_make.h"
#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/mutant.h"

enum {
    DETAIL_MAX_BYTES = 3 * CERTIFICATE_NAME_MAX_BYTES,
    HOST_MAX_BYTES = 255,
};

/* RFC 9266. */
static const char exporter_label[] = "EXPORTER-Channel-Binding";

static void bignum_drop(BIGNUM **number)
{
    BN_free(*number);
}

static void openssl_drop(void *memory)
{
    OPENSSL_free(*(void **)memory);
}

static X509_STORE *store_of(SSL_CTX *context)
{
    X509_STORE *store = NULL;

    return SSL_CTX_get0_verify_cert_store(context, &store) == 1 ? store : NULL;
}

/* Of an intermediate that only the client presented, just the name is known,
 * and any authority above it could have issued that name to another key. */
static bool has_known_issuer(const STACK_OF(X509) * chain, X509_STORE *store)
{
    X509 *issuer = sk_X509_value(chain, sk_X509_num(chain) > 1 ? 1 : 0);

    return issuer && store && certificate_anchor_is_listed(store, issuer);
}

static enum status add_serial(SSL *ssl, X509 *leaf,
                              struct auth_evidence *evidence)
{
    SCOPED(buf_free) struct buf issuer = buf_make(CERTIFICATE_NAME_MAX_BYTES);
    SCOPED(buf_free) struct buf identity = buf_make(IDENTITY_MAX_BYTES);
    SCOPED(bignum_drop)
    BIGNUM *serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(leaf), NULL);
    SCOPED(openssl_drop) char *hex = serial ? BN_bn2hex(serial) : NULL;

    if (!hex)
        return STATUS_NO_MEMORY;
    TRY(certificate_name_write(X509_get_issuer_name(leaf), &issuer));
    if (!has_known_issuer(SSL_get0_verified_chain(ssl),
                          store_of(SSL_get_SSL_CTX(ssl)))) {
        SCOPED(memory_drop) char *name = text_dup(buf_text(&issuer));

        log_info("certificate.issuer_unlisted issuer=%s", name);
        return STATUS_OK;
    }
    TRY(identity_of_serial(buf_text(&issuer), text_of(hex), &identity));
    return evidence_add_identity(evidence, IDENTITY_CERTIFICATE_SERIAL,
                                 buf_text(&identity));
}

static enum status add_key(X509 *leaf, struct auth_evidence *evidence)
{
    SCOPED(buf_free) struct buf identity = buf_make(IDENTITY_MAX_BYTES);
    char hex[CERTIFICATE_KEY_CHARS + 1];

    TRY(certificate_key_hash(leaf, hex));
    TRY(identity_of_key(text_of(hex), &identity));
    return evidence_add_identity(evidence, IDENTITY_CERTIFICATE_KEY,
                                 buf_text(&identity));
}

/* The key that vouches for the leaf and for the name in it; a self-issued
 * anchor has none. */
static enum status add_issuer(SSL *ssl, X509 *leaf,
                              struct auth_evidence *evidence)
{
    STACK_OF(X509) *chain = SSL_get0_verified_chain(ssl);
    char hex[CERTIFICATE_KEY_CHARS + 1];

    if (sk_X509_num(chain) < 2)
        return STATUS_OK;
    TRY(certificate_key_hash(sk_X509_value(chain, 1), hex));
    evidence->origin = text_dup(text_of(hex));
    evidence->upn = certificate_upn_read(leaf);
    return evidence->origin ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status add_detail(X509 *leaf, struct auth_evidence *evidence)
{
    SCOPED(buf_free) struct buf detail = buf_make(DETAIL_MAX_BYTES);

    buf_append_string(&detail, "subject=");
    if (X509_NAME_entry_count(X509_get_subject_name(leaf)) > 0)
        TRY(certificate_name_write(X509_get_subject_name(leaf), &detail));
    evidence->detail = text_dup(buf_text(&detail));
    return evidence->detail ? STATUS_OK : STATUS_NO_MEMORY;
}

/* False: it cannot be read. */
static bool read_time(const ASN1_TIME *time, int64_t *time_s_out)
{
    *time_s_out = certificate_time_s(time, INT64_MIN);
    return *time_s_out != INT64_MIN;
}

/* It is valid as long as every certificate of the chain is. */
static enum status read_times(SSL *ssl, X509 *leaf,
                              struct auth_evidence *evidence)
{
    STACK_OF(X509) *chain = SSL_get0_verified_chain(ssl);
    int64_t end_s;

    if (!read_time(X509_get0_notBefore(leaf), &evidence->issued_at_s) ||
        !read_time(X509_get0_notAfter(leaf), &evidence->expires_at_s))
        return STATUS_INVALID;
    for (int i = 1; i < sk_X509_num(chain) && !MUTANT("e7-chain-ended"); i++) {
        if (!read_time(X509_get0_notAfter(sk_X509_value(chain, i)), &end_s))
            return STATUS_INVALID;
        if (end_s < evidence->expires_at_s)
            evidence->expires_at_s = end_s;
    }
    return STATUS_OK;
}

static enum status read_certificate(SSL *ssl, X509 *leaf,
                                    struct auth_channel *channel)
{
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};

    evidence.method = AUTH_METHOD_CERTIFICATE;
    evidence.facts = AUTH_FACT_IDENTITY | AUTH_FACT_PKI;
    evidence.authenticated_at_s = clock_wall_s();
    TRY(read_times(ssl, leaf, &evidence));
    TRY(add_serial(ssl, leaf, &evidence));
    TRY(add_key(leaf, &evidence));
    TRY(add_issuer(ssl, leaf, &evidence));
    TRY(add_detail(leaf, &evidence));
    if (X509_digest(leaf, EVP_sha256(), channel->certificate_sha256, NULL) != 1)
        return STATUS_NO_MEMORY;
    channel->certificate = evidence;
    evidence = (struct auth_evidence){0};
    return STATUS_OK;
}

/* A hash of our certificate by its signature algorithm, or a stronger one; none
 * if that has no hash (RFC 5929, 4.1). */
static void read_end_point(SSL *ssl, struct auth_channel *channel)
{
    X509 *own = SSL_get_certificate(ssl);
    int digest = NID_undef;
    unsigned size = 0;

    if (!own || X509_get_signature_info(own, &digest, NULL, NULL, NULL) != 1 ||
        digest == NID_undef)
        return;
    if (digest == NID_md5 || digest == NID_sha1)
        digest = NID_sha256;
    if (X509_digest(own, EVP_get_digestbynid(digest), channel->end_point,
                    &size) == 1)
        channel->end_point_size = size;
}

/* Kept for verifying it again; if that is impossible for lack of memory, the
 * certificate is refused. */
static void keep_chain(SSL *ssl, X509 *leaf, struct auth_channel *channel)
{
    STACK_OF(X509) *sent = SSL_get_peer_cert_chain(ssl); /* borrowed */

    if (X509_up_ref(leaf) == 1)
        channel->leaf = leaf;
    if (sent)
        channel->chain = X509_chain_up_ref(sent);
}

enum status auth_channel_of_tls(struct ssl_st *ssl,
                                struct auth_channel *channel_out)
{
    struct auth_channel channel = {.kind = AUTH_CHANNEL_TLS,
                                   .binding_required = true};
    X509 *leaf = SSL_get0_peer_certificate(ssl);

    /* tls-exporter is defined for a finished TLS 1.3 handshake. */
    if (SSL_version(ssl) != TLS1_3_VERSION || !SSL_is_init_finished(ssl) ||
        SSL_export_keying_material(ssl, channel.exporter,
                                   sizeof(channel.exporter), exporter_label,
                                   sizeof(exporter_label) - 1, NULL, 0, 0) != 1)
        return STATUS_UNAVAILABLE;
    read_end_point(ssl, &channel);
    if (leaf && SSL_get_verify_result(ssl) == X509_V_OK &&
        (SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER))
        TRY(read_certificate(ssl, leaf, &channel));
    if (channel.certificate.n_identities)
        keep_chain(ssl, leaf, &channel);
    *channel_out = channel;
    return STATUS_OK;
}

static int64_t list_end_s(const X509_CRL *list)
{
    return certificate_time_s(X509_CRL_get0_nextUpdate(list), INT64_MAX);
}

int64_t auth_lists_end_s(struct ssl_ctx_st *context, int64_t after_s)
{
    X509_STORE *store = store_of(context);
    const STACK_OF(X509_OBJECT) * objects;
    int64_t nearest_s = INT64_MAX;

    objects = store ? X509_STORE_get0_objects(store) : NULL;
    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        const X509_CRL *list =
            X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));
        const int64_t end_s = list ? list_end_s(list) : INT64_MAX;

        if (end_s > after_s && end_s < nearest_s)
            nearest_s = end_s;
    }
    return nearest_s;
}

bool auth_channel_names(struct ssl_st *ssl, struct text host)
{
    X509 *own = SSL_get_certificate(ssl);
    char name[HOST_MAX_BYTES + 1];

    if (!own || host.size == 0 || host.size > HOST_MAX_BYTES)
        return false;
    memcpy(name, host.data, host.size);
    name[host.size] = '\0';
    return X509_check_host(own, name, host.size, 0, NULL) == 1 ||
           X509_check_ip_asc(own, name, 0) == 1;
}

void auth_channel_clear(struct auth_channel *channel)
{
    auth_evidence_clear(&channel->certificate);
    X509_free(channel->leaf);
    sk_X509_pop_free(channel->chain, X509_free);
    explicit_bzero(channel->exporter, sizeof(channel->exporter));
    *channel = (struct auth_channel){0};
}

static void store_context_drop(X509_STORE_CTX **context)
{
    X509_STORE_CTX_free(*context);
}

static bool names_serial(const struct auth_evidence *evidence)
{
    for (size_t i = 0; i < evidence->n_identities; i++)
        if (evidence->identities[i].kind == IDENTITY_CERTIFICATE_SERIAL)
            return true;
    return false;
}

enum status auth_channel_recheck(const struct auth_channel *channel,
                                 struct ssl_ctx_st *context)
{
    SCOPED(store_context_drop)
    X509_STORE_CTX *check = X509_STORE_CTX_new();
    X509_STORE *store = store_of(context);
    bool is_good;

    if (!channel->leaf)
        return STATUS_OK;
    if (!check || !store ||
        X509_STORE_CTX_init(check, store, channel->leaf, channel->chain) != 1)
        return STATUS_NO_MEMORY;
    certificate_check_limit(X509_STORE_CTX_get0_param(check));
    is_good = certificate_check_chain(check, NULL) == 1 &&
              (!names_serial(&channel->certificate) ||
               has_known_issuer(X509_STORE_CTX_get0_chain(check), store));
    ERR_clear_error(); /* the next call of this thread overwrites it */
    return is_good ? STATUS_OK : STATUS_DENIED;
}
