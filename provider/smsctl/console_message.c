/* What a console says on standard error. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "provider/client/answer.h"
#include "provider/client/show.h"
#include "provider/smsctl/console.h"
#include "provider/smsctl/report.h"
#include "provider/smsctl/suggest/suggestion.h"
#include "provider/smsctl/terminal/prompt.h"

/* Prints on one line, whatever the text contains. */
static void print_line(struct console *console, const char *before,
                       const char *text)
{
    SCOPED(buf_free) struct buf shown = buf_make(1 << 20);

    show_text(&shown, text_of(text));
    fprintf(console->errors, "%s%.*s\n", before, (int)buf_text(&shown).size,
            buf_text(&shown).data);
}

__attribute__((format(printf, 3, 0))) static void tell(struct console *console,
                                                       const char *before,
                                                       const char *format,
                                                       va_list args)
{
    SCOPED(memory_drop) char *text = NULL;

    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    print_line(console, before, text ? text : "out of memory");
}

enum smsclient_result console_fail(struct console *console,
                                   enum smsclient_result result,
                                   const char *format, ...)
{
    va_list args;

    va_start(args, format);
    tell(console, "smsctl: ", format, args);
    va_end(args);
    return result;
}

enum smsclient_result console_unknown(struct console *console, const char *what,
                                      const char *word,
                                      const char *const words[], size_t n_words)
{
    const char *nearest = text_nearest(text_of(word), words, n_words);

    return console_fail(console, SMSCLIENT_USAGE, "Unknown %s %s.%s%s%s", what,
                        word, nearest ? " Did you mean " : "",
                        nearest ? nearest : "", nearest ? "?" : "");
}

void console_note(struct console *console, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    tell(console, "smsctl: ", format, args);
    va_end(args);
}

void console_line(struct console *console, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    tell(console, "", format, args);
    va_end(args);
}

/* Members of an error's data that identify its object, unless the message names
 * them already. */
static void print_details(struct console *console, const char *data,
                          const char *told)
{
    static const char *const members[] = {
        "level",   "level_required", "operation", "class", "property", "why",
        "version", "file",           "line",      "at",    "decision"};
    SCOPED(answer_drop) json_t *object = json_loads(data, 0, NULL);

    for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
        const json_t *value = json_object_get(object, members[i]);
        SCOPED(buf_free) struct buf shown = buf_make(4096);

        if (json_is_string(value))
            show_text(&shown, (struct text){json_string_value(value),
                                            json_string_length(value)});
        else if (json_is_integer(value))
            buf_append_format(&shown, "%" JSON_INTEGER_FORMAT,
                              json_integer_value(value));
        if (shown.size && buf_status(&shown) == STATUS_OK &&
            !text_equal(buf_text(&shown), text_of(told)))
            fprintf(console->errors, "  %s: %.*s\n", members[i],
                    (int)buf_text(&shown).size, buf_text(&shown).data);
    }
}

/* The sentence; or the messages that say it, like a compiler's, once. */
static void print_message(struct console *console,
                          const struct smsclient_failure *failure)
{
    SCOPED(answer_drop) json_t *data = json_loads(failure->data, 0, NULL);
    const json_t *messages = json_object_get(data, "messages");

    if (report_says(messages, failure->message)) {
        report_answer(console, messages);
        print_line(console, "smsctl: ", "The files were refused.");
    } else {
        print_line(console, "smsctl: ", failure->message);
        report_answer(console, messages);
    }
}

/* By which the audit and the log know it: smsctl audit --request ID. */
static void print_request(struct console *console, const char *data)
{
    SCOPED(answer_drop) json_t *object = json_loads(data, 0, NULL);
    const char *id = answer_text(object, "request");

    if (*id)
        print_line(console, "  request: ", id);
}

enum smsclient_result console_fail_client(struct console *console)
{
    const struct smsclient_failure *failure =
        smsclient_failure(console->client);

    const enum smsclient_result result = failure->result;
    SCOPED(memory_drop) char *data = strdup(failure->data);

    print_message(console, failure);
    print_line(console, "  reason: ", failure->reason);
    if (*failure->data)
        print_details(console, failure->data, failure->message);
    if (*failure->next)
        print_line(console, "  next: ", failure->next);
    if (*failure->data)
        print_request(console, failure->data);
    if (result == SMSCLIENT_INVALID && data)
        suggestion_print(console, data); /* may replace the failure */
    return result;
}

static enum smsclient_result fail_without_column(struct console *console)
{
    const struct output_missing *missing = &console->missing;
    const bool has_nearest = missing->nearest[0];

    return console_fail(console, SMSCLIENT_USAGE,
                        "The answer has no column %s.%s%s%s", missing->name,
                        has_nearest ? " Did you mean " : "", missing->nearest,
                        has_nearest ? "?" : "");
}

enum smsclient_result console_printed(struct console *console,
                                      enum status status)
{
    if (status == STATUS_NOT_FOUND && console->output.columns)
        return fail_without_column(console);
    if (status != STATUS_OK)
        return console_fail(console, SMSCLIENT_FAILED,
                            "The answer cannot be printed: %s.",
                            status_name(status));
    return SMSCLIENT_OK;
}

void console_progress(struct console *console, const char *format, ...)
{
    va_list args;

    if (!isatty(fileno(console->errors)))
        return;
    va_start(args, format);
    tell(console, "smsctl: ", format, args);
    va_end(args);
}

bool console_confirm(struct console *console, const char *question)
{
    char answer[16];

    fflush(console->output.file);
    return prompt_ask(NULL, question, true, answer, sizeof(answer)) &&
           (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0);
}

enum smsclient_result console_fail_signing(struct console *console)
{
    const enum smsclient_result result = console_fail_client(console);
    const struct smsclient_attempt *attempts;
    const size_t n = smsclient_attempts(console->client, &attempts);

    for (size_t i = 0; n > 1 && i < n; i++)
        console_line(console, "  tried %s: %s", attempts[i].mechanism,
                     attempts[i].result == SMSCLIENT_OK ? "accepted"
                                                        : attempts[i].message);
    return result;
}
