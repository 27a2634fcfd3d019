/* Keys that cannot be used, beside others that can. */
#include "tests/unit/unit.h"

#include <openssl/bn.h>
#include <openssl/rsa.h>

#include "auth/token/key_set.h"
#include "provider/base/base64.h"

#define ED                                                                     \
    "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":"                               \
    "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\""
#define GOOD "{" ED ",\"kid\":\"good\"}"

static bool has(const struct key_set *set, const char *kid, const char *alg)
{
    bool is_known;

    return key_set_find(set, text_of(kid), jws_algorithm_read(text_of(alg)),
                        &is_known) != NULL;
}

static void one_key_that_cannot_be_used_takes_no_other_with_it(void **state)
{
    static const struct {
        const char *key;
        const char *named; /* NULL: it is for others, or good */
    } rows[] = {
        {"{" ED "}", "key 1: no kid"},
        {"{" ED ",\"kid\":7}", "key 1: no kid"},
        {"{" ED ",\"kid\":\"a.b@c\"}", "key 1 (a.b@c): no kid, or not"},
        {"{" ED ",\"kid\":\"a\\nb\"}", "key 1: no kid, or not"},
        {"{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"kid\":\"k\",\"x\":\"AA\","
         "\"y\":\"AA\"}",
         "key 1 (k): malformed, too large, or on an unknown curve"},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"kid\":\"k\",\"x\":\"AA\"}",
         "key 1 (k): malformed"},
        {"{" ED ",\"kid\":\"k\",\"alg\":\"RS256\"}", "key 1 (k): its alg"},
        {"{" ED ",\"kid\":\"k\",\"alg\":7}", "key 1 (k): its alg is not text"},
        {"{" ED ",\"kid\":\"k\",\"use\":7}", "key 1 (k): not for verification"},
        {"{" ED ",\"kid\":\"k\",\"use\":null}",
         "key 1 (k): not for verification"},
        {"{" ED ",\"kid\":\"k\",\"key_ops\":[\"sign\"]}",
         "key 1 (k): not for verification"},
        {"{" ED ",\"kid\":\"k\",\"key_ops\":\"verify\"}",
         "key 1 (k): not for verification"},
        {"{" ED ",\"kid\":\"k\",\"key_ops\":[\"verify\",1]}",
         "key 1 (k): not for verification"},
        {"{" ED ",\"kid\":\"k\",\"key_ops\":[]}",
         "key 1 (k): not for verification"},
        {"\"text\"", "key 1: no key"},
        {"{" ED ",\"kid\":\"k\",\"key_ops\":[\"verify\"]}", NULL},
        {"{" ED ",\"kid\":\"k\",\"use\":\"sig\"}", NULL},
        {"{" ED ",\"kid\":\"k\",\"use\":\"enc\"}", NULL},
        {"{\"kty\":\"RSA\",\"kid\":\"k\",\"alg\":\"RSA-OAEP\"}", NULL},
        {"{\"kty\":\"oct\",\"k\":\"AA\"}", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        SCOPED(buf_free) struct buf json = buf_make(65536);
        OWNED(key_set) set = NULL;
        const char *why = "";
        struct text names;

        buf_append_format(&json, "{\"keys\":[%s," GOOD "]}", rows[i].key);
        assert_int_equal(key_set_read(buf_text(&json), &set, &why), STATUS_OK);
        assert_true(has(set, "good", "EdDSA"));
        assert_int_equal(key_set_skipped(set, &names), rows[i].named ? 1 : 0);
        if (rows[i].named &&
            strncmp(names.data, rows[i].named, strlen(rows[i].named)) != 0)
            fail_msg("%.*s", (int)names.size, names.data);
        assert_false(rows[i].named && has(set, "k", "EdDSA"));
    }
}

/* Nobody can tell which of them a token means. */
static void keys_that_share_a_kid_take_no_other_with_them(void **state)
{
    static const char twin[] = "{" ED ",\"kid\":\"twin\"}";

    (void)state;
    for (size_t n = 1; n <= 3; n++) {
        SCOPED(buf_free) struct buf json = buf_make(65536);
        OWNED(key_set) set = NULL;
        const char *why = "";
        struct text names;

        buf_append_string(&json, "{\"keys\":[");
        for (size_t i = 0; i < n; i++)
            buf_append_format(&json, "%s,", twin);
        buf_append_string(&json, GOOD "]}");
        assert_int_equal(key_set_read(buf_text(&json), &set, &why), STATUS_OK);
        assert_true(has(set, "good", "EdDSA"));
        assert_int_equal(has(set, "twin", "EdDSA"), n == 1);
        assert_int_equal(key_set_skipped(set, &names), n == 1 ? 0 : n);
        assert_true(n == 1 || memmem(names.data, names.size, "key 1 (twin)",
                                     strlen("key 1 (twin)")));
    }
}

/* A key that cannot be used is nobody's twin. */
static void a_skipped_key_shares_nothing(void **state)
{
    OWNED(key_set) set = NULL;
    const char *why = "";
    struct text names;

    (void)state;
    assert_int_equal(
        key_set_read(TEXT("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"good\"}," GOOD
                          ",{" ED ",\"kid\":\"good\",\"use\":\"enc\"}]}"),
                     &set, &why),
        STATUS_OK);
    assert_true(has(set, "good", "EdDSA"));
    assert_int_equal(key_set_skipped(set, &names), 1);
}

static void a_set_of_nothing_usable_says_why(void **state)
{
    OWNED(key_set) set = NULL;
    const char *why = "";

    (void)state;
    assert_int_equal(
        key_set_read(TEXT("{\"keys\":[{" ED ",\"kid\":\"a@b\"}]}"), &set, &why),
        STATUS_INVALID);
    assert_non_null(strstr(why, "no usable key: key 1 (a@b)"));
}

/* ---- Weak moduli ---- */

/* The product of the primes that the fingerprint is taken by. */
static BIGNUM *primorial(void)
{
    BIGNUM *product = BN_new();

    BN_one(product);
    for (unsigned n = 3; n <= 167; n += 2) {
        bool is_prime = true;

        for (unsigned d = 3; d * d <= n; d += 2)
            is_prime = is_prime && n % d != 0;
        if (is_prime)
            BN_mul_word(product, n);
    }
    return product;
}

/* As the faulty generator's: a power of 65537 modulo that product. */
static BIGNUM *fingerprinted(void)
{
    BN_CTX *context = BN_CTX_new();
    BIGNUM *product = primorial();
    BIGNUM *base = BN_new(), *power = BN_new(), *n = BN_new();

    BN_set_word(base, 65537);
    BN_set_word(power, 123456789);
    BN_mod_exp(base, base, power, product, context);
    do { /* odd, of 2048 bits */
        BN_rand(n, 2048, BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ANY);
        BN_div(n, NULL, n, product, context);
        BN_mul(n, n, product, context);
        BN_add(n, n, base);
    } while (!BN_is_odd(n) || BN_num_bits(n) != 2048);
    BN_free(product);
    BN_free(base);
    BN_free(power);
    BN_CTX_free(context);
    return n;
}

static void write_rsa(struct buf *json, const BIGNUM *n)
{
    unsigned char bytes[1024];
    const int size = BN_bn2bin(n, bytes);

    buf_append_string(json, "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"r\",\"e\":"
                            "\"AQAB\",\"n\":\"");
    base64_append(json, BASE64_URL,
                  (struct text){(const char *)bytes, (size_t)size});
    buf_append_string(json, "\"}," GOOD "]}");
}

/* Source: CVE-2017-15361. */
static void an_rsa_key_of_a_faulty_generator_is_refused(void **state)
{
    EVP_PKEY *sound = EVP_RSA_gen(2048);
    BIGNUM *moduli[3] = {NULL, fingerprinted(), BN_new()};

    (void)state;
    EVP_PKEY_get_bn_param(sound, "n", &moduli[0]);
    BN_copy(moduli[2], moduli[0]);
    BN_sub_word(moduli[2], BN_mod_word(moduli[2], 101));
    if (!BN_is_odd(moduli[2]))
        BN_sub_word(moduli[2], 101); /* divisible by 101, and odd */
    for (size_t i = 0; i < ARRAY_SIZE(moduli); i++) {
        SCOPED(buf_free) struct buf json = buf_make(65536);
        OWNED(key_set) set = NULL;
        const char *why = "";

        write_rsa(&json, moduli[i]);
        assert_int_equal(key_set_read(buf_text(&json), &set, &why), STATUS_OK);
        assert_int_equal(has(set, "r", "RS256"), i == 0);
        assert_true(has(set, "good", "EdDSA"));
        BN_free(moduli[i]);
    }
    EVP_PKEY_free(sound);
}

/* By the key itself: an id may be given to another. */
static void a_set_knows_its_keys_by_fingerprint(void **state)
{
    static const unsigned char strange[KEY_FINGERPRINT_BYTES] = {1};
    OWNED(key_set) set = NULL;
    OWNED(key_set) other = NULL;
    const struct jws_algorithm *eddsa = jws_algorithm_read(TEXT("EdDSA"));
    const char *why = "";
    EVP_PKEY *key, *same;
    bool is_known;

    (void)state;
    assert_int_equal(key_set_read(TEXT("{\"keys\":[" GOOD "]}"), &set, &why),
                     STATUS_OK);
    assert_int_equal(
        key_set_read(TEXT("{\"keys\":[{" ED ",\"kid\":\"renamed\"}]}"), &other,
                     &why),
        STATUS_OK);
    key = key_set_find(set, TEXT("good"), eddsa, &is_known);
    same = key_set_find(other, TEXT("renamed"), eddsa, &is_known);
    assert_true(key_set_holds(set, key_set_fingerprint(set, key)));
    assert_true(key_set_holds(set, key_set_fingerprint(other, same)));
    assert_false(key_set_holds(set, strange));
}

/* RFC 8032's first test key, its SubjectPublicKeyInfo hashed by sha256sum. */
static void a_fingerprint_is_of_the_whole_public_key(void **state)
{
    static const unsigned char expected[KEY_FINGERPRINT_BYTES] = {
        0x06, 0xe3, 0xfd, 0x8f, 0xda, 0x29, 0xbb, 0x60, 0xab, 0x59, 0x55,
        0x7d, 0xe6, 0x1e, 0xdb, 0x0a, 0xec, 0xdb, 0x23, 0x11, 0x34, 0xbe,
        0x30, 0xe7, 0x5b, 0x45, 0x5f, 0x8e, 0x1b, 0x79, 0x2f, 0xa9};
    OWNED(key_set) set = NULL;
    const char *why = "";
    bool is_known;
    EVP_PKEY *key;

    (void)state;
    assert_int_equal(key_set_read(TEXT("{\"keys\":[" GOOD "]}"), &set, &why),
                     STATUS_OK);
    key = key_set_find(set, TEXT("good"), jws_algorithm_read(TEXT("EdDSA")),
                       &is_known);
    assert_memory_equal(key_set_fingerprint(set, key), expected,
                        sizeof(expected));
    assert_null(key_set_fingerprint(set, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_key_that_cannot_be_used_takes_no_other_with_it),
        cmocka_unit_test(keys_that_share_a_kid_take_no_other_with_them),
        cmocka_unit_test(a_skipped_key_shares_nothing),
        cmocka_unit_test(a_set_of_nothing_usable_says_why),
        cmocka_unit_test(a_set_knows_its_keys_by_fingerprint),
        cmocka_unit_test(a_fingerprint_is_of_the_whole_public_key),
        cmocka_unit_test(an_rsa_key_of_a_faulty_generator_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
