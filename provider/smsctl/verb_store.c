#include "provider/smsctl/verb_store.h"

#include <string.h>

#include "provider/base/datetime.h"
#include "provider/client/answer.h"
#include "provider/store/seal_inspect.h"

enum smsclient_result store_meaning(struct console *console, enum status status)
{
    switch (status) {
    case STATUS_OK:
        return SMSCLIENT_OK;
    case STATUS_INVALID:
        return console_fail(console, SMSCLIENT_INVALID,
                            "This is not a store, or not its key.");
    default:
        return console_fail(console, SMSCLIENT_UNAVAILABLE,
                            "The store cannot be read (%s).",
                            status_name(status));
    }
}

/* One element per sentence. */
json_t *store_problems(struct text problems)
{
    json_t *list = json_array();

    while (problems.size > 0) {
        const char *end = memchr(problems.data, '\n', problems.size);
        const size_t length =
            end ? (size_t)(end - problems.data) : problems.size;

        json_array_append_new(list, json_stringn(problems.data, length));
        problems.data += length + (end ? 1 : 0);
        problems.size -= length + (end ? 1 : 0);
    }
    return list;
}

/* After which record the audit starts, and why. */
static json_t *describe_start(const struct seal_start *start)
{
    json_t *result = json_object();
    char time[DATETIME_BYTES];

    json_object_set_new(result, "behind", json_integer(start->from.id));
    json_object_set_new(result, "hash", json_string(start->from.hash));
    datetime_write(start->time_ms / 1000, time);
    json_object_set_new(result, "made", json_string(time));
    json_object_set_new(result, "why",
                        json_string(seal_start_why_name(start->why)));
    datetime_write(start->before_ms / 1000, time);
    if (start->before_ms)
        json_object_set_new(result, "before", json_string(time));
    return result;
}

static json_t *describe(const struct seal_inspection *what,
                        const struct seal_found *found)
{
    const struct seal_report *report = &found->report;
    json_t *result = json_object();

    json_object_set_new(result, "intact",
                        json_boolean(report->problems.size == 0));
    if (report->line.serial) {
        json_object_set_new(result, "serial",
                            json_integer(report->line.serial));
        json_object_set_new(result, "head", json_integer(report->line.audit));
        json_object_set_new(result, "hash", json_string(report->line.head));
        json_object_set_new(result, "key", json_string(report->line.key));
    }
    json_object_set_new(result, "records", json_integer(report->n_records));
    if (report->start.from.id > 0)
        json_object_set_new(result, "start", describe_start(&report->start));
    if (what->has_rows)
        json_object_set_new(result, "rows", json_boolean(report->has_rows));
    if (what->anchor)
        json_object_set_new(result, "checkpoints",
                            json_integer(found->n_checkpoints));
    if (report->problems.size > 0)
        json_object_set_new(result, "problems",
                            store_problems(buf_text(&report->problems)));
    return result;
}

static enum smsclient_result show(struct console *console,
                                  const struct seal_inspection *what,
                                  const struct seal_found *found)
{
    SCOPED(answer_drop) json_t *result = describe(what, found);
    const enum smsclient_result printed =
        console_printed(console, output_result(&console->output, result));

    if (printed != SMSCLIENT_OK)
        return printed;
    if (what->has_rows && !found->report.has_rows)
        console_note(console, "The rows were not compared: that needs the "
                              "private key.");
    if (found->report.problems.size > 0)
        return console_fail(console, SMSCLIENT_FAILED,
                            "The store has been changed or damaged.");
    return SMSCLIENT_OK;
}

static enum smsclient_result verify(struct console *console, bool has_rows)
{
    SCOPED(seal_found_clear) struct seal_found found = {0};
    const struct seal_inspection what = {
        .file = console_value(console, OPTION_FILE),
        .key = console_value(console, OPTION_KEY),
        .anchor = console_value(console, OPTION_ANCHOR),
        .has_rows = has_rows,
    };
    enum smsclient_result result;

    if (!what.file || !what.key)
        return console_fail(console, SMSCLIENT_USAGE,
                            "Name the database with --file and its key, or the "
                            "public half, with --key.");
    result = store_meaning(console, seal_inspect(&what, &found));
    return result == SMSCLIENT_OK ? show(console, &what, &found) : result;
}

enum smsclient_result verb_store_verify(struct console *console)
{
    return verify(console, true);
}

enum smsclient_result store_verify_audit(struct console *console)
{
    return verify(console, false);
}
