#include "provider/smsctl/audit/export_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/own.h"
#include "provider/client/answer.h"
#include "provider/client/show.h"

/* ---- JSON ---- */

/* The same in another form: with a version, and the id as its position. */
static json_t *published(const json_t *item)
{
    SCOPED(answer_drop) json_t *line = json_object();
    const char *key;
    json_t *value;

    json_object_set_new(line, "v", json_integer(EXPORT_VERSION));
    json_object_set(line, "position", json_object_get(item, "id"));
    json_object_foreach ((json_t *)(uintptr_t)item, key, value)
        if (strcmp(key, "id") != 0)
            json_object_set(line, key, value);
    return TAKE(line);
}

void export_line_json(const json_t *item, struct buf *out)
{
    SCOPED(answer_drop) json_t *line = published(item);

    (void)show_json(out, line, JSON_COMPACT);
}

json_t *export_line_gap(json_int_t after, json_int_t before)
{
    return json_pack("{s:I, s:s, s:s, s:I}", "id", before - 1, "event",
                     "audit.gap", "outcome", "failed", "after", after);
}

/* ---- Syslog ---- */

enum {
    FACILITY_AUDIT = 13, /* "log audit" */
    HOST_MAX_BYTES = 255,
    EVENT_MAX_BYTES = 32,
};

/* 32473: the number for documentation; the project has none of its own. */
#define SD_ID "smsaudit@32473"

static int severity_of(const json_t *item)
{
    const char *outcome = answer_text(item, "outcome");

    if (strcmp(answer_text(item, "event"), "audit.gap") == 0)
        return 3;
    if (strcmp(outcome, "done") == 0)
        return 6;
    return strcmp(outcome, "failed") == 0 ? 5 : 4;
}

/* Printable ASCII of a length, or the sign for "nothing is known". */
static void put_name(const char *name, size_t max, struct buf *out)
{
    bool is_name = *name && strlen(name) <= max;

    for (const char *at = name; is_name && *at; at++)
        is_name = *at > ' ' && *at < 0x7F;
    buf_append_text(out, text_of(is_name ? name : "-"));
}

/* Characters that cannot be seen as what they are become "\u000A", which is
 * written "\\u000A". */
static void put_value(struct text value, struct buf *out)
{
    while (value.size > 0) {
        uint32_t code = 0;
        size_t size = text_code_point(value, &code);

        if (size == 0) {
            code = 0xFFFD;
            size = 1;
        }
        if (code == '"' || code == '\\' || code == ']')
            buf_append_char(out, '\\');
        if (code == 0xFFFD || !text_is_visible(code))
            buf_append_format(out, "\\\\u%04" PRIX32, code);
        else
            buf_append(out, value.data, size);
        value = (struct text){value.data + size, value.size - size};
    }
}

static void put_param(const char *name, const json_t *value, struct buf *out)
{
    if (!json_is_string(value) && !json_is_integer(value))
        return;
    buf_append_format(out, " %s=\"", name);
    if (json_is_string(value))
        put_value(
            (struct text){json_string_value(value), json_string_length(value)},
            out);
    else
        buf_append_format(out, "%" JSON_INTEGER_FORMAT,
                          json_integer_value(value));
    buf_append_char(out, '"');
}

void export_line_syslog(const json_t *item, const char *host, struct buf *out)
{
    static const char *const columns[] = {
        "outcome", "user",       "method",       "level",   "peer",  "class",
        "key",     "grant",      "operation",    "reason",  "after", "session",
        "boot",    "message_id", "monotonic_ms", "request", "trace", "span"};
    const char *time = answer_text(item, "time");

    buf_append_format(out, "<%d>1 %s ", FACILITY_AUDIT * 8 + severity_of(item),
                      *time ? time : "-");
    put_name(host, HOST_MAX_BYTES, out);
    buf_append_text(out, TEXT(" smsprovider - "));
    put_name(answer_text(item, "event"), EVENT_MAX_BYTES, out);
    buf_append_format(out, " [" SD_ID " v=\"%d\"", EXPORT_VERSION);
    put_param("position", json_object_get(item, "id"), out);
    for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
        put_param(columns[i], json_object_get(item, columns[i]), out);
    buf_append_text(out, TEXT("] \xEF\xBB\xBF"));
    export_line_json(item, out);
}

void export_line_frame(struct text message, struct buf *out)
{
    buf_append_format(out, "%zu ", message.size);
    buf_append_text(out, message);
}
