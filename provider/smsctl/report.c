#include "provider/smsctl/report.h"

#include <errno.h>
#include <string.h>

#include "provider/client/answer.h"
#include "provider/client/show.h"

enum { MESSAGE_MAX_BYTES = 1 << 16 };

enum smsclient_result report_unreadable(struct console *console,
                                        const char *path, enum status status)
{
    return console_fail(
        console, SMSCLIENT_USAGE, "%s cannot be read: %s.", path,
        status == STATUS_LIMIT ? "it is too long" : strerror(errno));
}

static json_t *message_json(const struct policy_message *message)
{
    return json_pack("{s:s, s:i, s:i, s:s, s:s}", "file", message->place.file,
                     "line", (int)message->place.line, "column",
                     (int)message->place.column, "severity",
                     message->severity == POLICY_ERROR ? "error" : "warning",
                     "text", message->text);
}

void report_lines(struct console *console,
                  const struct policy_message *messages, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        SCOPED(buf_free) struct buf line = buf_make(MESSAGE_MAX_BYTES);

        policy_message_write(&messages[i], &line);
        fwrite(buf_text(&line).data, 1, buf_text(&line).size, console->errors);
    }
}

json_t *report_list(const struct policy_message *messages, size_t n)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, message_json(&messages[i]));
    return list;
}

enum smsclient_result report_messages(struct console *console,
                                      const struct policy_message *messages,
                                      size_t n)
{
    SCOPED(answer_drop) json_t *list = NULL;

    if (!output_is_data(&console->output)) {
        report_lines(console, messages, n);
        return SMSCLIENT_OK;
    }
    list = report_list(messages, n);
    return console_printed(console, output_data(&console->output, list));
}

/* ---- Those of a provider ---- */

static void put_number(struct buf *line, const json_t *message,
                       const char *name)
{
    const json_int_t number =
        json_integer_value(json_object_get(message, name));

    if (number > 0)
        buf_append_format(line, "%" JSON_INTEGER_FORMAT ":", number);
}

static void put_text(struct buf *line, const json_t *message, const char *name)
{
    const json_t *value = json_object_get(message, name);

    if (json_is_string(value))
        show_text(line, (struct text){json_string_value(value),
                                      json_string_length(value)});
}

static void report_item(struct console *console, const json_t *message)
{
    SCOPED(buf_free) struct buf line = buf_make(MESSAGE_MAX_BYTES);

    put_text(&line, message, "file");
    if (line.size)
        buf_append_char(&line, ':');
    put_number(&line, message, "line");
    put_number(&line, message, "column");
    buf_append_string(&line, line.size ? " " : "");
    put_text(&line, message, "severity");
    buf_append_string(&line, ": ");
    put_text(&line, message, "text");
    fprintf(console->errors, "%.*s\n", (int)buf_text(&line).size,
            buf_text(&line).data);
}

void report_answer(struct console *console, const json_t *messages)
{
    for (size_t i = 0; i < json_array_size(messages); i++)
        report_item(console, json_array_get(messages, i));
}

bool report_says(const json_t *messages, const char *sentence)
{
    for (size_t i = 0; i < json_array_size(messages); i++) {
        const char *text = json_string_value(
            json_object_get(json_array_get(messages, i), "text"));

        if (text && *text && strstr(sentence, text))
            return true;
    }
    return false;
}
