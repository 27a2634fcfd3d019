#include "provider/client/report.h"

#include <errno.h>
#include <string.h>

#include "provider/client/answer.h"

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

enum smsclient_result report_messages(struct console *console,
                                      const struct policy_message *messages,
                                      size_t n)
{
    SCOPED(answer_drop) json_t *list = json_array();

    for (size_t i = 0; i < n; i++) {
        SCOPED(buf_free) struct buf line = buf_make(MESSAGE_MAX_BYTES);

        if (console->output.format == OUTPUT_JSON) {
            json_array_append_new(list, message_json(&messages[i]));
        } else {
            policy_message_write(&messages[i], &line);
            fwrite(buf_text(&line).data, 1, buf_text(&line).size,
                   console->errors);
        }
    }
    return console->output.format == OUTPUT_JSON
               ? console_printed(console, output_json(&console->output, list))
               : SMSCLIENT_OK;
}
