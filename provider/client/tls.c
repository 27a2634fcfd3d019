#include "provider/client/tls.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "provider/client/tls_host.h"

enum { TLS_CHUNK_BYTES = 16 * 1024 };

static const unsigned char protocol[] = "\x0dsmsprovider/1";

struct tls {
    SSL_CTX *context;
    SSL *ssl;
    BIO *in;  /* owned by ssl */
    BIO *out; /* owned by ssl */
    unsigned char exporter[LINK_EXPORTER_BYTES];
    char host[ADDRESS_HOST_MAX_BYTES + 1];
    char ca[256]; /* for messages */
    bool has_ca;
    bool is_look; /* see struct link_config */
    struct server_key pin;
    struct server_certificate server; /* the last certificate it presented */
};

void tls_free(struct tls *tls)
{
    if (!tls)
        return;
    SSL_free(tls->ssl);
    SSL_CTX_free(tls->context);
    explicit_bzero(tls->exporter, sizeof(tls->exporter));
    free(tls);
}

/* OpenSSL's message for the last error on this thread. */
static const char *why(void)
{
    const unsigned long code = ERR_peek_last_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;

    ERR_clear_error();
    return reason ? reason : "no cause was given";
}

static enum status bad_file(struct failure *failure, const char *what,
                            const char *path)
{
    return failure_set(failure, SMSCLIENT_USAGE, "file",
                       "The %s %s cannot be used: %s.", what, path, why());
}

struct passphrase {
    smsclient_prompt prompt;
    void *context;
    const char *path;
};

static int ask_passphrase(char *answer, int size, int writing, void *context)
{
    const struct passphrase *passphrase = context;
    char text[512];

    (void)writing;
    if (!passphrase->prompt || size <= 0)
        return -1;
    snprintf(text, sizeof(text), "Passphrase of %.400s: ", passphrase->path);
    if (!passphrase->prompt(passphrase->context, text, false, answer,
                            (size_t)size))
        return -1;
    return (int)strnlen(answer, (size_t)size - 1);
}

/* A key that all users of the host may read is not secret. */
static enum status check_key_mode(const char *path, struct failure *failure)
{
    struct stat info;

    if (stat(path, &info) == 0 && S_ISREG(info.st_mode) &&
        (info.st_mode & S_IRWXO)) {
        failure_set(failure, SMSCLIENT_USAGE, "file",
                    "The key %s is readable by all users.", path);
        failure_next(failure, "Run chmod 600 %s.", path);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

static enum status load_own(SSL_CTX *context, const struct link_config *config,
                            struct failure *failure)
{
    struct passphrase passphrase = {config->prompt, config->prompt_context,
                                    config->key};

    if (!config->certificate)
        return STATUS_OK;
    TRY(check_key_mode(config->key, failure));
    SSL_CTX_set_default_passwd_cb(context, ask_passphrase);
    SSL_CTX_set_default_passwd_cb_userdata(context, &passphrase);
    if (SSL_CTX_use_certificate_chain_file(context, config->certificate) != 1)
        return bad_file(failure, "certificate", config->certificate);
    if (SSL_CTX_use_PrivateKey_file(context, config->key, SSL_FILETYPE_PEM) !=
        1)
        return bad_file(failure, "key", config->key);
    SSL_CTX_set_default_passwd_cb_userdata(context, NULL);
    SSL_CTX_set_default_passwd_cb(context, NULL);
    if (SSL_CTX_check_private_key(context) != 1)
        return bad_file(failure, "key", config->key);
    return STATUS_OK;
}

static enum status make_context(const struct link_config *config,
                                struct failure *failure, SSL_CTX *context)
{
    if (SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_alpn_protos(context, protocol, sizeof(protocol) - 1) != 0)
        return STATUS_NO_MEMORY;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
    if (config->ca && SSL_CTX_load_verify_file(context, config->ca) != 1)
        return bad_file(failure, "CA file", config->ca);
    return load_own(context, config, failure);
}

/* Is a key known, and is it another one? */
static bool has_other_key(const struct tls *tls)
{
    return tls->pin.is_set && tls->server.is_there &&
           !server_key_equal(&tls->pin, &tls->server.key);
}

/* Without a CA the key itself must be known: nothing else stands for it. */
static bool is_known_otherwise(const struct tls *tls, int error)
{
    return !tls->has_ca && server_certificate_is_unvouched(error) &&
           (tls->is_look || server_key_equal(&tls->pin, &tls->server.key));
}

/* Keeps what the server's certificate says, and judges its key. */
static int judge_certificate(int is_good, X509_STORE_CTX *verifying)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(verifying,
                                          SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls *tls = SSL_get_app_data(ssl);
    X509 *leaf = X509_STORE_CTX_get0_cert(verifying);

    if (leaf && !tls->server.is_there)
        server_certificate_read(leaf, &tls->server);
    if (has_other_key(tls)) {
        X509_STORE_CTX_set_error(verifying, X509_V_ERR_CERT_REJECTED);
        return 0;
    }
    if (is_good ||
        !is_known_otherwise(tls, X509_STORE_CTX_get_error(verifying)))
        return is_good;
    X509_STORE_CTX_set_error(verifying, X509_V_OK);
    return 1;
}

static enum status make_ssl(struct tls *tls)
{
    tls->ssl = SSL_new(tls->context);
    if (!tls->ssl)
        return STATUS_NO_MEMORY;
    tls->in = BIO_new(BIO_s_mem());
    tls->out = BIO_new(BIO_s_mem());
    if (!tls->in || !tls->out) {
        BIO_free(tls->in);
        BIO_free(tls->out);
        return STATUS_NO_MEMORY;
    }
    BIO_set_mem_eof_return(tls->in, -1);
    SSL_set_bio(tls->ssl, tls->in, tls->out);
    SSL_set_connect_state(tls->ssl);
    SSL_set_app_data(tls->ssl, tls);
    SSL_set_verify(tls->ssl, SSL_VERIFY_PEER, judge_certificate);
    return tls_expect_host(tls->ssl, tls->host);
}

enum status tls_new(const struct link_config *config, struct failure *failure,
                    struct tls **tls_out)
{
    OWNED(tls) tls = calloc(1, sizeof(*tls));

    if (!tls)
        return STATUS_NO_MEMORY;
    ERR_clear_error();
    snprintf(tls->host, sizeof(tls->host), "%s", config->address.host);
    snprintf(tls->ca, sizeof(tls->ca), "%s", config->ca ? config->ca : "");
    tls->has_ca = config->ca != NULL;
    tls->pin = config->pin;
    tls->is_look = config->is_look;
    tls->context = SSL_CTX_new(TLS_client_method());
    if (!tls->context)
        return STATUS_NO_MEMORY;
    TRY(make_context(config, failure, tls->context));
    TRY(make_ssl(tls));
    *tls_out = TAKE(tls);
    return STATUS_OK;
}

/* The protocol of a server that does not speak TLS 1.3. */
static const char *spoken(unsigned long code)
{
    if (ERR_GET_LIB(code) != ERR_LIB_SSL)
        return NULL;
    switch (ERR_GET_REASON(code)) {
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_UNSUPPORTED_PROTOCOL:
        return "it does not speak TLS 1.3";
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
        return "it does not speak TLS";
    default:
        return NULL;
    }
}

static enum status refused(struct tls *tls, struct failure *failure)
{
    const long verified = SSL_get_verify_result(tls->ssl);
    const unsigned long code = ERR_peek_last_error();
    const char *speaks = spoken(code);

    if (ERR_GET_LIB(code) == ERR_LIB_SSL &&
        ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED) {
        ERR_clear_error();
        return has_other_key(tls)
                   ? server_certificate_refuse_key(&tls->server, &tls->pin,
                                                   tls->host, failure)
                   : server_certificate_refuse(&tls->server, verified,
                                               tls->host, tls->ca, failure);
    }
    failure_set(failure, SMSCLIENT_UNAVAILABLE, "tls",
                "No TLS connection to %s: %s.", tls->host,
                speaks ? speaks : why());
    ERR_clear_error();
    if (speaks)
        failure_next(failure, "Check that --server names the provider's TLS "
                              "address; older TLS is not used.");
    return STATUS_UNAVAILABLE;
}

static enum status check_protocol(struct tls *tls, struct failure *failure)
{
    const unsigned char *chosen = NULL;
    unsigned size = 0;

    SSL_get0_alpn_selected(tls->ssl, &chosen, &size);
    if (size == sizeof(protocol) - 2 && memcmp(chosen, protocol + 1, size) == 0)
        return STATUS_OK;
    return failure_set(failure, SMSCLIENT_UNAVAILABLE, "protocol",
                       "The server at %s is not an SMS Provider.", tls->host);
}

enum status tls_handshake(struct tls *tls, struct failure *failure)
{
    int result, error;

    ERR_clear_error();
    result = SSL_do_handshake(tls->ssl);
    if (result != 1) {
        error = SSL_get_error(tls->ssl, result);
        if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
            return STATUS_END;
        return refused(tls, failure);
    }
    TRY(check_protocol(tls, failure));
    if (SSL_export_keying_material(
            tls->ssl, tls->exporter, sizeof(tls->exporter),
            "EXPORTER-Channel-Binding", 24, NULL, 0, 0) != 1)
        return failure_set(failure, SMSCLIENT_FAILED, "tls",
                           "The TLS connection cannot be bound: %s.", why());
    return STATUS_OK;
}

const struct server_certificate *tls_server(const struct tls *tls)
{
    return &tls->server;
}

bool tls_asks_for(const struct tls *tls, const X509_NAME *issuer)
{
    const STACK_OF(X509_NAME) *asked = SSL_get0_peer_CA_list(tls->ssl);

    for (int i = 0; i < sk_X509_NAME_num(asked); i++) {
        if (X509_NAME_cmp(sk_X509_NAME_value(asked, i), issuer) == 0)
            return true;
    }
    return sk_X509_NAME_num(asked) <= 0;
}

struct text tls_exporter(const struct tls *tls)
{
    return (struct text){(const char *)tls->exporter, sizeof(tls->exporter)};
}

enum status tls_feed(struct tls *tls, struct text records)
{
    if (records.size > INT_MAX ||
        BIO_write(tls->in, records.data, (int)records.size) !=
            (int)records.size)
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

void tls_take(struct tls *tls, struct buf *out)
{
    size_t pending;

    while ((pending = BIO_ctrl_pending(tls->out)) > 0) {
        const size_t size =
            pending < TLS_CHUNK_BYTES ? pending : TLS_CHUNK_BYTES;
        char *room = buf_reserve(out, size);

        if (!room || BIO_read(tls->out, room, (int)size) != (int)size)
            return;
        buf_added(out, size);
    }
}

enum status tls_write(struct tls *tls, struct text plain,
                      struct failure *failure)
{
    size_t written = 0;

    ERR_clear_error();
    if (SSL_write_ex(tls->ssl, plain.data, plain.size, &written) != 1 ||
        written != plain.size)
        return failure_set(failure, SMSCLIENT_UNAVAILABLE, "tls",
                           "The TLS connection broke: %s.", why());
    return STATUS_OK;
}

/* An alert about our certificate arrives after the handshake in TLS 1.3. */
static bool is_certificate_alert(unsigned long code)
{
    switch (ERR_GET_REASON(code)) {
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        return ERR_GET_LIB(code) == ERR_LIB_SSL;
    default:
        return false;
    }
}

static enum status read_failed(struct tls *tls, int error,
                               struct failure *failure)
{
    const unsigned long code = ERR_peek_last_error();

    if (error == SSL_ERROR_ZERO_RETURN)
        return STATUS_END;
    if (is_certificate_alert(code))
        return failure_set(
            failure, SMSCLIENT_NOT_AUTHENTICATED, "certificate_refused",
            "%s refused the client certificate: %s.", tls->host, why());
    return failure_set(failure, SMSCLIENT_UNAVAILABLE, "tls",
                       "The TLS connection broke: %s.", why());
}

enum status tls_read(struct tls *tls, struct buf *out, struct failure *failure)
{
    for (;;) {
        size_t size = 0;
        char *room = buf_reserve(out, TLS_CHUNK_BYTES);
        int result, error;

        if (!room)
            return buf_status(out);
        ERR_clear_error();
        result = SSL_read_ex(tls->ssl, room, TLS_CHUNK_BYTES, &size);
        if (result == 1) {
            buf_added(out, size);
            continue;
        }
        error = SSL_get_error(tls->ssl, result);
        if (error == SSL_ERROR_WANT_READ)
            return STATUS_OK;
        return read_failed(tls, error, failure);
    }
}

const struct link_records tls_records = {
    .free = tls_free,
    .exporter = tls_exporter,
    .feed = tls_feed,
    .take = tls_take,
    .write = tls_write,
    .read = tls_read,
};
