/*
 * Names of the server's certificate, and when revocation lists end.
 */
#include "tests/unit/unit.h"

#include <openssl/ssl.h>
#include <string.h>

#include "auth/channel.h"
#include "provider/base/clock.h"
#include "tests/support/authority.h"

static struct authority ca;
static SSL_CTX *context;

static int set_up(void **state)
{
    static const struct authority_extension names[] = {
        {NID_subject_alt_name, "DNS:provider.corp.test,IP:192.0.2.1"}};
    EVP_PKEY *key = NULL;
    X509 *leaf;

    (void)state;
    authority_make(&ca, "Site CA", NULL, NULL, 0);
    leaf = authority_issue(&ca, "provider", names, 1, &key);
    context = SSL_CTX_new(TLS_method());
    assert_int_equal(SSL_CTX_use_certificate(context, leaf), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(context, key), 1);
    X509_free(leaf);
    EVP_PKEY_free(key);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    SSL_CTX_free(context);
    authority_clear(&ca);
    return 0;
}

static void a_host_is_named_by_the_certificate_or_is_not_this_one(void **state)
{
    SSL *ssl = SSL_new(context);
    char longer[1024];

    (void)state;
    memset(longer, 'a', sizeof(longer));
    assert_true(auth_channel_names(ssl, TEXT("provider.corp.test")));
    assert_true(auth_channel_names(ssl, TEXT("192.0.2.1")));
    assert_false(auth_channel_names(ssl, TEXT("other.corp.test")));
    assert_false(auth_channel_names(ssl, TEXT("192.0.2.2")));
    assert_false(auth_channel_names(ssl, (struct text){0}));
    assert_false(
        auth_channel_names(ssl, (struct text){longer, sizeof(longer)}));
    SSL_free(ssl);
}

static void without_a_certificate_no_host_is_named(void **state)
{
    SSL_CTX *bare = SSL_CTX_new(TLS_method());
    SSL *ssl = SSL_new(bare);

    (void)state;
    assert_false(auth_channel_names(ssl, TEXT("provider.corp.test")));
    SSL_free(ssl);
    SSL_CTX_free(bare);
}

/* When a list that is trusted ends, if that is after a time. */
static int64_t end_of(const struct authority_list *made, int64_t after_s)
{
    X509_STORE *store = X509_STORE_new();
    X509_CRL *list = made ? authority_list(&ca, made) : NULL;

    if (list)
        assert_int_equal(X509_STORE_add_crl(store, list), 1);
    X509_CRL_free(list);
    assert_int_equal(SSL_CTX_set0_verify_cert_store(context, store), 1);
    return auth_lists_end_s(context, after_s);
}

static void a_list_ends_once_and_is_then_past(void **state)
{
    const struct authority_list good = {0};
    const struct authority_list ended = {.ended_s = 3600};
    const int64_t now_s = clock_wall_s();

    (void)state;
    assert_true(auth_lists_end_s(context, now_s) == INT64_MAX); /* no trust */
    assert_true(end_of(NULL, now_s) == INT64_MAX);
    assert_true(end_of(&good, now_s) > now_s);
    assert_true(end_of(&good, now_s) < INT64_MAX);
    assert_true(end_of(&ended, now_s - 7200) < now_s);
    assert_true(end_of(&ended, now_s) == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_is_named_by_the_certificate_or_is_not_this_one),
        cmocka_unit_test(without_a_certificate_no_host_is_named),
        cmocka_unit_test(a_list_ends_once_and_is_then_past),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
