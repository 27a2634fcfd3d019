#include "provider/config/tls_context.h"

#include <openssl/err.h>

#include "auth/channel.h"
#include "provider/base/mutant.h"

/* The longest chain a client may send: T98, T102. */
enum { CERT_LIST_MAX_BYTES = 32 * 1024 };

static int choose_protocol(SSL *ssl, const unsigned char **out,
                           unsigned char *out_size, const unsigned char *in,
                           unsigned in_size, void *context)
{
    const struct text *ours = context;
    unsigned char *chosen = NULL;

    (void)ssl;
    if (SSL_select_next_proto(
            &chosen, out_size, (const unsigned char *)ours->data,
            (unsigned)ours->size, in, in_size) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static const char *library_error(void)
{
    const char *why = ERR_reason_error_string(ERR_peek_last_error());

    ERR_clear_error();
    return why ? why : "unknown";
}

/* The one protocol of a listener; a name has its length before it. */
static void set_protocol(SSL_CTX *context, bool is_web)
{
    static struct text lines = {"\x0d" TLS_PROTOCOL, sizeof(TLS_PROTOCOL)};
    static struct text web = {"\x08" TLS_PROTOCOL_WEB,
                              sizeof(TLS_PROTOCOL_WEB)};

    _Static_assert(sizeof(TLS_PROTOCOL) - 1 == 0x0d, "the length byte");
    _Static_assert(sizeof(TLS_PROTOCOL_WEB) - 1 == 0x08, "the length byte");
    SSL_CTX_set_alpn_select_cb(context, choose_protocol,
                               is_web ? &web : &lines);
}

static void set_modes(SSL_CTX *context)
{
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION |
                                     SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE);
    /* A password stays in no buffer of the library (T111). */
    if (!MUTANT("t111-record-kept"))
        SSL_CTX_set_options(context, SSL_OP_CLEANSE_PLAINTEXT);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS |
                                  SSL_MODE_NO_AUTO_CHAIN |
                                  SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_early_data(context, 0);
    SSL_CTX_set_max_cert_list(context, CERT_LIST_MAX_BYTES);
}

static void context_drop(SSL_CTX **context)
{
    SSL_CTX_free(*context);
}

enum status tls_context_new(const struct config_listener *config,
                            struct signer *signer, SSL_CTX **context_out,
                            const char **why_out)
{
    static const unsigned char id[] = "smsprovider";
    const struct auth_certificate_config own = {
        .certificate = config->certificate,
        .key = config->key_from == AUTH_FROM_UNSEEN ? NULL : config->key,
        .signer = signer};
    SCOPED(context_drop) SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    ERR_clear_error();
    if (!context ||
        SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_session_id_context(context, id, sizeof(id) - 1) != 1) {
        *why_out = library_error();
        return STATUS_NO_MEMORY;
    }
    set_modes(context);
    set_protocol(context, config->https != NULL);
    TRY(auth_certificate_use(&own, context, why_out));
    if (config->trust.n_anchors > 0)
        TRY(auth_trust_apply(&config->trust, context, why_out));
    *context_out = TAKE(context);
    return STATUS_OK;
}
