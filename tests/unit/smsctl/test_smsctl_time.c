#include "tests/unit/unit.h"

#include "provider/smsctl/audit/audit_time.h"

static const int64_t NOON = 1767268800; /* 2026-01-01T12:00:00Z */

static void times_dates_and_spans_are_read(void **state)
{
    int64_t time_s = 0;

    (void)state;
    assert_int_equal(audit_time_read(TEXT("2026-01-01T12:00:00Z"), 0, &time_s),
                     STATUS_OK);
    assert_int_equal(time_s, NOON);
    assert_int_equal(audit_time_read(TEXT("2026-01-01"), 0, &time_s),
                     STATUS_OK);
    assert_int_equal(time_s, NOON - 12 * 3600);
    assert_int_equal(audit_time_read(TEXT("2h"), NOON, &time_s), STATUS_OK);
    assert_int_equal(time_s, NOON - 2 * 3600);
    assert_int_equal(audit_time_read(TEXT("7d"), NOON, &time_s), STATUS_OK);
    assert_int_equal(time_s, NOON - 7 * 86400);
    assert_int_equal(audit_time_read(TEXT("-2h"), NOON, &time_s), STATUS_OK);
    assert_int_equal(time_s, NOON - 2 * 3600);
}

static void a_time_has_its_zone(void **state)
{
    int64_t time_s = 0;

    (void)state;
    assert_int_equal(
        audit_time_read(TEXT("2026-01-01T14:00:00+02:00"), 0, &time_s),
        STATUS_OK);
    assert_int_equal(time_s, NOON);
    assert_int_equal(
        audit_time_read(TEXT("2026-01-01T08:30:00-03:30"), 0, &time_s),
        STATUS_OK);
    assert_int_equal(time_s, NOON);
}

static void what_is_no_time_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "yesterday",
        "2026",
        "2026-13-01",
        "2026-02-30T00:00:00Z",
        "1970-01-01",
        "1960-01-01T00:00:00Z",
        "99999999d",
        "2026-01-01T12:00:00",
        "2026-01-01T25:00:00Z",
        "2026-01-01 12:00:00Z",
        "--2h",
        "-",
        "2026-01-01T12:00:00+2",
        "2026-01-01T12:00:00+24:00",
        "2026-01-01T12:00:00+01:60",
        "2026-01-01T12:00:00Z ",
        "2 h",
        "2x",
        "2026-1-1T00:00:00Z",
    };
    int64_t time_s;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_int_equal(audit_time_read(text_of(bad[i]), NOON, &time_s),
                         STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_dates_and_spans_are_read),
        cmocka_unit_test(a_time_has_its_zone),
        cmocka_unit_test(what_is_no_time_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
