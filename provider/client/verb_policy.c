#include "provider/client/verb_policy.h"

#include <sys/stat.h>

#include "policy/check.h"
#include "policy/policy.h"
#include "policy/schema_json.h"
#include "policy/starter.h"
#include "provider/base/clock.h"
#include "provider/client/file.h"
#include "provider/client/report.h"

enum {
    POLICY_FILE_MAX_BYTES = 8 * 1024 * 1024,
    WRITTEN_MAX_BYTES = 1024 * 1024,
};

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
        return report_unreadable(console, path, read);
    if (!S_ISDIR(info.st_mode))
        read = policy_set_add(set, path, buf_text(&text));
    return read == STATUS_OK || read == STATUS_INVALID
               ? SMSCLIENT_OK
               : report_unreadable(console, path, read);
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
    const struct policy_message *messages;
    size_t n;
    enum smsclient_result told;
    enum status judged;

    if (policy_set_new(&set) != STATUS_OK)
        return console_printed(console, STATUS_NO_MEMORY);
    told = add_files(console, set);
    if (told != SMSCLIENT_OK)
        return told;
    judged = judge(set, count);
    messages = policy_set_messages(set, &n);
    told = report_messages(console, messages, n);
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

static enum smsclient_result print_written(struct console *console,
                                           const struct buf *written,
                                           enum status status)
{
    if (status == STATUS_OK)
        fwrite(buf_text(written).data, 1, buf_text(written).size,
               console->output.file);
    return console_printed(console, status);
}

enum smsclient_result verb_policy_new(struct console *console)
{
    static const char example[] = "administrator@EXAMPLE.COM";
    const bool is_named = console->arguments.n_words > 0;
    const char *user = is_named ? console->arguments.words[0] : example;
    SCOPED(buf_free) struct buf written = buf_make(WRITTEN_MAX_BYTES);
    const enum status status = policy_starter_write(text_of(user), &written);

    if (status == STATUS_INVALID)
        return console_fail(console, SMSCLIENT_USAGE,
                            "%s is no user such as %s.", user, example);
    if (!is_named)
        console_note(console, "Put a user of yours in the place of %s.",
                     example);
    return print_written(console, &written, status);
}

enum smsclient_result verb_policy_schema(struct console *console)
{
    SCOPED(buf_free) struct buf written = buf_make(WRITTEN_MAX_BYTES);
    const enum status status = policy_schema_write(&written);

    return print_written(console, &written, status);
}
