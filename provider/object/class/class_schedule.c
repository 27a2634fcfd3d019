/*
 * SMS_ScheduleMethods: schedules as text, and back. It has no objects; its
 * methods are about their arguments alone, and so for everybody.
 */
#include "provider/object/class/class_rows.h"
#include "provider/object/schedule/schedule_json.h"
#include "provider/object/schedule/schedule_text.h"

enum { JSON_MAX_BYTES = 16 * 1024 };

static const struct object_property properties[] = {
    {"ID", OBJECT_INTEGER, OBJECT_KEY | OBJECT_READ_ONLY, 0, 0, "ID", NULL,
     "There are no objects of it"},
};

/* ---- ReadFromString ---- */

static const struct object_property read_args[] = {
    {"StringData", OBJECT_STRING, OBJECT_REQUIRED, SCHEDULE_TOKEN_DIGITS,
     SCHEDULE_TEXT_MAX_BYTES, NULL, NULL,
     "16 hexadecimal digits for each token"},
};

static enum status read_string(struct object_call *call, const json_t *args,
                               struct json_writer *result)
{
    const char *name = read_args[0].name;
    const json_t *given = object_argument(args, name);
    SCOPED(buf_free) struct buf json = buf_make(JSON_MAX_BYTES);
    struct schedule schedule;
    const char *why;

    if (schedule_text_read(
            (struct text){json_string_value(given), json_string_length(given)},
            &schedule, &why) != STATUS_OK)
        return fail_invalid(call, name, "%s", why);
    schedule_write(&schedule, &json);
    TRY(buf_status(&json));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_key(result, "TokenData");
    writer_raw(result, buf_text(&json));
    writer_object_end(result);
    return STATUS_OK;
}

/* ---- WriteToString ---- */

static const struct object_property write_args[] = {
    {"TokenData", OBJECT_EMBEDDED, OBJECT_REQUIRED, 1, SCHEDULE_TOKENS_MAX,
     NULL, NULL,
     "Tokens as in RefreshSchedule: {TokenType: SMS_ST_RecurInterval,"
     " StartTime, DaySpan, ..}"},
};

static enum status write_string(struct object_call *call, const json_t *args,
                                struct json_writer *result)
{
    const char *name = write_args[0].name;
    SCOPED(memory_drop)
    char *json = json_dumps(object_argument(args, name), JSON_COMPACT);
    SCOPED(buf_free) struct buf text = buf_make(SCHEDULE_TEXT_MAX_BYTES + 1);
    struct schedule schedule;
    const char *why;

    if (!json)
        return STATUS_NO_MEMORY;
    if (schedule_read(text_of(json), &schedule, &why) != STATUS_OK ||
        schedule_text_write(&schedule, &text, &why) != STATUS_OK)
        return fail_invalid(call, name, "%s", why);
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_put_text(result, "StringData", buf_text(&text));
    writer_object_end(result);
    return STATUS_OK;
}

static const struct object_method methods[] = {
    {
        .name = "ReadFromString",
        .describe = "The tokens of a schedule that is given as text",
        .is_static = true,
        .is_reading = true,
        .is_for_all = true,
        .args = read_args,
        .n_args = ARRAY_SIZE(read_args),
        .run = read_string,
    },
    {
        .name = "WriteToString",
        .describe = "A schedule as text, 16 hexadecimal digits for each token",
        .is_static = true,
        .is_reading = true,
        .is_for_all = true,
        .args = write_args,
        .n_args = ARRAY_SIZE(write_args),
        .run = write_string,
    },
};

const struct object_class class_schedule = {
    .name = "SMS_ScheduleMethods",
    .describe = "Schedules as text",
    .read = {OBJECT_FOR_ALL, RBAC_OP_READ},
    PROPERTIES(properties),
    METHODS(methods),
    .table = "no_object",
    .key_column = "ID",
    .name_column = "ID",
    .has_integer_key = true,
    .is_view = true,
};
