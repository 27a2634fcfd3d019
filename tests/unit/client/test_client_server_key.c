#include "tests/unit/unit.h"

#include "provider/client/server_key.h"

#define HEX "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static void a_key_is_written_as_it_is_read(void **state)
{
    struct server_key key = {false};
    char text[SERVER_KEY_TEXT_BYTES];

    (void)state;
    assert_int_equal(server_key_read(TEXT("sha256:" HEX), &key), STATUS_OK);
    assert_true(key.is_set);
    server_key_write(&key, text);
    assert_string_equal(text, "sha256:00112233445566778899aabbccddeeff"
                              "00112233445566778899aabbccddeeff");
}

static void what_is_no_key_is_refused(void **state)
{
    const struct text none[] = {TEXT(""),
                                TEXT(HEX),
                                TEXT("sha256:"),
                                TEXT("sha256:" HEX "0"),
                                TEXT("SHA256:" HEX),
                                TEXT("sha256:g0112233445566778899aabbccddeeff"
                                     "00112233445566778899aabbccddeeff")};
    struct server_key key = {false};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(none); i++)
        assert_int_equal(server_key_read(none[i], &key), STATUS_INVALID);
    assert_false(key.is_set);
}

static void a_missing_key_equals_none(void **state)
{
    const struct server_key missing = {false}, zeros = {true};

    (void)state;
    assert_false(server_key_equal(&missing, &missing));
    assert_false(server_key_equal(&missing, &zeros));
    assert_true(server_key_equal(&zeros, &zeros));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_written_as_it_is_read),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(a_missing_key_equals_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
