#include "provider/object/schedule/schedule.h"

#include <time.h>

enum { DAY_S = 24 * 3600, WEEK_DAYS = 7, YEAR_MONTHS = 12, TRIES = 4 };

/* ---- The clock on the wall ---- */

int64_t schedule_wall(int64_t s, bool is_gmt)
{
    const time_t time = (time_t)s;
    struct tm parts;

    if (is_gmt || !localtime_r(&time, &parts))
        return s;
    return s + parts.tm_gmtoff;
}

int64_t schedule_moment(int64_t wall_s, bool is_gmt)
{
    const time_t time = (time_t)wall_s;
    struct tm parts;

    if (is_gmt || !gmtime_r(&time, &parts))
        return wall_s;
    parts.tm_isdst = -1;
    return (int64_t)mktime(&parts);
}

static int64_t divide_down(int64_t n, int64_t by)
{
    return n / by - (n % by < 0);
}

static int64_t rest_of(int64_t n, int64_t by)
{
    return n - divide_down(n, by) * by;
}

/* ---- The next time of a token ---- */

static bool is_gmt(const struct schedule_token *token)
{
    return token->numbers[SCHEDULE_IS_GMT] != 0;
}

/* base_s, span_s: on the wall, where days have 24 hours. */
static int64_t next_on_wall(const struct schedule_token *token, int64_t base_s,
                            int64_t span_s, int64_t after_s)
{
    const int64_t passed_s = schedule_wall(after_s, is_gmt(token)) - base_s;
    int64_t n = passed_s < 0 ? 0 : passed_s / span_s;
    int64_t next_s = schedule_moment(base_s + n * span_s, is_gmt(token));

    for (int i = 0; i < TRIES && next_s <= after_s; i++)
        next_s = schedule_moment(base_s + ++n * span_s, is_gmt(token));
    return next_s;
}

static int64_t next_interval(const struct schedule_token *token,
                             int64_t after_s)
{
    const int64_t days_s = token->numbers[SCHEDULE_DAY_SPAN] * DAY_S;
    const int64_t rest_s = token->numbers[SCHEDULE_HOUR_SPAN] * 3600 +
                           token->numbers[SCHEDULE_MINUTE_SPAN] * 60;

    if (rest_s == 0)
        return next_on_wall(token, schedule_wall(token->start_s, is_gmt(token)),
                            days_s, after_s);
    if (token->start_s > after_s)
        return token->start_s;
    return token->start_s +
           ((after_s - token->start_s) / (days_s + rest_s) + 1) *
               (days_s + rest_s);
}

/* 0: Sunday; the first day of 1970 was a Thursday. */
static int64_t weekday_of(int64_t day)
{
    return rest_of(day + 4, WEEK_DAYS);
}

static int64_t days_until(int64_t day, int64_t weekday)
{
    return rest_of(weekday - weekday_of(day), WEEK_DAYS);
}

static int64_t next_weekly(const struct schedule_token *token, int64_t after_s)
{
    const int64_t start_s = schedule_wall(token->start_s, is_gmt(token));
    const int64_t day = divide_down(start_s, DAY_S);
    const int64_t wait = days_until(day, token->numbers[SCHEDULE_DAY] - 1);
    const int64_t span = token->numbers[SCHEDULE_WEEKS] * WEEK_DAYS;

    return next_on_wall(token, start_s + wait * DAY_S, span * DAY_S, after_s);
}

/* ---- Months: counted from the first of year 0 ---- */

static int64_t month_of(int64_t wall_s)
{
    const time_t time = (time_t)wall_s;
    struct tm parts = {0};

    gmtime_r(&time, &parts);
    return ((int64_t)parts.tm_year + 1900) * YEAR_MONTHS + parts.tm_mon;
}

static int64_t first_day_of(int64_t month)
{
    struct tm parts = {
        .tm_year = (int)(month / YEAR_MONTHS - 1900),
        .tm_mon = (int)(month % YEAR_MONTHS),
        .tm_mday = 1,
    };

    return divide_down((int64_t)timegm(&parts), DAY_S);
}

static int64_t day_by_date(const struct schedule_token *token, int64_t month)
{
    const int64_t last = first_day_of(month + 1) - 1;
    const int64_t day =
        first_day_of(month) + token->numbers[SCHEDULE_MONTH_DAY] - 1;

    return token->numbers[SCHEDULE_MONTH_DAY] == 0 || day > last ? last : day;
}

static int64_t day_by_weekday(const struct schedule_token *token, int64_t month)
{
    const int64_t weekday = token->numbers[SCHEDULE_DAY] - 1;
    const int64_t order = token->numbers[SCHEDULE_WEEK_ORDER];
    const int64_t first = first_day_of(month);
    const int64_t last = first_day_of(month + 1) - WEEK_DAYS;

    if (order == 0) /* the seven days that end the month have one */
        return last + days_until(last, weekday);
    return first + days_until(first, weekday) + (order - 1) * WEEK_DAYS;
}

static int64_t next_monthly(const struct schedule_token *token, int64_t after_s)
{
    const int64_t start_s = schedule_wall(token->start_s, is_gmt(token));
    const int64_t begin = month_of(start_s);
    const int64_t span = token->numbers[SCHEDULE_MONTHS];
    const int64_t now = month_of(schedule_wall(after_s, is_gmt(token)));
    int64_t n = now > begin ? (now - begin) / span : 0;

    for (int i = 0; i < TRIES; i++, n++) {
        const int64_t month = begin + n * span;
        const int64_t day = token->kind == SCHEDULE_BY_DATE
                                ? day_by_date(token, month)
                                : day_by_weekday(token, month);
        const int64_t wall_s = day * DAY_S + rest_of(start_s, DAY_S);
        const int64_t next_s = schedule_moment(wall_s, is_gmt(token));

        if (wall_s >= start_s && next_s > after_s)
            return next_s;
    }
    return INT64_MAX;
}

static int64_t next_of(const struct schedule_token *token, int64_t after_s)
{
    switch (token->kind) {
    case SCHEDULE_ONCE:
        return token->start_s > after_s ? token->start_s : INT64_MAX;
    case SCHEDULE_INTERVAL:
        return next_interval(token, after_s);
    case SCHEDULE_WEEKLY:
        return next_weekly(token, after_s);
    case SCHEDULE_BY_WEEKDAY:
    case SCHEDULE_BY_DATE:
        return next_monthly(token, after_s);
    case SCHEDULE_NONE:
    case N_SCHEDULE_KINDS:
        break;
    }
    return INT64_MAX;
}

int64_t schedule_next(const struct schedule *schedule, int64_t after_s)
{
    int64_t first_s = INT64_MAX;

    for (size_t i = 0; i < schedule->n; i++) {
        const int64_t next_s = next_of(&schedule->tokens[i], after_s);

        if (next_s > after_s && next_s < first_s)
            first_s = next_s;
    }
    return first_s;
}
