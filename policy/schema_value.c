/*
 * The scalars of the schema: how a number, a duration, a size and a date are
 * written. Each reader takes the whole text or nothing.
 */
#include "policy/schema.h"

const struct schema_type schema_text = {SCHEMA_TEXT, .min = 1, .max = 4096};
const struct schema_type schema_integer = {SCHEMA_INTEGER, .min = 0,
                                           .max = INT64_MAX};
const struct schema_type schema_duration = {SCHEMA_DURATION};
const struct schema_type schema_size = {SCHEMA_SIZE};
const struct schema_type schema_date = {SCHEMA_DATE};
const struct schema_type schema_boolean = {SCHEMA_BOOLEAN};
const struct schema_type schema_level = {SCHEMA_LEVEL};
const struct schema_type schema_texts = {SCHEMA_LIST, .item = &schema_text};

struct unit {
    const char *name;
    int64_t factor;
};

/* Digits at the start of *rest, which then begins after them. */
static bool read_digits(struct text *rest, int64_t *value_out)
{
    int64_t value = 0;
    size_t n = 0;

    while (n < rest->size && rest->data[n] >= '0' && rest->data[n] <= '9') {
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, rest->data[n] - '0', &value))
            return false;
        n++;
    }
    rest->data += n;
    rest->size -= n;
    *value_out = value;
    return n > 0;
}

static bool read_with_unit(struct text text, const struct unit *units,
                           size_t n_units, int64_t *value_out)
{
    int64_t value;

    if (!read_digits(&text, &value))
        return false;
    for (size_t i = 0; i < n_units; i++)
        if (text_equal(text, text_of(units[i].name)))
            return !__builtin_mul_overflow(value, units[i].factor, value_out);
    return false;
}

bool schema_read_duration(struct text text, int64_t *ms_out)
{
    static const struct unit units[] = {
        {"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000},
    };

    return read_with_unit(text, units, ARRAY_SIZE(units), ms_out);
}

bool schema_read_size(struct text text, int64_t *bytes_out)
{
    static const struct unit units[] = {
        {"", 1},
        {"B", 1},
        {"KiB", 1024},
        {"MiB", 1024 * 1024},
        {"GiB", 1024 * 1024 * 1024},
    };

    return read_with_unit(text, units, ARRAY_SIZE(units), bytes_out);
}

bool schema_read_integer(struct text text, int64_t *value_out)
{
    const bool is_negative = text.size && text.data[0] == '-';
    int64_t value;

    if (is_negative) {
        text.data++;
        text.size--;
    }
    if (!read_digits(&text, &value) || text.size)
        return false;
    *value_out = is_negative ? -value : value;
    return true;
}

/* Exactly n digits and then the mark (0: no mark). */
static bool read_part(struct text *rest, size_t n, char mark, int64_t *out)
{
    struct text digits = {rest->data, n};

    if (rest->size < n + (mark ? 1 : 0) || !read_digits(&digits, out) ||
        digits.size || (mark && rest->data[n] != mark))
        return false;
    rest->data += n + (mark ? 1 : 0);
    rest->size -= n + (mark ? 1 : 0);
    return true;
}

static int64_t days_in(int64_t year, int64_t month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

/* Days from 1970-01-01; years are counted from March, so that the leap day
 * is the last of its year. */
static int64_t days_since_1970(int64_t year, int64_t month, int64_t day)
{
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t m = month <= 2 ? month + 9 : month - 3;

    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 -
           719468;
}

/* "12:30:00Z" */
static bool read_time(struct text text, int64_t *seconds_out)
{
    int64_t hour, minute, second;

    if (!read_part(&text, 2, ':', &hour) ||
        !read_part(&text, 2, ':', &minute) ||
        !read_part(&text, 2, 'Z', &second) || text.size)
        return false;
    *seconds_out = hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

/* "2027-06-30", the first second of that day, or "2027-06-30T12:30:00Z". */
bool schema_read_date(struct text text, int64_t *seconds_out)
{
    int64_t year, month, day;
    int64_t seconds = 0;

    if (!read_part(&text, 4, '-', &year) || !read_part(&text, 2, '-', &month) ||
        !read_part(&text, 2, 0, &day))
        return false;
    if (year < 1970 || month < 1 || month > 12 || day < 1 ||
        day > days_in(year, month))
        return false;
    if (text.size &&
        (text.data[0] != 'T' ||
         !read_time((struct text){text.data + 1, text.size - 1}, &seconds)))
        return false;
    *seconds_out = days_since_1970(year, month, day) * 86400 + seconds;
    return true;
}
