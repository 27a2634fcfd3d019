#include "provider/smsctl/audit/audit_time.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/schema.h"

enum { INSTANT_BYTES = sizeof("2026-01-31T12:00:00") - 1 };

/* Digits only; strptime would accept blanks and signs. */
static bool has_shape(struct text text, const char *shape)
{
    if (text.size != strlen(shape))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        const bool is_digit = text.data[i] >= '0' && text.data[i] <= '9';

        if (shape[i] == '9' ? !is_digit : text.data[i] != shape[i])
            return false;
    }
    return true;
}

/* "+02:00" as seconds. */
static enum status read_zone(struct text zone, int64_t *ahead_s_out)
{
    int hours, minutes;
    char copy[8];

    *ahead_s_out = 0;
    if (text_equal(zone, TEXT("Z")))
        return STATUS_OK;
    if (!has_shape(zone, "+99:99") && !has_shape(zone, "-99:99"))
        return STATUS_INVALID;
    snprintf(copy, sizeof(copy), "%.*s", (int)zone.size, zone.data);
    hours = (copy[1] - '0') * 10 + copy[2] - '0';
    minutes = (copy[4] - '0') * 10 + copy[5] - '0';
    if (hours > 23 || minutes > 59)
        return STATUS_INVALID;
    *ahead_s_out = (copy[0] == '-' ? -60 : 60) * (hours * 60 + minutes);
    return STATUS_OK;
}

/* A time without its zone. */
static enum status read_instant(struct text text, int64_t *time_s_out)
{
    char copy[32];
    struct tm tm = {0};
    time_t read;

    snprintf(copy, sizeof(copy), "%.*s", (int)text.size, text.data);
    if (!strptime(copy, "%Y-%m-%dT%H:%M:%S", &tm))
        return STATUS_INVALID;
    read = timegm(&tm);
    /* timegm() turns the 31st of February into a day in March. */
    if (read == (time_t)-1 || tm.tm_mday != atoi(copy + 8))
        return STATUS_INVALID;
    *time_s_out = read;
    return STATUS_OK;
}

static enum status read_any(struct text text, int64_t now_s,
                            int64_t *time_s_out)
{
    const struct text time = {text.data, INSTANT_BYTES};
    int64_t ago_ms, ahead_s;

    if (text.size > INSTANT_BYTES && has_shape(time, "9999-99-99T99:99:99")) {
        TRY(read_zone(
            (struct text){text.data + INSTANT_BYTES, text.size - INSTANT_BYTES},
            &ahead_s));
        TRY(read_instant(time, time_s_out));
        *time_s_out -= ahead_s;
        return STATUS_OK;
    }
    if (has_shape(text, "9999-99-99"))
        return schema_read_date(text, time_s_out) ? STATUS_OK : STATUS_INVALID;
    if (text.size > 0 && text.data[0] == '-')
        text = (struct text){text.data + 1, text.size - 1};
    if (!schema_read_duration(text, &ago_ms))
        return STATUS_INVALID;
    *time_s_out = now_s - ago_ms / 1000;
    return STATUS_OK;
}

/* To the provider, the first second of all is no limit. */
enum status audit_time_read(struct text text, int64_t now_s,
                            int64_t *time_s_out)
{
    TRY(read_any(text, now_s, time_s_out));
    return *time_s_out > 0 ? STATUS_OK : STATUS_INVALID;
}
