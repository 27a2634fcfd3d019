#include "provider/smsctl/verb_policy.h"

#include "policy/check.h"
#include "policy/policy.h"
#include "policy/schema_json.h"
#include "policy/starter.h"
#include "provider/base/clock.h"
#include "provider/client/answer.h"
#include "provider/client/file.h"
#include "provider/smsctl/expectation.h"
#include "provider/smsctl/policy_files.h"
#include "provider/smsctl/report.h"

enum { WRITTEN_MAX_BYTES = 1024 * 1024 };

/* Compiles and checks the set and, with count, runs its tests. */
static enum status judge(struct policy_set *set,
                         struct policy_test_count *count)
{
    const struct policy_facts facts = {.now_s = clock_wall_s()};
    const struct policy *policy;

    TRY(policy_set_compile(set, &policy));
    TRY(policy_set_check(set, &facts));
    return count ? policy_set_test(set, &facts, count) : STATUS_OK;
}

/* By the realms of the provider that will read the files. */
static enum smsclient_result read_realms(struct console *console,
                                         struct policy_set *set)
{
    SCOPED(buf_free) struct buf text = buf_make(WRITTEN_MAX_BYTES);
    const char *path = console_value(console, OPTION_PROVIDER);
    enum status read;

    if (!path)
        return SMSCLIENT_OK;
    read = file_read(path, &text);
    if (read != STATUS_OK)
        return report_unreadable(console, path, read);
    read = policy_set_spell_by(set, path, buf_text(&text));
    return read == STATUS_OK || read == STATUS_INVALID
               ? SMSCLIENT_OK /* the set has the messages */
               : console_printed(console, read);
}

static enum smsclient_result read_set(struct console *console,
                                      struct policy_set **set_out)
{
    OWNED(policy_set) set = NULL;
    enum smsclient_result added;

    if (policy_set_new(&set) != STATUS_OK)
        return console_printed(console, STATUS_NO_MEMORY);
    added = read_realms(console, set);
    if (added == SMSCLIENT_OK)
        added = policy_files_add(console, set);
    if (added == SMSCLIENT_OK)
        *set_out = TAKE(set);
    return added;
}

static enum smsclient_result meaning(struct console *console,
                                     enum status judged)
{
    if (judged != STATUS_OK && judged != STATUS_INVALID)
        return console_printed(console, judged);
    return judged == STATUS_OK ? SMSCLIENT_OK : SMSCLIENT_INVALID;
}

/* Prints every message, whatever the result. */
enum smsclient_result verb_policy_check(struct console *console)
{
    OWNED(policy_set) set = NULL;
    const struct policy_message *messages;
    size_t n;
    enum smsclient_result told = read_set(console, &set);
    enum status judged;

    if (told != SMSCLIENT_OK)
        return told;
    judged = judge(set, NULL);
    messages = policy_set_messages(set, &n);
    told = report_messages(console, messages, n);
    return told == SMSCLIENT_OK ? meaning(console, judged) : told;
}

/* ---- Tests ---- */

static void note_count(struct console *console,
                       const struct policy_test_count *count)
{
    console_note(console, "%zu passed, %zu failed, %zu skipped%s",
                 count->n_passed, count->n_failed, count->n_skipped,
                 count->n_skipped ? ": these name objects that only a provider "
                                    "knows; run them with --online."
                                  : ".");
}

/* In JSON the counts are data too, so that skipped tests are not overlooked. */
static enum smsclient_result print_tests(struct console *console,
                                         const struct policy_set *set,
                                         const struct policy_test_count *count)
{
    SCOPED(answer_drop) json_t *told = NULL;
    size_t n;
    const struct policy_message *messages = policy_set_messages(set, &n);

    note_count(console, count);
    if (!output_is_data(&console->output)) {
        report_lines(console, messages, n);
        return SMSCLIENT_OK;
    }
    told = json_pack(
        "{s:I, s:I, s:I, s:o}", "passed", (json_int_t)count->n_passed, "failed",
        (json_int_t)count->n_failed, "skipped", (json_int_t)count->n_skipped,
        "messages", report_list(messages, n));
    return told ? console_printed(console, output_data(&console->output, told))
                : console_printed(console, STATUS_NO_MEMORY);
}

static enum smsclient_result test_offline(struct console *console)
{
    OWNED(policy_set) set = NULL;
    struct policy_test_count count = {0};
    enum smsclient_result done = read_set(console, &set);
    enum status judged;

    if (done == SMSCLIENT_OK)
        done = expectation_add(console, set);
    if (done != SMSCLIENT_OK)
        return done;
    judged = judge(set, &count);
    done = print_tests(console, set, &count);
    return done == SMSCLIENT_OK ? meaning(console, judged) : done;
}

/* Prints the provider's result of each test; SMSCLIENT_OK if all passed. */
static enum smsclient_result print_results(struct console *console,
                                           json_t *answer)
{
    static const char *const columns[] = {"ok", "at", "sentence"};
    const json_int_t passed =
        json_integer_value(json_object_get(answer, "passed"));
    const json_t *failed = json_object_get(answer, "failed");
    const enum status printed =
        output_is_data(&console->output)
            ? output_data(&console->output, answer)
            : output_rows(&console->output, json_object_get(answer, "results"),
                          columns, ARRAY_SIZE(columns));

    if (printed != STATUS_OK)
        return console_printed(console, printed);
    console_note(console,
                 "%" JSON_INTEGER_FORMAT " passed, %" JSON_INTEGER_FORMAT
                 " failed.",
                 passed, json_integer_value(failed));
    return json_is_integer(failed) && json_integer_value(failed) == 0
               ? SMSCLIENT_OK
               : SMSCLIENT_INVALID;
}

static enum smsclient_result test_online(struct console *console)
{
    SCOPED(answer_drop) json_t *params = NULL;
    SCOPED(answer_drop) json_t *answer = NULL;
    enum smsclient_result done = SMSCLIENT_OK;

    if (console->arguments.n_words)
        done = policy_files_params(console, &params);
    else
        params = json_object();
    if (done == SMSCLIENT_OK)
        done = expectation_put(console, params);
    if (done == SMSCLIENT_OK)
        done =
            console_call(console, "policy.test", json_incref(params), &answer);
    return done == SMSCLIENT_OK ? print_results(console, answer) : done;
}

enum smsclient_result verb_policy_test(struct console *console)
{
    const bool is_online = console_value(console, OPTION_ONLINE) ||
                           console->arguments.n_words == 0;

    return is_online ? test_online(console) : test_offline(console);
}

/* ---- Starting ---- */

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
    enum status status;

    buf_append_string(
        &written, "# yaml-language-server: $schema=" SMS_POLICY_SCHEMA "\n");
    status = policy_starter_write(text_of(user), &written);
    if (status == STATUS_INVALID)
        return console_fail(console, SMSCLIENT_USAGE,
                            "%s is not a user such as %s.", user, example);
    if (!is_named)
        console_note(console, "Replace %s by a user of your site.", example);
    return print_written(console, &written, status);
}

enum smsclient_result verb_policy_schema(struct console *console)
{
    SCOPED(buf_free) struct buf written = buf_make(WRITTEN_MAX_BYTES);
    const enum status status = policy_schema_write(&written);

    return print_written(console, &written, status);
}
