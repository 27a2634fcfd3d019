#include "provider/base/datetime.h"

#include <time.h>

static const int64_t FIRST_S = -62135596800; /* 0001-01-01T00:00:00Z */
static const int64_t LAST_S = 253402300799;  /* 9999-12-31T23:59:59Z */

/* Writes exactly n digits at out, and the separator after them. */
static char *write_digits(char *out, int value, int n, char mark)
{
    for (int i = n - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
    out[n] = mark;
    return out + n + 1;
}

void datetime_write(int64_t s, char out[DATETIME_BYTES])
{
    const time_t time = (time_t)(s < FIRST_S  ? FIRST_S
                                 : s > LAST_S ? LAST_S
                                              : s);
    struct tm parts = {0};

    gmtime_r(&time, &parts);
    out = write_digits(out, parts.tm_year + 1900, 4, '-');
    out = write_digits(out, parts.tm_mon + 1, 2, '-');
    out = write_digits(out, parts.tm_mday, 2, 'T');
    out = write_digits(out, parts.tm_hour, 2, ':');
    out = write_digits(out, parts.tm_min, 2, ':');
    out = write_digits(out, parts.tm_sec, 2, 'Z');
    *out = '\0';
}

/* Reads exactly n digits at *at, and advances; -1 if there are fewer. */
static int read_digits(struct text text, size_t *at, size_t n)
{
    int value = 0;

    if (text.size - *at < n)
        return -1;
    for (size_t i = 0; i < n; i++) {
        const char c = text.data[*at + i];

        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    *at += n;
    return value;
}

static bool read_char(struct text text, size_t *at, char c)
{
    if (*at >= text.size || text.data[*at] != c)
        return false;
    (*at)++;
    return true;
}

static bool read_date(struct text text, size_t *at, struct tm *parts)
{
    const int year = read_digits(text, at, 4);

    if (year < 1 || !read_char(text, at, '-'))
        return false;
    parts->tm_year = year - 1900;
    parts->tm_mon = read_digits(text, at, 2) - 1;
    if (parts->tm_mon < 0 || parts->tm_mon > 11 || !read_char(text, at, '-'))
        return false;
    parts->tm_mday = read_digits(text, at, 2);
    return parts->tm_mday >= 1 && parts->tm_mday <= 31;
}

static bool read_time(struct text text, size_t *at, struct tm *parts)
{
    if (!read_char(text, at, 'T'))
        return false;
    parts->tm_hour = read_digits(text, at, 2);
    if (!read_char(text, at, ':'))
        return false;
    parts->tm_min = read_digits(text, at, 2);
    if (!read_char(text, at, ':'))
        return false;
    parts->tm_sec = read_digits(text, at, 2);
    return parts->tm_hour >= 0 && parts->tm_hour <= 23 && parts->tm_min >= 0 &&
           parts->tm_min <= 59 && parts->tm_sec >= 0 && parts->tm_sec <= 59 &&
           read_char(text, at, 'Z');
}

enum status datetime_read(struct text text, int64_t *s_out)
{
    struct tm parts = {0};
    size_t at = 0;
    int day;

    if (!read_date(text, &at, &parts))
        return STATUS_INVALID;
    if (at < text.size && !read_time(text, &at, &parts))
        return STATUS_INVALID;
    if (at != text.size)
        return STATUS_INVALID;
    day = parts.tm_mday;
    *s_out = timegm(&parts); /* timegm() turns 31 February into March */
    return parts.tm_mday == day ? STATUS_OK : STATUS_INVALID;
}
