#include "provider/object/schedule/schedule_json.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/datetime.h"
#include "provider/base/json_writer.h"
#include "provider/base/own.h"

#define ANY        (~0u)
#define ONLY(kind) (1u << (kind))

static const struct text kinds[N_SCHEDULE_KINDS] = {
    [SCHEDULE_NONE] = {"", 0},
    [SCHEDULE_ONCE] = {"SMS_ST_NonRecurring", 19},
    [SCHEDULE_INTERVAL] = {"SMS_ST_RecurInterval", 20},
    [SCHEDULE_WEEKLY] = {"SMS_ST_RecurWeekly", 18},
    [SCHEDULE_BY_WEEKDAY] = {"SMS_ST_RecurMonthlyByWeekday", 28},
    [SCHEDULE_BY_DATE] = {"SMS_ST_RecurMonthlyByDate", 25},
};

static const struct number {
    const char *name;
    int64_t least; /* and what it is when it is not given */
    int64_t most;
    unsigned kinds;
} numbers[N_SCHEDULE_NUMBERS] = {
    [SCHEDULE_IS_GMT] = {"IsGMT", 0, 1, ANY},
    [SCHEDULE_DAY_DURATION] = {"DayDuration", 0, 31, ANY},
    [SCHEDULE_HOUR_DURATION] = {"HourDuration", 0, 23, ANY},
    [SCHEDULE_MINUTE_DURATION] = {"MinuteDuration", 0, 59, ANY},
    [SCHEDULE_DAY_SPAN] = {"DaySpan", 0, 31, ONLY(SCHEDULE_INTERVAL)},
    [SCHEDULE_HOUR_SPAN] = {"HourSpan", 0, 23, ONLY(SCHEDULE_INTERVAL)},
    [SCHEDULE_MINUTE_SPAN] = {"MinuteSpan", 0, 59, ONLY(SCHEDULE_INTERVAL)},
    [SCHEDULE_DAY] = {"Day", 1, 7,
                      ONLY(SCHEDULE_WEEKLY) | ONLY(SCHEDULE_BY_WEEKDAY)},
    [SCHEDULE_WEEKS] = {"ForNumberOfWeeks", 1, 7, ONLY(SCHEDULE_WEEKLY)},
    [SCHEDULE_MONTH_DAY] = {"MonthDay", 0, 31, ONLY(SCHEDULE_BY_DATE)},
    [SCHEDULE_MONTHS] = {"ForNumberOfMonths", 1, 12,
                         ONLY(SCHEDULE_BY_DATE) | ONLY(SCHEDULE_BY_WEEKDAY)},
    [SCHEDULE_WEEK_ORDER] = {"WeekOrder", 0, 4, ONLY(SCHEDULE_BY_WEEKDAY)},
};

static bool is_gmt(const struct schedule_token *token)
{
    return token->numbers[SCHEDULE_IS_GMT] != 0;
}

/* ---- Reading ---- */

/* What follows the last '.' or '#' of "#AdminService.SMS_ST_RecurInterval". */
static struct text bare(struct text type)
{
    size_t i = type.size;

    while (i > 0 && type.data[i - 1] != '.' && type.data[i - 1] != '#')
        i--;
    return (struct text){type.data + i, type.size - i};
}

static struct text text_in(const json_t *json)
{
    return (struct text){json_string_value(json), json_string_length(json)};
}

static bool is_called(const char *key, const char *name)
{
    return text_equal_nocase(text_of(key), text_of(name));
}

static bool is_of_type(const char *key)
{
    return is_called(key, "TokenType") || is_called(key, "@odata.type");
}

static enum schedule_kind kind_of(const json_t *json)
{
    const char *key;
    const json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)json, key, value)
        for (size_t i = 1; is_of_type(key) && i < N_SCHEDULE_KINDS; i++)
            if (json_is_string(value) &&
                text_equal_nocase(bare(text_in(value)), kinds[i]))
                return (enum schedule_kind)i;
    return SCHEDULE_NONE;
}

/* 19700201000000.000000+***: what the wall shows; +060: minutes before UTC. */
static enum status read_dmtf(struct text text, bool gmt, int64_t *s_out)
{
    const char *at = text.data;
    char time[DATETIME_BYTES];
    int64_t wall_s;
    int minutes = 0;

    if (text.size != 25 || at[14] != '.' || (at[21] != '+' && at[21] != '-'))
        return STATUS_INVALID;
    snprintf(time, sizeof(time), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", at, at + 4,
             at + 6, at + 8, at + 10, at + 12);
    TRY(datetime_read(text_of(time), &wall_s));
    if (memcmp(at + 22, "***", 3) == 0) {
        *s_out = schedule_moment(wall_s, gmt);
        return STATUS_OK;
    }
    for (size_t i = 22; i < 25; i++) {
        if (at[i] < '0' || at[i] > '9')
            return STATUS_INVALID;
        minutes = minutes * 10 + (at[i] - '0');
    }
    *s_out = wall_s - (at[21] == '-' ? -60 : 60) * (int64_t)minutes;
    return STATUS_OK;
}

static enum status read_start(struct schedule_token *token, const json_t *value)
{
    if (!json_is_string(value))
        return STATUS_INVALID;
    if (datetime_read(text_in(value), &token->start_s) == STATUS_OK)
        return STATUS_OK;
    return read_dmtf(text_in(value), is_gmt(token), &token->start_s);
}

static const char *read_number(struct schedule_token *token, const char *key,
                               const json_t *value)
{
    for (size_t i = 0; i < N_SCHEDULE_NUMBERS; i++) {
        const struct number *number = &numbers[i];
        int64_t given = json_integer_value(value);

        if (!is_called(key, number->name) ||
            !(number->kinds & ONLY(token->kind)))
            continue;
        if (i == SCHEDULE_IS_GMT && json_is_boolean(value))
            given = json_is_true(value);
        else if (!json_is_integer(value))
            return "The parts of a token are whole numbers.";
        if (given < number->least || given > number->most)
            return "A number of a token is out of its range: spans are up to"
                   " 31 days, 23 hours and 59 minutes, Day is 1 (Sunday) to 7,"
                   " ForNumberOfWeeks 1 to 7, MonthDay 0 (the last) to 31,"
                   " WeekOrder 0 (the last) to 4, ForNumberOfMonths 1 to 12.";
        token->numbers[i] = given;
        return NULL;
    }
    return "A token has a part that its class does not have.";
}

static const char *read_parts(struct schedule_token *token, const json_t *json)
{
    const char *key;
    const json_t *value;
    const char *why = NULL;

    json_object_foreach ((json_t *)(uintptr_t)json, key, value)
        if (!why && !is_of_type(key) && !is_called(key, "StartTime"))
            why = read_number(token, key, value);
    json_object_foreach ((json_t *)(uintptr_t)json, key, value)
        if (!why && is_called(key, "StartTime") &&
            read_start(token, value) != STATUS_OK)
            why = "StartTime is a time like 2026-01-31T12:00:00Z.";
    return why;
}

static const char *read_token(const json_t *json, struct schedule_token *token)
{
    static const char begin[] = "19700201000000.000000+***";
    const char *why;

    *token = (struct schedule_token){.kind = kind_of(json)};
    if (!token->kind)
        return "A token names its class as TokenType: SMS_ST_NonRecurring,"
               " SMS_ST_RecurInterval, SMS_ST_RecurWeekly,"
               " SMS_ST_RecurMonthlyByDate or SMS_ST_RecurMonthlyByWeekday.";
    for (size_t i = 0; i < N_SCHEDULE_NUMBERS; i++)
        token->numbers[i] = numbers[i].least;
    token->start_s = INT64_MIN;
    why = read_parts(token, json);
    if (!why && token->start_s == INT64_MIN &&
        read_dmtf(text_of(begin), is_gmt(token), &token->start_s) != STATUS_OK)
        why = "StartTime cannot be read.";
    if (!why && token->kind == SCHEDULE_INTERVAL &&
        !token->numbers[SCHEDULE_DAY_SPAN] &&
        !token->numbers[SCHEDULE_HOUR_SPAN] &&
        !token->numbers[SCHEDULE_MINUTE_SPAN])
        why = "An interval has a DaySpan, HourSpan or MinuteSpan.";
    return why;
}

static void drop_json(json_t **json)
{
    json_decref(*json);
}

enum status schedule_read(struct text json, struct schedule *schedule,
                          const char **why_out)
{
    SCOPED(drop_json) json_t *all = json_loadb(json.data, json.size, 0, NULL);

    *why_out = "A schedule is a list of at most 15 tokens.";
    schedule->n = 0;
    if (!json_is_array(all) || json_array_size(all) > SCHEDULE_TOKENS_MAX)
        return STATUS_INVALID;
    for (size_t i = 0; i < json_array_size(all); i++) {
        *why_out =
            read_token(json_array_get(all, i), &schedule->tokens[schedule->n]);
        if (*why_out)
            return STATUS_INVALID;
        schedule->n++;
    }
    return STATUS_OK;
}

/* ---- Writing ---- */

static void write_token(struct json_writer *w,
                        const struct schedule_token *token)
{
    char start[DATETIME_BYTES];

    datetime_write(token->start_s, start);
    writer_object_begin(w);
    writer_put_text(w, "TokenType", kinds[token->kind]);
    writer_put_string(w, "StartTime", start);
    writer_put_bool(w, numbers[SCHEDULE_IS_GMT].name, is_gmt(token));
    for (size_t i = SCHEDULE_IS_GMT + 1; i < N_SCHEDULE_NUMBERS; i++)
        if (numbers[i].kinds & ONLY(token->kind))
            writer_put_int(w, numbers[i].name, token->numbers[i]);
    writer_object_end(w);
}

void schedule_write(const struct schedule *schedule, struct buf *json)
{
    struct json_writer w = json_writer_make(json);

    writer_array_begin(&w);
    for (size_t i = 0; i < schedule->n; i++)
        write_token(&w, &schedule->tokens[i]);
    writer_array_end(&w);
}
