#include "provider/client/verb_policy.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "policy/check.h"
#include "policy/policy.h"
#include "provider/base/clock.h"
#include "provider/client/answer.h"
#include "provider/client/file.h"

enum { POLICY_FILE_MAX_BYTES = 8 * 1024 * 1024 };

/* ---- Offline ---- */

static enum smsclient_result unreadable(struct console *console,
                                        const char *path, enum status status)
{
    return console_fail(
        console, SMSCLIENT_USAGE, "%s cannot be read: %s.", path,
        status == STATUS_LIMIT ? "it is too long" : strerror(errno));
}

static enum smsclient_result add_file(struct console *console,
                                      struct policy_set *set, const char *path)
{
    SCOPED(buf_free) struct buf text = buf_make(POLICY_FILE_MAX_BYTES);
    struct stat info = {0};
    enum status read;

    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        read = policy_set_add_directory(set, path);
    else
        read = file_read(path, &text);
    if (read != STATUS_OK)
        return unreadable(console, path, read);
    if (!S_ISDIR(info.st_mode))
        read = policy_set_add(set, path, buf_text(&text));
    return read == STATUS_OK || read == STATUS_INVALID
               ? SMSCLIENT_OK
               : unreadable(console, path, read);
}

static json_t *message_json(const struct policy_message *message)
{
    return json_pack("{s:s, s:i, s:i, s:s, s:s}", "file", message->place.file,
                     "line", (int)message->place.line, "column",
                     (int)message->place.column, "severity",
                     message->severity == POLICY_ERROR ? "error" : "warning",
                     "text", message->text);
}

/* As a compiler tells them, on standard error; in JSON they are the data. */
static enum smsclient_result tell_messages(struct console *console,
                                           const struct policy_set *set)
{
    size_t n;
    const struct policy_message *messages = policy_set_messages(set, &n);
    SCOPED(answer_drop) json_t *list = json_array();

    for (size_t i = 0; i < n; i++) {
        SCOPED(buf_free) struct buf line = buf_make(1 << 16);

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

static enum smsclient_result add_files(struct console *console,
                                       struct policy_set *set)
{
    enum smsclient_result added = SMSCLIENT_OK;

    for (size_t i = 0; added == SMSCLIENT_OK && i < console->arguments.n_words;
         i++)
        added = add_file(console, set, console->arguments.words[i]);
    return added;
}

/* Compiled, looked through, and with count its tests run. */
static enum status judge(struct policy_set *set,
                         struct policy_test_count *count)
{
    const struct policy_facts facts = {.now_s = clock_wall_s()};
    const struct policy *policy;

    TRY(policy_set_compile(set, &policy));
    TRY(policy_set_check(set, &facts));
    return count ? policy_set_test(set, &facts, count) : STATUS_OK;
}

/* Every message of the run, whatever came of it. */
static enum smsclient_result check(struct console *console,
                                   struct policy_test_count *count)
{
    OWNED(policy_set) set = NULL;
    enum smsclient_result told;
    enum status judged;

    if (policy_set_new(&set) != STATUS_OK)
        return console_printed(console, STATUS_NO_MEMORY);
    told = add_files(console, set);
    if (told != SMSCLIENT_OK)
        return told;
    judged = judge(set, count);
    told = tell_messages(console, set);
    if (told != SMSCLIENT_OK)
        return told;
    if (judged != STATUS_OK && judged != STATUS_INVALID)
        return console_printed(console, judged);
    return judged == STATUS_OK ? SMSCLIENT_OK : SMSCLIENT_INVALID;
}

enum smsclient_result verb_policy_check(struct console *console)
{
    return check(console, NULL);
}

enum smsclient_result verb_policy_test(struct console *console)
{
    struct policy_test_count count = {0};
    const enum smsclient_result result = check(console, &count);

    if (result == SMSCLIENT_OK || result == SMSCLIENT_INVALID)
        console_note(console, "%zu passed, %zu failed, %zu need a provider.",
                     count.n_passed, count.n_failed, count.n_skipped);
    return result;
}

/* ---- By the daemon ---- */

/* {"files": {name: text}} of the command line; NULL: told already. */
static json_t *files_params(struct console *console)
{
    SCOPED(answer_drop) json_t *files = json_object();

    for (size_t i = 0; i < console->arguments.n_words; i++) {
        const char *path = console->arguments.words[i];
        SCOPED(buf_free) struct buf text = buf_make(POLICY_FILE_MAX_BYTES);
        const enum status read = file_read(path, &text);
        json_t *value = NULL;

        if (read == STATUS_OK)
            value =
                json_stringn(buf_text(&text).data ? buf_text(&text).data : "",
                             buf_text(&text).size);
        if (read == STATUS_OK && !value) {
            console_fail(console, SMSCLIENT_INVALID, "%s is not UTF-8.", path);
            return NULL;
        }
        if (!value) {
            unreadable(console, path, read);
            return NULL;
        }
        json_object_set_new(files, path, value);
    }
    return json_pack("{s:O}", "files", files);
}

static enum smsclient_result send_files(struct console *console,
                                        const char *method)
{
    json_t *params = files_params(console);

    return params ? console_show(console, method, params) : SMSCLIENT_USAGE;
}

enum smsclient_result verb_policy_plan(struct console *console)
{
    return send_files(console, "policy.plan");
}

enum smsclient_result verb_policy_apply(struct console *console)
{
    return send_files(console, "policy.apply");
}

enum smsclient_result verb_policy_export(struct console *console)
{
    return console_show(console, "policy.export", json_object());
}

enum smsclient_result verb_policy_history(struct console *console)
{
    return console_show(console, "policy.history", json_object());
}

enum smsclient_result verb_policy_rollback(struct console *console)
{
    const char *version = console->arguments.words[0];

    if (strspn(version, "0123456789") != strlen(version) ||
        strlen(version) > 15)
        return console_fail(console, SMSCLIENT_USAGE,
                            "%s is no number of a version.", version);
    return console_show(
        console, "policy.rollback",
        json_pack("{s:I}", "version", (json_int_t)atoll(version)));
}

/* ---- Roles in the exchange format ---- */

enum smsclient_result verb_role_import(struct console *console)
{
    const char *path = console->arguments.words[0];
    SCOPED(buf_free) struct buf xml = buf_make(POLICY_FILE_MAX_BYTES);
    const enum status read = file_read(path, &xml);
    json_t *text;

    if (read != STATUS_OK)
        return unreadable(console, path, read);
    text = json_stringn(xml.size ? buf_text(&xml).data : "", xml.size);
    if (!text)
        return console_fail(console, SMSCLIENT_INVALID, "%s is not UTF-8.",
                            path);
    return console_show(console, "object.invoke",
                        json_pack("{s:s, s:s, s:{s:o}}", "class", "SMS_Role",
                                  "method", "ImportRole", "args", "RolesXml",
                                  text));
}

/* The XML itself goes out, not a table around it. */
enum smsclient_result verb_role_export(struct console *console)
{
    SCOPED(answer_drop) json_t *result = NULL;
    const enum smsclient_result called = console_call(
        console, "object.invoke",
        json_pack("{s:s, s:s, s:{s:s}}", "class", "SMS_Role", "method",
                  "ExportRole", "args", "RoleID", console->arguments.words[0]),
        &result);
    const char *xml = json_string_value(json_object_get(result, "ExportedXML"));

    if (called != SMSCLIENT_OK)
        return called;
    if (!xml || console->output.format == OUTPUT_JSON)
        return console_printed(console,
                               output_result(&console->output, result));
    fputs(xml, console->output.file);
    return SMSCLIENT_OK;
}
