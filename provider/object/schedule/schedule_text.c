#include "provider/object/schedule/schedule_text.h"

#include <time.h>

enum { YEAR_FIRST = 1970, YEAR_MAX = YEAR_FIRST + 63, WORD_BITS = 32 };

/* Bits of the token: those of word 1 are 32 and above. */
struct field {
    unsigned low;
    unsigned n;
};

static const struct field minute = {58, 6}, hour = {53, 5}, day = {48, 5},
                          month = {44, 4}, year = {38, 6}, kind = {19, 3};

static const struct number {
    enum schedule_number number;
    unsigned kinds; /* bits */
    struct field field;
    int64_t least;
    int64_t most;
} numbers[] = {
    {SCHEDULE_MINUTE_DURATION, ~0u, {32, 6}, 0, 59},
    {SCHEDULE_HOUR_DURATION, ~0u, {27, 5}, 0, 23},
    {SCHEDULE_DAY_DURATION, ~0u, {22, 5}, 0, 31},
    {SCHEDULE_IS_GMT, ~0u, {0, 1}, 0, 1},
    {SCHEDULE_MINUTE_SPAN, 1u << SCHEDULE_INTERVAL, {13, 6}, 0, 59},
    {SCHEDULE_HOUR_SPAN, 1u << SCHEDULE_INTERVAL, {8, 5}, 0, 23},
    {SCHEDULE_DAY_SPAN, 1u << SCHEDULE_INTERVAL, {3, 5}, 0, 31},
    {SCHEDULE_DAY, 1u << SCHEDULE_WEEKLY, {16, 3}, 1, 7},
    {SCHEDULE_WEEKS, 1u << SCHEDULE_WEEKLY, {13, 3}, 1, 7},
    {SCHEDULE_DAY, 1u << SCHEDULE_BY_WEEKDAY, {16, 3}, 1, 7},
    {SCHEDULE_MONTHS, 1u << SCHEDULE_BY_WEEKDAY, {12, 4}, 1, 12},
    {SCHEDULE_WEEK_ORDER, 1u << SCHEDULE_BY_WEEKDAY, {9, 3}, 0, 4},
    {SCHEDULE_MONTH_DAY, 1u << SCHEDULE_BY_DATE, {14, 5}, 0, 31},
    {SCHEDULE_MONTHS, 1u << SCHEDULE_BY_DATE, {10, 4}, 1, 12},
};

/* Kinds are numbered as here: 1 once to 5 by date. */
_Static_assert(SCHEDULE_ONCE == 1 && SCHEDULE_INTERVAL == 2 &&
                   SCHEDULE_WEEKLY == 3 && SCHEDULE_BY_WEEKDAY == 4 &&
                   SCHEDULE_BY_DATE == 5,
               "as the text has them");

static int64_t get(uint64_t bits, struct field field)
{
    return (int64_t)(bits >> field.low & ((UINT64_C(1) << field.n) - 1));
}

static uint64_t put(int64_t value, struct field field)
{
    return (uint64_t)value << field.low;
}

static bool has(const struct schedule_token *token, const struct number *number)
{
    return number->kinds >> token->kind & 1;
}

/* ---- Reading ---- */

static enum status read_digits(const char *digits, uint64_t *bits_out)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < SCHEDULE_TOKEN_DIGITS; i++) {
        const char c = digits[i];
        unsigned digit;

        if (c >= '0' && c <= '9')
            digit = (unsigned)(c - '0');
        else if (c >= 'A' && c <= 'F')
            digit = (unsigned)(c - 'A') + 10;
        else if (c >= 'a' && c <= 'f')
            digit = (unsigned)(c - 'a') + 10;
        else
            return STATUS_INVALID;
        bits = bits << 4 | digit;
    }
    *bits_out = bits;
    return STATUS_OK;
}

static enum status read_start(uint64_t bits, struct schedule_token *token)
{
    struct tm parts = {
        .tm_min = (int)get(bits, minute),
        .tm_hour = (int)get(bits, hour),
        .tm_mday = (int)get(bits, day),
        .tm_mon = (int)get(bits, month) - 1,
        .tm_year = (int)get(bits, year) + YEAR_FIRST - 1900,
    };
    const struct tm given = parts;
    const time_t wall_s = timegm(&parts);

    if (parts.tm_min != given.tm_min || parts.tm_hour != given.tm_hour ||
        parts.tm_mday != given.tm_mday || parts.tm_mon != given.tm_mon)
        return STATUS_INVALID; /* there is no such day */
    token->start_s =
        schedule_moment(wall_s, token->numbers[SCHEDULE_IS_GMT] != 0);
    return STATUS_OK;
}

static const char *read_token(uint64_t bits, struct schedule_token *token)
{
    *token =
        (struct schedule_token){.kind = (enum schedule_kind)get(bits, kind)};
    if (token->kind == SCHEDULE_NONE || token->kind >= N_SCHEDULE_KINDS)
        return "The kind of a token is 1 to 5.";
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        const struct number *number = &numbers[i];
        const int64_t value = get(bits, number->field);

        if (!has(token, number))
            continue;
        if (value < number->least || value > number->most)
            return "A number of a token is out of its range.";
        token->numbers[number->number] = value;
    }
    if (token->kind == SCHEDULE_INTERVAL &&
        !token->numbers[SCHEDULE_DAY_SPAN] &&
        !token->numbers[SCHEDULE_HOUR_SPAN] &&
        !token->numbers[SCHEDULE_MINUTE_SPAN])
        return "An interval has days, hours or minutes.";
    return read_start(bits, token) == STATUS_OK ? NULL
                                                : "There is no such start.";
}

enum status schedule_text_read(struct text text, struct schedule *schedule,
                               const char **why_out)
{
    *why_out = "A schedule is 16 hexadecimal digits for each token, at most 15"
               " tokens.";
    schedule->n = 0;
    if (text.size % SCHEDULE_TOKEN_DIGITS != 0 ||
        text.size > SCHEDULE_TEXT_MAX_BYTES)
        return STATUS_INVALID;
    for (size_t i = 0; i < text.size; i += SCHEDULE_TOKEN_DIGITS) {
        uint64_t bits;

        TRY(read_digits(text.data + i, &bits));
        *why_out = read_token(bits, &schedule->tokens[schedule->n]);
        if (*why_out)
            return STATUS_INVALID;
        schedule->n++;
    }
    return STATUS_OK;
}

/* ---- Writing ---- */

static enum status start_bits(const struct schedule_token *token,
                              uint64_t *bits_out)
{
    const time_t wall_s = (time_t)schedule_wall(
        token->start_s, token->numbers[SCHEDULE_IS_GMT] != 0);
    struct tm parts;

    if (!gmtime_r(&wall_s, &parts) || parts.tm_year + 1900 < YEAR_FIRST ||
        parts.tm_year + 1900 > YEAR_MAX)
        return STATUS_INVALID;
    *bits_out = put(parts.tm_min, minute) | put(parts.tm_hour, hour) |
                put(parts.tm_mday, day) | put(parts.tm_mon + 1, month) |
                put(parts.tm_year + 1900 - YEAR_FIRST, year);
    return STATUS_OK;
}

enum status schedule_text_write(const struct schedule *schedule,
                                struct buf *text, const char **why_out)
{
    *why_out = "A start is from 1970 to 2033 in a schedule as text.";
    for (size_t i = 0; i < schedule->n; i++) {
        const struct schedule_token *token = &schedule->tokens[i];
        uint64_t bits;

        TRY(start_bits(token, &bits));
        bits |= put(token->kind, kind);
        for (size_t j = 0; j < sizeof(numbers) / sizeof(numbers[0]); j++)
            if (has(token, &numbers[j]))
                bits |=
                    put(token->numbers[numbers[j].number], numbers[j].field);
        buf_append_format(text, "%08X%08X", (unsigned)(bits >> WORD_BITS),
                          (unsigned)bits);
    }
    return buf_status(text);
}
