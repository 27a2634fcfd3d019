/*
 * Schedule tokens: what is refused, and when each recurs.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "provider/base/datetime.h"
#include "provider/base/own.h"
#include "provider/object/schedule/schedule_json.h"
#include "provider/object/schedule/schedule_text.h"

static void in_zone(const char *zone)
{
    assert_int_equal(setenv("TZ", zone, 1), 0);
    tzset();
}

static struct schedule read(const char *json)
{
    struct schedule schedule;
    const char *why;

    assert_int_equal(schedule_read(text_of(json), &schedule, &why), STATUS_OK);
    return schedule;
}

static int64_t moment(const char *time)
{
    int64_t s = 0;

    assert_int_equal(datetime_read(text_of(time), &s), STATUS_OK);
    return s;
}

/* The next times after one, each after the other. */
static void comes(const char *json, const char *after, const char *first,
                  const char *second)
{
    const struct schedule schedule = read(json);
    const int64_t next_s = schedule_next(&schedule, moment(after));
    char time[DATETIME_BYTES];

    datetime_write(next_s, time);
    assert_string_equal(time, first);
    datetime_write(schedule_next(&schedule, next_s), time);
    assert_string_equal(time, second);
}

static void an_interval_recurs_from_its_start(void **state)
{
    (void)state;
    in_zone("UTC0");
    comes("[{\"TokenType\":\"SMS_ST_RecurInterval\","
          "\"StartTime\":\"2026-01-01T06:15:00Z\",\"DaySpan\":7}]",
          "2026-01-02T00:00:00Z", "2026-01-08T06:15:00Z",
          "2026-01-15T06:15:00Z");
    comes("[{\"@odata.type\":\"#AdminService.SMS_ST_RecurInterval\","
          "\"StartTime\":\"2026-01-01T06:15:00Z\",\"HourSpan\":5}]",
          "2025-01-02T00:00:00Z", "2026-01-01T06:15:00Z",
          "2026-01-01T11:15:00Z");
    comes("[{\"TokenType\":\"SMS_ST_RecurInterval\",\"MinuteSpan\":30}]",
          "2999-12-31T23:30:00Z", "3000-01-01T00:00:00Z",
          "3000-01-01T00:30:00Z");
}

static void days_follow_the_wall_and_gmt_does_not(void **state)
{
    (void)state;
    in_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    comes("[{\"TokenType\":\"SMS_ST_RecurInterval\","
          "\"StartTime\":\"20260301040000.000000+***\",\"DaySpan\":1}]",
          "2026-03-28T00:00:00Z", "2026-03-28T03:00:00Z",
          "2026-03-29T02:00:00Z");
    comes("[{\"TokenType\":\"SMS_ST_RecurInterval\",\"IsGMT\":true,"
          "\"StartTime\":\"20260301040000.000000+***\",\"DaySpan\":1}]",
          "2026-03-28T00:00:00Z", "2026-03-28T04:00:00Z",
          "2026-03-29T04:00:00Z");
    comes("[{\"TokenType\":\"SMS_ST_RecurInterval\","
          "\"StartTime\":\"20260301040000.000000+120\",\"HourSpan\":23}]",
          "2026-02-28T00:00:00Z", "2026-03-01T02:00:00Z",
          "2026-03-02T01:00:00Z");
}

static void a_week_begins_on_sunday(void **state)
{
    (void)state;
    in_zone("UTC0");
    comes("[{\"TokenType\":\"SMS_ST_RecurWeekly\","
          "\"StartTime\":\"2026-01-01T04:00:00Z\",\"Day\":1}]",
          "2026-01-01T00:00:00Z", "2026-01-04T04:00:00Z",
          "2026-01-11T04:00:00Z");
    comes("[{\"TokenType\":\"SMS_ST_RecurWeekly\",\"ForNumberOfWeeks\":2,"
          "\"StartTime\":\"2026-01-01T04:00:00Z\",\"Day\":5}]",
          "2026-01-01T04:00:00Z", "2026-01-15T04:00:00Z",
          "2026-01-29T04:00:00Z");
}

static void a_day_that_a_month_lacks_is_its_last(void **state)
{
    (void)state;
    in_zone("UTC0");
    comes("[{\"TokenType\":\"SMS_ST_RecurMonthlyByDate\",\"MonthDay\":31,"
          "\"StartTime\":\"2026-01-10T04:00:00Z\"}]",
          "2026-01-31T04:00:00Z", "2026-02-28T04:00:00Z",
          "2026-03-31T04:00:00Z");
    comes("[{\"TokenType\":\"SMS_ST_RecurMonthlyByDate\",\"MonthDay\":0,"
          "\"StartTime\":\"2027-12-10T04:00:00Z\",\"ForNumberOfMonths\":2}]",
          "2026-01-31T04:00:00Z", "2027-12-31T04:00:00Z",
          "2028-02-29T04:00:00Z");
    /* the month of the start, before the start, does not count */
    comes("[{\"TokenType\":\"SMS_ST_RecurMonthlyByDate\",\"MonthDay\":5,"
          "\"StartTime\":\"2026-01-10T04:00:00Z\"}]",
          "2026-01-01T00:00:00Z", "2026-02-05T04:00:00Z",
          "2026-03-05T04:00:00Z");
}

static void a_weekday_has_its_place_in_the_month(void **state)
{
    (void)state;
    in_zone("UTC0");
    /* the second Tuesday */
    comes("[{\"TokenType\":\"SMS_ST_RecurMonthlyByWeekday\",\"Day\":3,"
          "\"WeekOrder\":2,\"StartTime\":\"2026-01-01T04:00:00Z\"}]",
          "2026-01-01T04:00:00Z", "2026-01-13T04:00:00Z",
          "2026-02-10T04:00:00Z");
    /* the last Saturday */
    comes("[{\"TokenType\":\"SMS_ST_RecurMonthlyByWeekday\",\"Day\":7,"
          "\"WeekOrder\":0,\"StartTime\":\"2026-01-01T04:00:00Z\","
          "\"ForNumberOfMonths\":1}]",
          "2026-01-31T03:59:59Z", "2026-01-31T04:00:00Z",
          "2026-02-28T04:00:00Z");
}

static void the_first_of_several_tokens_counts(void **state)
{
    (void)state;
    in_zone("UTC0");
    comes("[{\"TokenType\":\"SMS_ST_RecurInterval\",\"DaySpan\":1,"
          "\"StartTime\":\"2026-01-01T04:00:00Z\"},"
          "{\"TokenType\":\"SMS_ST_NonRecurring\","
          "\"StartTime\":\"2026-01-02T03:00:00Z\"}]",
          "2026-01-01T04:00:00Z", "2026-01-02T03:00:00Z",
          "2026-01-02T04:00:00Z");
}

static void what_does_not_recur_ends(void **state)
{
    const struct schedule once =
        read("[{\"TokenType\":\"SMS_ST_NonRecurring\","
             "\"StartTime\":\"2026-01-02T03:00:00Z\"}]");

    (void)state;
    assert_int_equal(schedule_next(&once, moment("2026-01-02T02:59:59Z")),
                     moment("2026-01-02T03:00:00Z"));
    assert_int_equal(schedule_next(&once, moment("2026-01-02T03:00:00Z")),
                     INT64_MAX);
}

static void what_is_written_is_read_again(void **state)
{
    const struct schedule schedule =
        read("[{\"tokentype\":\"sms_st_recurweekly\",\"day\":3,"
             "\"starttime\":\"2026-01-02T03:00:00Z\",\"isgmt\":true}]");
    SCOPED(buf_free) struct buf json = buf_make(4096);
    struct schedule again;
    const char *why;

    (void)state;
    schedule_write(&schedule, &json);
    buf_append_char(&json, '\0');
    assert_string_equal(
        buf_text(&json).data,
        "[{\"TokenType\":\"SMS_ST_RecurWeekly\","
        "\"StartTime\":\"2026-01-02T03:00:00Z\",\"IsGMT\":true,"
        "\"DayDuration\":0,\"HourDuration\":0,\"MinuteDuration\":0,"
        "\"Day\":3,\"ForNumberOfWeeks\":1}]");
    assert_int_equal(schedule_read(text_of(buf_text(&json).data), &again, &why),
                     STATUS_OK);
    assert_memory_equal(&again.tokens[0], &schedule.tokens[0],
                        sizeof(schedule.tokens[0]));
}

static void refuses_what_no_token_says(void **state)
{
    static const char *const bad[] = {
        "{}",
        "[1]",
        "[{}]",
        "[{\"DaySpan\":1}]",
        "[{\"TokenType\":\"SMS_ScheduleToken\"}]",
        "[{\"TokenType\":\"SMS_ST_RecurInterval\"}]",
        "[{\"TokenType\":\"SMS_ST_RecurInterval\",\"DaySpan\":32}]",
        "[{\"TokenType\":\"SMS_ST_RecurInterval\",\"DaySpan\":-1}]",
        "[{\"TokenType\":\"SMS_ST_RecurInterval\",\"DaySpan\":\"1\"}]",
        "[{\"TokenType\":\"SMS_ST_RecurInterval\",\"DaySpan\":true}]",
        "[{\"TokenType\":\"SMS_ST_RecurInterval\",\"HourSpan\":24}]",
        "[{\"TokenType\":\"SMS_ST_RecurInterval\",\"MinuteSpan\":60}]",
        "[{\"TokenType\":\"SMS_ST_RecurInterval\",\"DaySpan\":1,\"Day\":1}]",
        "[{\"TokenType\":\"SMS_ST_RecurWeekly\",\"Day\":0}]",
        "[{\"TokenType\":\"SMS_ST_RecurWeekly\",\"Day\":8}]",
        "[{\"TokenType\":\"SMS_ST_RecurMonthlyByDate\",\"MonthDay\":32}]",
        "[{\"TokenType\":\"SMS_ST_RecurMonthlyByWeekday\",\"WeekOrder\":5}]",
        "[{\"TokenType\":\"SMS_ST_NonRecurring\",\"StartTime\":1}]",
        "[{\"TokenType\":\"SMS_ST_NonRecurring\","
        "\"StartTime\":\"20260231040000.000000+***\"}]",
        "[{\"TokenType\":\"SMS_ST_NonRecurring\","
        "\"StartTime\":\"20260201040000.000000+0x0\"}]",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        struct schedule schedule;
        const char *why = NULL;

        assert_int_equal(schedule_read(text_of(bad[i]), &schedule, &why),
                         STATUS_INVALID);
        assert_non_null(why);
    }
}

/* ---- As text ---- */

static void writes(const char *json, const char *digits)
{
    SCOPED(buf_free) struct buf text = buf_make(SCHEDULE_TEXT_MAX_BYTES + 1);
    SCOPED(buf_free) struct buf was = buf_make(4096);
    SCOPED(buf_free) struct buf now = buf_make(4096);
    const struct schedule schedule = read(json);
    struct schedule again;
    const char *why;

    assert_int_equal(schedule_text_write(&schedule, &text, &why), STATUS_OK);
    assert_int_equal(text.size, strlen(digits));
    assert_memory_equal(buf_text(&text).data, digits, text.size);
    assert_int_equal(schedule_text_read(buf_text(&text), &again, &why),
                     STATUS_OK);
    schedule_write(&schedule, &was);
    schedule_write(&again, &now);
    assert_true(text_equal(buf_text(&now), buf_text(&was)));
}

/* The digits are worked out by hand from the documented bits, the first ones
 * are the documented example. */
static void a_token_is_sixteen_digits(void **state)
{
    (void)state;
    in_zone("CET-1CEST");
    writes("[{\"TokenType\":\"SMS_ST_RecurInterval\",\"DaySpan\":7,"
           "\"StartTime\":\"20250203061500.000000+***\"}]",
           "3CC32DC000100038");
    writes("[{\"TokenType\":\"SMS_ST_NonRecurring\",\"IsGMT\":true,"
           "\"StartTime\":\"2026-12-31T23:59:00Z\"}]",
           "EEFFCE0000080001");
    writes("[{\"TokenType\":\"SMS_ST_RecurWeekly\",\"Day\":7,"
           "\"ForNumberOfWeeks\":2,\"HourDuration\":3,\"IsGMT\":true,"
           "\"StartTime\":\"1970-02-01T00:00:00Z\"}]",
           "00012000181F4001");
    writes("[{\"TokenType\":\"SMS_ST_RecurMonthlyByWeekday\",\"Day\":2,"
           "\"ForNumberOfMonths\":12,\"WeekOrder\":4,\"IsGMT\":true,"
           "\"StartTime\":\"1970-02-01T00:00:00Z\"}]",
           "000120000022C801");
    writes("[{\"TokenType\":\"SMS_ST_RecurMonthlyByDate\",\"MonthDay\":31,"
           "\"ForNumberOfMonths\":1,\"DayDuration\":1,\"IsGMT\":true,"
           "\"MinuteDuration\":5,\"StartTime\":\"1970-02-01T00:00:00Z\"},"
           "{\"TokenType\":\"SMS_ST_RecurInterval\",\"HourSpan\":23,"
           "\"MinuteSpan\":59,\"StartTime\":\"20250203061500.000000+***\"}]",
           "00012005006FC4013CC32DC000177700");
    in_zone("UTC0");
}

static void refuses_text_that_is_no_schedule(void **state)
{
    static const char *const bad[] = {
        "3CC32DC00010003",            /* short */
        "3CC32DC00010003G",           /* no digit */
        "3CC32DC0001000383CC32DC000", /* half a token */
        "3CC32DC000000038",           /* kind 0 */
        "3CC32DC000300038",           /* kind 6 */
        "3CC32DC000100000",           /* an interval of nothing */
        "3CC3DDC000100038",           /* month 13 */
        "3CDE2DC000100038",           /* 30 February */
        "F0012000000C0000",           /* minute 60, weekly without day */
    };
    struct schedule schedule;
    const char *why;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        why = NULL;
        assert_int_equal(schedule_text_read(text_of(bad[i]), &schedule, &why),
                         STATUS_INVALID);
        assert_non_null(why);
    }
}

static void text_has_no_room_for_other_years(void **state)
{
    static const char *const starts[] = {"1969-12-31T23:59:59Z",
                                         "2034-01-01T00:00:00Z"};
    SCOPED(buf_free) struct buf text = buf_make(SCHEDULE_TEXT_MAX_BYTES + 1);
    const char *why;

    (void)state;
    in_zone("UTC0");
    for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
        const struct schedule schedule = {
            .tokens = {{.kind = SCHEDULE_ONCE, .start_s = moment(starts[i])}},
            .n = 1};

        assert_int_equal(schedule_text_write(&schedule, &text, &why),
                         STATUS_INVALID);
        assert_non_null(why);
    }
    assert_int_equal(text.size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interval_recurs_from_its_start),
        cmocka_unit_test(days_follow_the_wall_and_gmt_does_not),
        cmocka_unit_test(a_week_begins_on_sunday),
        cmocka_unit_test(a_day_that_a_month_lacks_is_its_last),
        cmocka_unit_test(a_weekday_has_its_place_in_the_month),
        cmocka_unit_test(the_first_of_several_tokens_counts),
        cmocka_unit_test(what_does_not_recur_ends),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(refuses_what_no_token_says),
        cmocka_unit_test(a_token_is_sixteen_digits),
        cmocka_unit_test(refuses_text_that_is_no_schedule),
        cmocka_unit_test(text_has_no_room_for_other_years),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
