/*
 * A connection's end of TLS, with a client of the library in memory.
 */
#include "tests/unit/unit.h"

#include <openssl/ssl.h>

#include "provider/net/tls.h"
#include "tests/support/authority.h"

struct pair {
    SSL_CTX *of_server, *of_client;
    SSL *client;
    BIO *to_client, *from_client; /* the client's */
    struct tls server;
    struct buf sent; /* by the server */
};

static int choose(SSL *ssl, const unsigned char **out, unsigned char *size,
                  const unsigned char *in, unsigned in_size, void *context)
{
    (void)ssl;
    (void)context;
    *out = in + 1;
    *size = in[0];
    return in_size > 1 ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static SSL_CTX *make_server(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    struct authority root;
    EVP_PKEY *key = NULL;
    X509 *certificate;

    authority_make(&root, "root", NULL, NULL, 0);
    certificate = authority_issue(&root, "server", NULL, 0, &key);
    assert_int_equal(SSL_CTX_use_certificate(context, certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(context, key), 1);
    SSL_CTX_set_alpn_select_cb(context, choose, NULL);
    X509_free(certificate);
    EVP_PKEY_free(key);
    authority_clear(&root);
    return context;
}

/* All that the client has to say. */
static struct text heard(struct pair *pair)
{
    char *data = NULL;
    const long size = BIO_get_mem_data(pair->from_client, &data);

    return (struct text){data, (size_t)size};
}

static void to_client(struct pair *pair)
{
    const struct text sent = buf_text(&pair->sent);

    if (sent.size > 0)
        assert_int_equal(BIO_write(pair->to_client, sent.data, (int)sent.size),
                         (int)sent.size);
    buf_clear(&pair->sent);
}

static void shake_hands(struct pair *pair)
{
    enum status status = STATUS_END;

    for (int i = 0; i < 4 && status == STATUS_END; i++) {
        (void)SSL_do_handshake(pair->client);
        tls_lend(&pair->server, heard(pair));
        status = tls_handshake(&pair->server);
        (void)BIO_reset(pair->from_client);
        to_client(pair);
    }
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(SSL_do_handshake(pair->client), 1);
}

static void open_pair(struct pair *pair)
{
    *pair = (struct pair){.of_server = make_server(),
                          .of_client = SSL_CTX_new(TLS_client_method()),
                          .sent = buf_make(1 << 20)};
    SSL_CTX_set_num_tickets(pair->of_server, 0);
    assert_int_equal(SSL_CTX_set_alpn_protos(pair->of_client,
                                             (const unsigned char *)"\1x", 2),
                     0);
    pair->client = SSL_new(pair->of_client);
    pair->to_client = BIO_new(BIO_s_mem());
    pair->from_client = BIO_new(BIO_s_mem());
    SSL_set_bio(pair->client, pair->to_client, pair->from_client);
    SSL_set_connect_state(pair->client);
    assert_int_equal(tls_open(&pair->server, pair->of_server, &pair->sent),
                     STATUS_OK);
    shake_hands(pair);
}

static void close_pair(struct pair *pair)
{
    tls_close(&pair->server);
    SSL_free(pair->client);
    SSL_CTX_free(pair->of_client);
    SSL_CTX_free(pair->of_server);
    buf_free(&pair->sent);
}

/* Asks for new keys n times, then says a word. */
static void send_updates(struct pair *pair, int n)
{
    for (int i = 0; i < n; i++) {
        assert_int_equal(SSL_key_update(pair->client, SSL_KEY_UPDATE_REQUESTED),
                         1);
        assert_int_equal(SSL_do_handshake(pair->client), 1);
    }
    assert_int_equal(SSL_write(pair->client, "word", 4), 4);
}

static enum status read_word(struct pair *pair)
{
    char room[16];
    size_t n = 0;
    enum status status;

    tls_lend(&pair->server, heard(pair));
    status = tls_read(&pair->server, room, sizeof(room), &n);
    (void)BIO_reset(pair->from_client);
    if (status == STATUS_OK)
        assert_memory_equal(room, "word", 4);
    return status;
}

static void new_keys_may_be_asked_for(void **state)
{
    struct pair pair;

    (void)state;
    open_pair(&pair);
    for (int i = 0; i < 100; i++) {
        send_updates(&pair, 1);
        assert_int_equal(read_word(&pair), STATUS_OK);
        assert_int_equal(
            SSL_get_error(pair.client, SSL_do_handshake(pair.client)),
            SSL_ERROR_NONE);
        to_client(&pair);
    }
    close_pair(&pair);
}

static void a_flood_of_new_keys_ends_the_connection(void **state)
{
    struct pair pair;
    size_t answered;

    (void)state;
    open_pair(&pair);
    send_updates(&pair, 2000);
    assert_int_equal(read_word(&pair), STATUS_UNAVAILABLE);
    answered = pair.sent.size;
    assert_true(answered < 1000);
    send_updates(&pair, 1);
    assert_int_equal(read_word(&pair), STATUS_UNAVAILABLE);
    close_pair(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_keys_may_be_asked_for),
        cmocka_unit_test(a_flood_of_new_keys_ends_the_connection),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
