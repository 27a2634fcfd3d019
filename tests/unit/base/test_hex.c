#include "tests/unit/unit.h"

#include "provider/base/hex.h"

static void every_byte_is_two_digits(void **state)
{
    static const unsigned char bytes[] = {0x00, 0x01, 0x9a, 0xf0, 0xff};
    char hex[2 * sizeof(bytes) + 1];

    (void)state;
    hex_write(bytes, sizeof(bytes), hex);
    assert_string_equal(hex, "00019af0ff");
    hex_write_upper(bytes, sizeof(bytes), hex);
    assert_string_equal(hex, "00019AF0FF");
    hex_write(bytes, 0, hex);
    assert_string_equal(hex, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_is_two_digits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
