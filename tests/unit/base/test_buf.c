#include "tests/unit/unit.h"

#include <stdio.h>

#include "provider/base/buf.h"

static void holds_up_to_its_maximum_and_not_a_byte_more(void **state)
{
    SCOPED(buf_free) struct buf b = buf_make(4);

    (void)state;
    buf_append(&b, "abcd", 4);
    assert_int_equal(buf_status(&b), STATUS_OK);
    buf_append_char(&b, 'e');
    assert_int_equal(buf_status(&b), STATUS_LIMIT);
    assert_text_equal(buf_text(&b), "abcd");
}

static void a_huge_claim_does_not_wrap_round(void **state)
{
    SCOPED(buf_free) struct buf b = buf_make(1024);

    (void)state;
    buf_append_char(&b, 'x');
    assert_null(buf_reserve(&b, SIZE_MAX));
    assert_int_equal(buf_status(&b), STATUS_LIMIT);
}

static void bytes_survive_consuming_and_growing(void **state)
{
    SCOPED(buf_free) struct buf b = buf_make(1 << 20);
    char expected[8];

    (void)state;
    for (int round = 0; round < 2000; round++) {
        buf_append_format(&b, "%06d;", round);
        if (round >= 100) {
            snprintf(expected, sizeof(expected), "%06d;", round - 100);
            assert_memory_equal(buf_text(&b).data, expected, 7);
            buf_consume(&b, 7);
        }
    }
    assert_int_equal(b.size, 700);
    assert_int_equal(buf_status(&b), STATUS_OK);
}

static void a_failed_buffer_stays_failed_until_cleared(void **state)
{
    SCOPED(buf_free) struct buf b = buf_make(2);

    (void)state;
    buf_append(&b, "abc", 3);
    buf_append(&b, "a", 1);
    assert_int_equal(b.size, 0);
    buf_clear(&b);
    buf_append(&b, "a", 1);
    assert_int_equal(buf_status(&b), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_up_to_its_maximum_and_not_a_byte_more),
        cmocka_unit_test(a_huge_claim_does_not_wrap_round),
        cmocka_unit_test(bytes_survive_consuming_and_growing),
        cmocka_unit_test(a_failed_buffer_stays_failed_until_cleared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
