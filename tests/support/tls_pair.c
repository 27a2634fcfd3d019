#include "tests/support/tls_pair.h"

#include "tests/unit/unit.h"

#include <openssl/err.h>
#include <openssl/pem.h>

SSL_CTX *tls_pair_listener(const char *pem, const char *key)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    assert_non_null(context);
    assert_int_equal(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION), 1);
    assert_int_equal(
        SSL_CTX_use_certificate_file(context, pem, SSL_FILETYPE_PEM), 1);
    assert_int_equal(
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM), 1);
    return context;
}

static void add_chain(SSL *ssl, const char *path)
{
    BIO *file = BIO_new_file(path, "r");
    X509 *certificate = PEM_read_bio_X509(file, NULL, NULL, NULL);

    assert_non_null(certificate);
    assert_int_equal(SSL_add1_chain_cert(ssl, certificate), 1);
    X509_free(certificate);
    BIO_free(file);
}

static SSL *new_client(const char *pem, const char *key, const char *chain)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *ssl;

    SSL_CTX_set_security_level(context, 0); /* weak ones shall be sent */
    ssl = SSL_new(context);
    SSL_CTX_free(context);
    if (pem) {
        assert_int_equal(SSL_use_certificate_file(ssl, pem, SSL_FILETYPE_PEM),
                         1);
        assert_int_equal(SSL_use_PrivateKey_file(ssl, key, SSL_FILETYPE_PEM),
                         1);
    }
    if (chain)
        add_chain(ssl, chain);
    return ssl;
}

static bool is_dead(SSL *ssl, int result)
{
    const int why = SSL_get_error(ssl, result);

    return result != 1 && why != SSL_ERROR_WANT_READ &&
           why != SSL_ERROR_WANT_WRITE;
}

struct tls_pair tls_pair_connect(SSL_CTX *server, const char *client_pem,
                                 const char *client_key, const char *chain_pem)
{
    struct tls_pair pair = {
        SSL_new(server), new_client(client_pem, client_key, chain_pem), false};
    BIO *server_end, *client_end;

    BIO_new_bio_pair(&server_end, 65536, &client_end, 65536);
    SSL_set_bio(pair.server, server_end, server_end);
    SSL_set_bio(pair.client, client_end, client_end);
    SSL_set_accept_state(pair.server);
    SSL_set_connect_state(pair.client);
    for (int turn = 0; turn < 16 && !pair.is_up; turn++) {
        const int from_client = SSL_do_handshake(pair.client);
        const int from_server = SSL_do_handshake(pair.server);

        if (is_dead(pair.client, from_client) ||
            is_dead(pair.server, from_server))
            break;
        pair.is_up = from_client == 1 && from_server == 1;
    }
    ERR_clear_error();
    return pair;
}

void tls_pair_close(struct tls_pair *pair)
{
    SSL_free(pair->server);
    SSL_free(pair->client);
}
