#include "tests/unit/unit.h"

#include "provider/base/identity.h"

static void one_issuer_and_serial_has_one_spelling(void **state)
{
    static const struct {
        const char *issuer;
        const char *serial;
    } same[] = {
        {"CN=Example CA,O=Example", "1A2B3C"},
        {"cn=Example CA, o=Example", "1a2b3c"},
        {"CN = Example CA , O = Example", "00:1A:2B:3C"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
        SCOPED(buf_free) struct buf out = buf_make(IDENTITY_MAX_BYTES);

        assert_int_equal(identity_of_serial(text_of(same[i].issuer),
                                            text_of(same[i].serial), &out),
                         STATUS_OK);
        assert_text_equal(buf_text(&out), "CN=Example CA,O=Example;1A2B3C");
    }
}

static void an_escaped_comma_does_not_split_a_name(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(IDENTITY_MAX_BYTES);

    (void)state;
    assert_int_equal(
        identity_of_serial(TEXT("CN=Acme\\, Inc,O=X"), TEXT("1"), &out),
        STATUS_OK);
    assert_text_equal(buf_text(&out), "CN=Acme\\, Inc,O=X;1");
}

static void what_is_no_serial_is_refused(void **state)
{
    static const struct {
        const char *issuer;
        const char *serial;
    } bad[] = {
        {"CN=X", ""},   {"CN=X", "0"},      {"CN=X", "1G"}, {"", "1"},
        {"X", "1"},     {"CN=", "1"},       {"=X", "1"},    {"CN=X,", "1"},
        {"CN=X", "1 "}, {"/O=C/CN=X", "1"}, {"C N=X", "1"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        SCOPED(buf_free) struct buf out = buf_make(IDENTITY_MAX_BYTES);

        assert_int_equal(identity_of_serial(text_of(bad[i].issuer),
                                            text_of(bad[i].serial), &out),
                         STATUS_INVALID);
    }
}

/* Principals are parsed, not split (T55). */
static void only_one_component_and_one_realm_is_a_person(void **state)
{
    static const char *const bad[] = {
        "alice", "alice/admin@R", "alice\\@R", "alice@R@R",
        "@R",    "alice@",        "",          "host/x@R"};
    SCOPED(buf_free) struct buf out = buf_make(IDENTITY_MAX_BYTES);

    (void)state;
    assert_int_equal(identity_of_kerberos(TEXT("alice@EXAMPLE.COM"), &out),
                     STATUS_OK);
    assert_text_equal(buf_text(&out), "alice@EXAMPLE.COM");
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_int_equal(identity_of_kerberos(text_of(bad[i]), &out),
                         STATUS_INVALID);
    assert_int_equal(identity_of_kerberos(TEXT("alice\0@R"), &out),
                     STATUS_INVALID);
}

static void key_hashes_are_whole(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(IDENTITY_MAX_BYTES);
    char digits[65];

    (void)state;
    memset(digits, 'a', 64);
    digits[64] = '\0';
    assert_int_equal(identity_of_key(text_of(digits), &out), STATUS_OK);
    assert_int_equal(out.data[0], 'A');
    digits[63] = '\0';
    buf_clear(&out);
    assert_int_equal(identity_of_key(text_of(digits), &out), STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_issuer_and_serial_has_one_spelling),
        cmocka_unit_test(an_escaped_comma_does_not_split_a_name),
        cmocka_unit_test(what_is_no_serial_is_refused),
        cmocka_unit_test(only_one_component_and_one_realm_is_a_person),
        cmocka_unit_test(key_hashes_are_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
