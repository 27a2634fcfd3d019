#include "provider/daemon/tls.h"

#include <limits.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>

#include "auth/auth.h"

/* The longest chain a client may send: T98, T102. */
enum { CERT_LIST_MAX_BYTES = 32 * 1024 };

/* ---- The library's view of a connection: memory ---- */

static int bio_read(BIO *bio, char *room, size_t size, size_t *n_out)
{
    struct tls *tls = BIO_get_data(bio);
    const size_t n = tls->input.size < size ? tls->input.size : size;

    BIO_clear_retry_flags(bio);
    *n_out = n;
    if (n == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    memcpy(room, tls->input.data, n);
    tls->input.data += n;
    tls->input.size -= n;
    return 1;
}

static int bio_write(BIO *bio, const char *bytes, size_t size, size_t *n_out)
{
    struct tls *tls = BIO_get_data(bio);

    BIO_clear_retry_flags(bio);
    *n_out = 0;
    buf_append(tls->output, bytes, size);
    if (buf_status(tls->output) != STATUS_OK)
        return 0;
    *n_out = size;
    return 1;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_PUSH ||
           command == BIO_CTRL_POP;
}

static BIO_METHOD *bio_method(void)
{
    static BIO_METHOD *method; /* made once, by the main thread */

    if (method)
        return method;
    method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sms");
    if (!method)
        return NULL;
    BIO_meth_set_read_ex(method, bio_read);
    BIO_meth_set_write_ex(method, bio_write);
    BIO_meth_set_ctrl(method, bio_control);
    return method;
}

/* ---- Contexts ---- */

static int choose_protocol(SSL *ssl, const unsigned char **out,
                           unsigned char *out_size, const unsigned char *in,
                           unsigned in_size, void *context)
{
    static const unsigned char ours[] = "\x0d" TLS_PROTOCOL;
    unsigned char *chosen = NULL;

    _Static_assert(sizeof(TLS_PROTOCOL) - 1 == 0x0d, "the length byte");
    (void)ssl;
    (void)context;
    if (SSL_select_next_proto(&chosen, out_size, ours, sizeof(ours) - 1, in,
                              in_size) != OPENSSL_NPN_NEGOTIATED)
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

static void set_modes(SSL_CTX *context)
{
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION |
                                     SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS |
                                  SSL_MODE_NO_AUTO_CHAIN |
                                  SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_early_data(context, 0);
    SSL_CTX_set_max_cert_list(context, CERT_LIST_MAX_BYTES);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
}

static void context_drop(SSL_CTX **context)
{
    SSL_CTX_free(*context);
}

enum status tls_context_new(const struct config_listener *config,
                            SSL_CTX **context_out, const char **why_out)
{
    static const unsigned char id[] = "smsprovider";
    SCOPED(context_drop) SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    ERR_clear_error();
    if (!context || !bio_method() ||
        SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_session_id_context(context, id, sizeof(id) - 1) != 1) {
        *why_out = library_error();
        return STATUS_NO_MEMORY;
    }
    set_modes(context);
    TRY(auth_certificate_use(config->certificate, config->key, context,
                             why_out));
    if (config->trust.n_anchors > 0)
        TRY(auth_trust_apply(&config->trust, context, why_out));
    *context_out = TAKE(context);
    return STATUS_OK;
}

/* ---- One connection ---- */

enum status tls_open(struct tls *tls, SSL_CTX *context, struct buf *output)
{
    BIO *bio;

    *tls = (struct tls){.ssl = SSL_new(context), .output = output};
    if (!tls->ssl)
        return STATUS_NO_MEMORY;
    bio = BIO_new(bio_method());
    if (!bio) {
        tls_close(tls);
        return STATUS_NO_MEMORY;
    }
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls->ssl, bio, bio); /* takes it */
    SSL_set_accept_state(tls->ssl);
    return STATUS_OK;
}

void tls_close(struct tls *tls)
{
    SSL_free(tls->ssl);
    *tls = (struct tls){0};
}

void tls_lend(struct tls *tls, struct text input)
{
    tls->input = input;
}

/* What a call that did not succeed means. The error queue is this thread's
 * and must be empty before the next call, whoever's connection it is for. */
static enum status why_not(struct tls *tls, int result)
{
    const int error = SSL_get_error(tls->ssl, result);

    ERR_clear_error();
    return error == SSL_ERROR_WANT_READ ? STATUS_END : STATUS_UNAVAILABLE;
}

static bool has_protocol(const struct tls *tls)
{
    const unsigned char *name;
    unsigned size;

    SSL_get0_alpn_selected(tls->ssl, &name, &size);
    return size > 0;
}

enum status tls_handshake(struct tls *tls)
{
    const int result = SSL_do_handshake(tls->ssl);

    if (result != 1)
        return why_not(tls, result);
    if (!has_protocol(tls))
        return STATUS_DENIED;
    tls->is_ready = true;
    return STATUS_OK;
}

enum status tls_read(struct tls *tls, char *room, size_t size, size_t *n_out)
{
    const int result = SSL_read_ex(tls->ssl, room, size, n_out);

    return result == 1 ? STATUS_OK : why_not(tls, result);
}

enum status tls_write(struct tls *tls, struct text plain)
{
    while (plain.size > 0) {
        size_t n = 0;
        const int result = SSL_write_ex(tls->ssl, plain.data, plain.size, &n);

        if (result != 1) {
            ERR_clear_error();
            return STATUS_UNAVAILABLE;
        }
        plain.data += n;
        plain.size -= n;
    }
    return STATUS_OK;
}

void tls_shutdown(struct tls *tls)
{
    if (tls->ssl && tls->is_ready)
        SSL_shutdown(tls->ssl);
    ERR_clear_error();
}
