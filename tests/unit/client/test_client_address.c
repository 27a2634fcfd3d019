#include "tests/unit/unit.h"

#include "provider/client/address.h"

static void a_path_after_unix_is_a_socket(void **state)
{
    struct address address;

    (void)state;
    assert_int_equal(address_read(TEXT("unix:/run/p.sock"), &address),
                     STATUS_OK);
    assert_int_equal(address.kind, ADDRESS_UNIX);
    assert_string_equal(address.path, "/run/p.sock");
}

static void host_and_port_after_tls_are_taken_apart(void **state)
{
    struct address address;

    (void)state;
    assert_int_equal(address_read(TEXT("tls:localhost:7443"), &address),
                     STATUS_OK);
    assert_int_equal(address.kind, ADDRESS_TLS);
    assert_string_equal(address.host, "localhost");
    assert_string_equal(address.port, "7443");

    assert_int_equal(address_read(TEXT("tls:[::1]:1"), &address), STATUS_OK);
    assert_string_equal(address.host, "::1");
    assert_string_equal(address.port, "1");
}

static void anything_else_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "unix:",
        "tls:",
        "tls:host",
        "tls::1",
        "tls:host:",
        "tls:host:0",
        "tls:host:65536",
        "tls:h:123456",
        "tls:host:7a",
        "tls:ho st:1",
        "tls:a/b:1",
        "tls:::1:1",
        "tls:[::1]",
        "tls:[x]:1",
        "http:host:1",
        "TLS:host:1",
        "tls:host:-1",
        "tls:host: 1",
        "/run/p.sock",
        "tls:a:1:",
        "tls:user@host:1",
    };
    struct address address;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_int_equal(address_read(text_of(bad[i]), &address),
                         STATUS_INVALID);
    assert_int_equal(address_read(TEXT("unix:/a\0b"), &address),
                     STATUS_INVALID);
}

static void a_path_must_fit_a_socket_address(void **state)
{
    char path[5 + ADDRESS_PATH_MAX_BYTES + 2] = "unix:";
    struct address address;

    (void)state;
    memset(path + 5, 'a', ADDRESS_PATH_MAX_BYTES);
    assert_int_equal(address_read(text_of(path), &address), STATUS_OK);
    path[5 + ADDRESS_PATH_MAX_BYTES] = 'a';
    assert_int_equal(address_read(text_of(path), &address), STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_after_unix_is_a_socket),
        cmocka_unit_test(host_and_port_after_tls_are_taken_apart),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(a_path_must_fit_a_socket_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
