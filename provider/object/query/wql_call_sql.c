/*
 * Functions of WQL as SQL. Times are seconds in UTC; parts are counted as the
 * product's database counts them: DATEDIFF the boundaries that are crossed
 * (W14), weeks from Sunday, and a month added to its last day ends on one.
 * Every argument is written once, however often it is looked at.
 */
#include <string.h>
#include <time.h>

#include "provider/object/query/wql_sql.h"

/* ---- Parts of dates ---- */

/* x is the time; steps and parts go up at the same moments. */
struct part {
    const char *names[4];
    int64_t seconds;    /* 0: not of one length */
    int64_t months;     /* 0: of one length */
    const char *number; /* DATEPART of x */
    const char *step;   /* counts up at each boundary */
};

#define FIELD(format) "CAST(strftime('" format "', x, 'unixepoch') AS INTEGER)"
#define DAYS          "((x - ((x % 86400) + 86400) % 86400) / 86400)"
#define STEPS(n)      "((x - ((x % " n ") + " n ") % " n ") / " n ")"

static const struct part parts[] = {
    {{"yy", "yyyy", "year"}, 0, 12, FIELD("%Y"), FIELD("%Y")},
    {{"qq", "q", "quarter"},
     0,
     3,
     "(" FIELD("%m") " + 2) / 3",
     "(" FIELD("%Y") " * 4 + (" FIELD("%m") " + 2) / 3)"},
    {{"mm", "m", "month"},
     0,
     1,
     FIELD("%m"),
     "(" FIELD("%Y") " * 12 + " FIELD("%m") ")"},
    {{"wk", "ww", "week"},
     7 * 86400,
     0,
     "(" FIELD("%j") " - " FIELD("%w") " + 12) / 7",
     "((" DAYS " + 4 - ((" DAYS " + 4) % 7 + 7) % 7) / 7)"},
    {{"dd", "d", "day"}, 86400, 0, FIELD("%d"), DAYS},
    {{"dy", "y", "dayofyear"}, 86400, 0, FIELD("%j"), DAYS},
    {{"dw", "w", "weekday"}, 86400, 0, FIELD("%w") " + 1", DAYS},
    {{"hh", "hour"}, 3600, 0, FIELD("%H"), STEPS("3600")},
    {{"mi", "n", "minute"}, 60, 0, FIELD("%M"), STEPS("60")},
    {{"ss", "s", "second"}, 1, 0, FIELD("%S"), "x"},
    {{"ms", "millisecond"}, 0, 0, "(x - x)", "(x * 1000)"}, /* whole seconds */
};

static const struct part *find_part(struct text name)
{
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        for (size_t j = 0; j < ARRAY_SIZE(parts[i].names); j++)
            if (parts[i].names[j] &&
                text_equal_nocase(name, text_of(parts[i].names[j])))
                return &parts[i];
    return NULL;
}

/* ---- The functions ---- */

enum argument {
    ARGUMENT_NONE = 0,
    ARGUMENT_PART,
    ARGUMENT_NUMBER, /* written out */
    ARGUMENT_TEXT,
    ARGUMENT_TIME,
};

enum { ARGUMENTS_MAX = 3 };

struct function {
    const char *name;
    enum argument arguments[ARGUMENTS_MAX];
    enum wql_type type;
    enum status (*put)(struct wql_sql *q, const struct wql_query *query,
                       const struct wql_expr *call);
};

static enum status put_upper(struct wql_sql *q, const struct wql_query *query,
                             const struct wql_expr *call)
{
    buf_append_string(&q->sql, "upper(");
    TRY(wql_put_value(q, query, call->first, WQL_OF_TEXT));
    buf_append_char(&q->sql, ')');
    return STATUS_OK;
}

static enum status put_lower(struct wql_sql *q, const struct wql_query *query,
                             const struct wql_expr *call)
{
    buf_append_string(&q->sql, "lower(");
    TRY(wql_put_value(q, query, call->first, WQL_OF_TEXT));
    buf_append_char(&q->sql, ')');
    return STATUS_OK;
}

static enum status put_substring(struct wql_sql *q,
                                 const struct wql_query *query,
                                 const struct wql_expr *call)
{
    const struct wql_expr *from = call->first->next;

    buf_append_string(&q->sql, "substr(");
    TRY(wql_put_value(q, query, call->first, WQL_OF_TEXT));
    buf_append_string(&q->sql, ", ");
    TRY(wql_put_integer(q, from->number));
    buf_append_string(&q->sql, ", ");
    TRY(wql_put_integer(q, from->next->number));
    buf_append_char(&q->sql, ')');
    return STATUS_OK;
}

static enum status put_now(struct wql_sql *q, const struct wql_query *query,
                           const struct wql_expr *call)
{
    (void)query;
    (void)call;
    q->uses_now = true;
    return wql_put_integer(q, q->now_s);
}

/* The same day of another month, or the last it has. */
static enum status put_months(struct wql_sql *q, const struct wql_query *query,
                              const struct wql_expr *call, int64_t months)
{
#define MOVED "x, 'unixepoch', 'start of month', m"
    buf_append_string(
        &q->sql, "(SELECT CAST(strftime('%s', " MOVED ") AS INTEGER)"
                 " + (min(" FIELD(
                     "%d") ", CAST(strftime('%d', " MOVED
                           ", '+1 month', '-1 day') AS INTEGER)) - 1) * 86400"
                           " + ((x % 86400) + 86400) % 86400 FROM (SELECT ");
    TRY(wql_put_value(q, query, call->first->next->next, WQL_OF_DATETIME));
    buf_append_string(&q->sql, " AS x, printf('%+d months', ");
    TRY(wql_put_integer(q, months));
    buf_append_string(&q->sql, ") AS m))");
    return STATUS_OK;
#undef MOVED
}

static enum status put_seconds(struct wql_sql *q, const struct wql_query *query,
                               const struct wql_expr *call, int64_t seconds)
{
    buf_append_char(&q->sql, '(');
    TRY(wql_put_value(q, query, call->first->next->next, WQL_OF_DATETIME));
    buf_append_string(&q->sql, " + ");
    TRY(wql_put_integer(q, seconds));
    buf_append_char(&q->sql, ')');
    return STATUS_OK;
}

enum { COUNT_MAX = 1000000 }; /* of parts to add: beyond any date */

static enum status put_add(struct wql_sql *q, const struct wql_query *query,
                           const struct wql_expr *call)
{
    const struct part *part = find_part(call->first->text);
    const struct wql_expr *count = call->first->next;

    if (count->number > INT64_C(1000) * COUNT_MAX ||
        count->number < INT64_C(-1000) * COUNT_MAX ||
        (part->months &&
         (count->number > COUNT_MAX || count->number < -COUNT_MAX)))
        return wql_sql_fail(q, count->column, "the number is out of range");
    if (part->months)
        return put_months(q, query, call, count->number * part->months);
    if (!part->seconds) /* of milliseconds: those that make seconds */
        return put_seconds(q, query, call, count->number / 1000);
    return put_seconds(q, query, call, count->number * part->seconds);
}

/* An expression over x for the value of the argument. */
static enum status put_over(struct wql_sql *q, const struct wql_query *query,
                            const char *expression,
                            const struct wql_expr *argument)
{
    buf_append_format(&q->sql, "(SELECT %s FROM (SELECT ", expression);
    TRY(wql_put_value(q, query, argument, WQL_OF_DATETIME));
    buf_append_string(&q->sql, " AS x))");
    return STATUS_OK;
}

static enum status put_difference(struct wql_sql *q,
                                  const struct wql_query *query,
                                  const struct wql_expr *call)
{
    const struct part *part = find_part(call->first->text);
    const struct wql_expr *from = call->first->next;

    buf_append_char(&q->sql, '(');
    TRY(put_over(q, query, part->step, from->next));
    buf_append_string(&q->sql, " - ");
    TRY(put_over(q, query, part->step, from));
    buf_append_char(&q->sql, ')');
    return STATUS_OK;
}

static enum status put_part(struct wql_sql *q, const struct wql_query *query,
                            const struct wql_expr *call)
{
    return put_over(q, query, find_part(call->first->text)->number,
                    call->first->next);
}

static const struct function functions[] = {
    {"UPPER", {ARGUMENT_TEXT}, WQL_OF_TEXT, put_upper},
    {"LOWER", {ARGUMENT_TEXT}, WQL_OF_TEXT, put_lower},
    {"SUBSTRING",
     {ARGUMENT_TEXT, ARGUMENT_NUMBER, ARGUMENT_NUMBER},
     WQL_OF_TEXT,
     put_substring},
    {"GETDATE", {ARGUMENT_NONE}, WQL_OF_DATETIME, put_now},
    {"DATEADD",
     {ARGUMENT_PART, ARGUMENT_NUMBER, ARGUMENT_TIME},
     WQL_OF_DATETIME,
     put_add},
    {"DATEDIFF",
     {ARGUMENT_PART, ARGUMENT_TIME, ARGUMENT_TIME},
     WQL_OF_INTEGER,
     put_difference},
    {"DATEPART", {ARGUMENT_PART, ARGUMENT_TIME}, WQL_OF_INTEGER, put_part},
};

static const struct function *find_function(struct text name)
{
    for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
        if (text_equal_nocase(name, text_of(functions[i].name)))
            return &functions[i];
    return NULL;
}

static enum status fail_function(struct wql_sql *q, const struct wql_expr *call)
{
    return wql_sql_fail(q, call->column,
                        "there is no function \"%.*s\"; there are UPPER, LOWER,"
                        " SUBSTRING, GETDATE, DATEADD, DATEDIFF and DATEPART",
                        (int)(call->text.size < 60 ? call->text.size : 60),
                        call->text.data);
}

enum status wql_call_type(struct wql_sql *q, const struct wql_expr *call,
                          enum wql_type *type_out)
{
    const struct function *function = find_function(call->text);

    if (!function)
        return fail_function(q, call);
    *type_out = function->type;
    return STATUS_OK;
}

bool wql_is_part(const struct wql_expr *call, const struct wql_expr *argument)
{
    const struct function *function = find_function(call->text);

    return function && function->arguments[0] == ARGUMENT_PART &&
           argument == call->first;
}

static enum status check_value(struct wql_sql *q, const struct wql_query *query,
                               const struct wql_expr *argument,
                               enum wql_type type)
{
    enum wql_type found;

    if (wql_is_literal(argument))
        return STATUS_OK; /* read as it is written */
    TRY(wql_type_of(q, query, argument, &found));
    if (found != type)
        return wql_sql_fail(q, argument->column, "%s is expected",
                            type == WQL_OF_TEXT ? "a text" : "a time");
    return STATUS_OK;
}

static enum status check_argument(struct wql_sql *q,
                                  const struct wql_query *query,
                                  const struct wql_expr *argument,
                                  enum argument kind)
{
    switch (kind) {
    case ARGUMENT_PART:
        if (argument->kind != WQL_NAME || argument->qualifier.size ||
            !find_part(argument->text))
            return wql_sql_fail(q, argument->column,
                                "a part of a date is expected: year, quarter,"
                                " month, week, day, hour, minute or second");
        return STATUS_OK;
    case ARGUMENT_NUMBER:
        if (argument->kind != WQL_INTEGER)
            return wql_sql_fail(q, argument->column,
                                "a whole number is expected");
        return STATUS_OK;
    case ARGUMENT_TEXT:
        return check_value(q, query, argument, WQL_OF_TEXT);
    case ARGUMENT_TIME:
        return check_value(q, query, argument, WQL_OF_DATETIME);
    case ARGUMENT_NONE:
        break;
    }
    return STATUS_INVALID;
}

enum status wql_put_call(struct wql_sql *q, const struct wql_query *query,
                         const struct wql_expr *call)
{
    const struct function *function = find_function(call->text);
    const struct wql_expr *argument = call->first;
    enum wql_type type;

    TRY(wql_call_type(q, call, &type)); /* there is such a function */
    for (size_t i = 0; i < ARGUMENTS_MAX; i++) {
        if (function->arguments[i] == ARGUMENT_NONE && !argument)
            continue;
        if (function->arguments[i] == ARGUMENT_NONE || !argument)
            return wql_sql_fail(q, call->column,
                                "%s has another number of arguments",
                                function->name);
        TRY(check_argument(q, query, argument, function->arguments[i]));
        argument = argument->next;
    }
    if (argument)
        return wql_sql_fail(q, argument->column,
                            "%s has another number of arguments",
                            function->name);
    return function->put(q, query, call);
}

/* ---- Times as written ---- */

struct digits {
    const char *at;
    const char *end;
};

/* Up to most digits as a number, -1 when there is none. */
static int take_number(struct digits *in, size_t most, size_t *n_out)
{
    int value = 0;

    for (*n_out = 0;
         *n_out < most && in->at < in->end && *in->at >= '0' && *in->at <= '9';
         ++*n_out)
        value = value * 10 + (*in->at++ - '0');
    return *n_out ? value : -1;
}

static bool take_char(struct digits *in, const char *any)
{
    if (in->at == in->end || !*in->at || !strchr(any, *in->at))
        return false;
    in->at++;
    return true;
}

/* y/m/d, y-m-d, m/d/y. */
static bool take_date(struct digits *in, struct tm *tm)
{
    size_t n;
    int of[3];

    for (size_t i = 0; i < 3; i++) {
        of[i] = take_number(in, 4, &n);
        if (of[i] < 0 || (i < 2 && !take_char(in, "/-")))
            return false;
        if (i == 0)
            tm->tm_isdst = n == 4; /* the year stands first */
    }
    tm->tm_year = (tm->tm_isdst ? of[0] : of[2]) - 1900;
    tm->tm_mon = (tm->tm_isdst ? of[1] : of[0]) - 1;
    tm->tm_mday = tm->tm_isdst ? of[2] : of[1];
    tm->tm_isdst = 0;
    return true;
}

static void skip_fraction(struct digits *in)
{
    size_t n;

    if (take_char(in, "."))
        (void)take_number(in, 9, &n);
}

/* 12:00, 12:00:00, 12:00:00.000; nothing is midnight. */
static bool take_clock(struct digits *in, struct tm *tm)
{
    size_t n;

    if (in->at == in->end)
        return true;
    if (!take_char(in, " T"))
        return false;
    tm->tm_hour = take_number(in, 2, &n);
    if (tm->tm_hour < 0 || !take_char(in, ":"))
        return false;
    tm->tm_min = take_number(in, 2, &n);
    if (tm->tm_min < 0)
        return false;
    if (take_char(in, ":")) {
        tm->tm_sec = take_number(in, 2, &n);
        skip_fraction(in);
    }
    (void)take_char(in, "Z");
    return tm->tm_sec >= 0;
}

/* yyyymmddHHMMSS.ffffff+ooo, the offset in minutes or ***. */
static bool take_cim(struct digits *in, struct tm *tm, int64_t *offset_s)
{
    size_t n;
    int minutes;
    bool is_minus;

    tm->tm_year = take_number(in, 4, &n) - 1900;
    tm->tm_mon = take_number(in, 2, &n) - 1;
    tm->tm_mday = take_number(in, 2, &n);
    tm->tm_hour = take_number(in, 2, &n);
    tm->tm_min = take_number(in, 2, &n);
    tm->tm_sec = take_number(in, 2, &n);
    skip_fraction(in);
    if (in->at == in->end)
        return true;
    is_minus = *in->at == '-';
    if (!take_char(in, "+-"))
        return false;
    if (in->end - in->at == 3 && memcmp(in->at, "***", 3) == 0) {
        in->at += 3;
        return true;
    }
    minutes = take_number(in, 3, &n);
    *offset_s = (is_minus ? -60 : 60) * (int64_t)minutes;
    return minutes >= 0;
}

static bool is_date(const struct tm *tm)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const int year = tm->tm_year + 1900;
    const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    if (year < 1 || year > 9999 || tm->tm_mon < 0 || tm->tm_mon > 11 ||
        tm->tm_mday < 1)
        return false;
    return tm->tm_mday <= days[tm->tm_mon] + (tm->tm_mon == 1 && is_leap) &&
           tm->tm_hour >= 0 && tm->tm_hour < 24 && tm->tm_min >= 0 &&
           tm->tm_min < 60 && tm->tm_sec >= 0 && tm->tm_sec < 60;
}

enum status wql_time_read(struct text text, int64_t *s_out)
{
    struct digits in = {text.data, text.data + text.size};
    struct tm tm = {0};
    int64_t offset_s = 0;
    size_t n_digits = 0;
    bool is_read;

    while (n_digits < text.size && text.data[n_digits] >= '0' &&
           text.data[n_digits] <= '9')
        n_digits++;
    if (n_digits == 14)
        is_read = take_cim(&in, &tm, &offset_s);
    else
        is_read = take_date(&in, &tm) && take_clock(&in, &tm);
    if (!is_read || in.at != in.end || !is_date(&tm))
        return STATUS_INVALID;
    *s_out = timegm(&tm) - offset_s;
    return STATUS_OK;
}
