#include "provider/smsctl/terminal/cell.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include "provider/base/datetime.h"
#include "provider/base/text.h"

enum {
    SECONDS_BYTES = 19, /* "2026-01-31T12:00:00" */
    FRACTION_MAX_BYTES = 10,
};

size_t cell_width(const char *cell)
{
    mbstate_t state = {0};
    size_t width = 0, n;
    wchar_t c;

    for (; *cell; cell += n) {
        int taken;

        n = mbrtowc(&c, cell, MB_CUR_MAX, &state);
        if (n == (size_t)-1 || n == (size_t)-2 || n == 0)
            return width + strlen(cell);
        taken = wcwidth(c);
        width += taken > 0 ? (size_t)taken : 0;
    }
    return width;
}

/* "Z" or ".123Z" */
static bool is_fraction(struct text text)
{
    if (text.size == 0 || text.size > FRACTION_MAX_BYTES ||
        text.data[text.size - 1] != 'Z')
        return false;
    for (size_t i = 0; i + 1 < text.size; i++) {
        if (i == 0 ? text.data[i] != '.'
                   : !isdigit((unsigned char)text.data[i]))
            return false;
    }
    return text.size != 2;
}

/* "+01:00" */
static void put_offset(struct buf *out, long seconds)
{
    const long minutes = labs(seconds) / 60;

    buf_append_format(out, "%c%02ld:%02ld", seconds < 0 ? '-' : '+',
                      minutes / 60, minutes % 60);
}

bool cell_put_local(struct buf *out, const json_t *value)
{
    const struct text text = {json_string_value(value),
                              json_string_length(value)};
    char seconds[SECONDS_BYTES + 2] = "";
    struct tm tm;
    int64_t s;
    time_t time_s;

    if (!json_is_string(value) || text.size <= SECONDS_BYTES ||
        !is_fraction((struct text){text.data + SECONDS_BYTES,
                                   text.size - SECONDS_BYTES}))
        return false;
    memcpy(seconds, text.data, SECONDS_BYTES);
    seconds[SECONDS_BYTES] = 'Z';
    if (datetime_read(text_of(seconds), &s) != STATUS_OK)
        return false;
    time_s = (time_t)s;
    if (!localtime_r(&time_s, &tm) || tm.tm_gmtoff == 0 ||
        strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
        return false;
    buf_append_string(out, seconds);
    buf_append_text(out, (struct text){text.data + SECONDS_BYTES,
                                       text.size - SECONDS_BYTES - 1});
    put_offset(out, tm.tm_gmtoff);
    return true;
}
