/*
 * When a collection is refreshed: schedule tokens, as RefreshSchedule has them.
 *
 * They recur by the clock on the wall of the site, or by UTC where IsGMT says
 * so, from StartTime on.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCHEDULE_TOKENS_MAX = 15 };

enum schedule_kind {
    SCHEDULE_NONE = 0,
    SCHEDULE_ONCE,
    SCHEDULE_INTERVAL,
    SCHEDULE_WEEKLY,
    SCHEDULE_BY_WEEKDAY,
    SCHEDULE_BY_DATE,
    N_SCHEDULE_KINDS,
};

/* What may be said of a token besides its class and StartTime. */
enum schedule_number {
    SCHEDULE_IS_GMT = 0,
    SCHEDULE_DAY_DURATION,
    SCHEDULE_HOUR_DURATION,
    SCHEDULE_MINUTE_DURATION,
    SCHEDULE_DAY_SPAN,
    SCHEDULE_HOUR_SPAN,
    SCHEDULE_MINUTE_SPAN,
    SCHEDULE_DAY, /* 1: Sunday */
    SCHEDULE_WEEKS,
    SCHEDULE_MONTH_DAY, /* 0: the last; so is one that the month lacks */
    SCHEDULE_MONTHS,
    SCHEDULE_WEEK_ORDER, /* 1 to 4; 0: the last in the month */
    N_SCHEDULE_NUMBERS,
};

struct schedule_token {
    enum schedule_kind kind;
    int64_t start_s;
    int64_t numbers[N_SCHEDULE_NUMBERS];
};

struct schedule {
    struct schedule_token tokens[SCHEDULE_TOKENS_MAX];
    size_t n;
};

/* The first time after a moment; INT64_MAX: never again. */
int64_t schedule_next(const struct schedule *schedule, int64_t after_s);

/* The moment at which the wall, or UTC, shows so many seconds since 1970. */
int64_t schedule_moment(int64_t wall_s, bool is_gmt);

/* The other way round. */
int64_t schedule_wall(int64_t moment_s, bool is_gmt);
