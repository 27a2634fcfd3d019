#include "tests/unit/unit.h"

#include "provider/base/datetime.h"

static void writes_and_reads_the_same_second(void **state)
{
    static const int64_t seconds[] = {
        0, 1, -1, 951782400, 1798761599, 253402300799, -62135596800};
    char text[DATETIME_BYTES];
    int64_t read;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(seconds); i++) {
        datetime_write(seconds[i], text);
        assert_int_equal(datetime_read(text_of(text), &read), STATUS_OK);
        assert_true(read == seconds[i]);
    }
}

static void writes_what_lies_outside_as_the_nearer_end(void **state)
{
    char text[DATETIME_BYTES];

    (void)state;
    datetime_write(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59Z");
    datetime_write(INT64_MIN, text);
    assert_string_equal(text, "0001-01-01T00:00:00Z");
}

static void reads_a_day_as_its_first_second(void **state)
{
    int64_t read;

    (void)state;
    assert_int_equal(datetime_read(TEXT("2027-06-30"), &read), STATUS_OK);
    assert_true(read == 1814313600);
}

static void refuses_what_is_no_time(void **state)
{
    static const char *const bad[] = {
        "",
        "2027",
        "2027-02-30",
        "2027-13-01",
        "0000-01-01",
        "2027-01-01T",
        "2027-01-01T10:00:00",
        "2027-01-01T10:00:00+01:00",
        "2027-01-01T24:00:00Z",
        "2027-01-01T10:00:60Z",
        "2027-01-01T10:00:00Z ",
        " 2027-01-01",
        "2027-1-1",
        "+027-01-01",
    };
    int64_t read;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_int_equal(datetime_read(text_of(bad[i]), &read), STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_and_reads_the_same_second),
        cmocka_unit_test(writes_what_lies_outside_as_the_nearer_end),
        cmocka_unit_test(reads_a_day_as_its_first_second),
        cmocka_unit_test(refuses_what_is_no_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
