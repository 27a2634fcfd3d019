#include "provider/smsctl/verb_policy_apply.h"

#include <unistd.h>

#include "policy/schema.h"
#include "provider/base/clock.h"
#include "provider/client/answer.h"
#include "provider/smsctl/audit/audit_time.h"
#include "provider/smsctl/plan/plan_show.h"
#include "provider/smsctl/policy_files.h"
#include "provider/smsctl/report.h"

enum smsclient_result policy_version_read(struct console *console, size_t word,
                                          json_int_t *version_out)
{
    const char *value = console->arguments.words[word];
    int64_t read;

    if (!schema_read_integer(text_of(value), &read) || read < 1)
        return console_fail(
            console, SMSCLIENT_USAGE,
            "%s is not a version. Run smsctl policy history to list them.",
            value);
    *version_out = read;
    return SMSCLIENT_OK;
}

static bool is_at_terminal(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* ---- The plan ---- */

/* "30d" as seconds back. */
static enum smsclient_result put_replay(struct console *console, json_t *params)
{
    const char *since = console_value(console, OPTION_REPLAY);
    const int64_t now_s = clock_wall_s();
    int64_t since_s;

    if (!since)
        return SMSCLIENT_OK;
    if (audit_time_read(text_of(since), now_s, &since_s) != STATUS_OK ||
        since_s >= now_s)
        return console_fail(
            console, SMSCLIENT_USAGE,
            "%s is not a time in the past. Write 30d or 2026-01-31.", since);
    json_object_set_new(params, "replay", json_integer(now_s - since_s));
    return SMSCLIENT_OK;
}

static bool is_failing(const json_t *plan)
{
    const json_t *tests = json_object_get(plan, "tests");

    return json_integer_value(json_object_get(tests, "failed")) > 0;
}

/* Fails as apply would if tests in the files fail. */
static enum smsclient_result judge_tests(struct console *console,
                                         const json_t *plan)
{
    return is_failing(plan) ? console_fail(console, SMSCLIENT_INVALID,
                                           "Tests in the files fail; the "
                                           "policy would not be applied.")
                            : SMSCLIENT_OK;
}

/* A long plan is shown in part; it is applied in full. */
static void note_cut(struct console *console, const json_t *plan)
{
    if (json_is_true(json_object_get(plan, "cut")))
        console_note(console, "The plan is too long to be shown in full.");
}

static enum smsclient_result get_plan(struct console *console, json_t *params,
                                      json_t **plan_out)
{
    const json_t *files = json_object_get(params, "files");
    enum smsclient_result called;

    if (files)
        console_progress(console, "Planning %zu file%s.",
                         json_object_size(files),
                         json_object_size(files) == 1 ? "" : "s");
    else
        console_progress(console, "Planning the pending policy.");
    called =
        console_call(console, "policy.plan", json_incref(params), plan_out);
    if (called != SMSCLIENT_OK)
        return called;
    report_answer(console, json_object_get(*plan_out, "messages"));
    note_cut(console, *plan_out);
    return SMSCLIENT_OK;
}

static enum status print_plan(struct console *console, json_t *plan)
{
    const char *digest =
        json_string_value(json_object_get(plan, "plan_digest"));

    console->output.is_verbose = console_value(console, OPTION_VERBOSE) != NULL;
    if (!console_value(console, OPTION_DIGEST_ONLY))
        return plan_show(&console->output, plan);
    if (!digest)
        return STATUS_INVALID;
    fprintf(console->output.file, "%s\n", digest);
    return STATUS_OK;
}

/* With --detailed-exitcode: 0 no changes, 2 changes, 1 a failure, whichever. */
static enum smsclient_result detail(struct console *console,
                                    enum smsclient_result done,
                                    const json_t *plan)
{
    if (!console_value(console, OPTION_DETAILED_EXITCODE))
        return done;
    if (done != SMSCLIENT_OK)
        return SMSCLIENT_FAILED;
    return plan_is_empty(plan) ? SMSCLIENT_OK : POLICY_CHANGES_STATUS;
}

enum smsclient_result verb_policy_plan(struct console *console)
{
    SCOPED(answer_drop) json_t *params = NULL;
    SCOPED(answer_drop) json_t *plan = NULL;
    enum smsclient_result done = policy_files_params(console, &params);

    if (done == SMSCLIENT_OK)
        done = put_replay(console, params);
    if (done == SMSCLIENT_OK)
        done = get_plan(console, params, &plan);
    if (done == SMSCLIENT_OK)
        done = console_printed(console, print_plan(console, plan));
    if (done == SMSCLIENT_OK && console_value(console, OPTION_REPLAY) &&
        !json_object_get(plan, "replay"))
        done = console_fail(console, SMSCLIENT_FAILED,
                            "The provider replayed no requests.");
    if (done == SMSCLIENT_OK)
        done = judge_tests(console, plan);
    return detail(console, done, plan);
}

/* ---- The result ---- */

static enum smsclient_result print_done(struct console *console, json_t *answer)
{
    const char *digest = json_string_value(json_object_get(answer, "digest"));

    if (json_is_true(json_object_get(answer, "waiting")))
        console_note(
            console,
            "Another administrator must approve it: smsctl policy approve %s",
            digest ? digest : "DIGEST");
    return console_printed(console, output_result(&console->output, answer));
}

static void put_option(struct console *console, json_t *params,
                       const char *name, enum option option)
{
    const char *value = console_value(console, option);

    if (value)
        json_object_set_new(params, name, json_string(value));
}

static void put_force(const struct console *console, json_t *params)
{
    if (console_value(console, OPTION_FORCE))
        json_object_set_new(params, "force", json_true());
}

/* Makes the call that changes; params is taken over. */
static enum smsclient_result do_change(struct console *console,
                                       const char *method, json_t *params)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    enum smsclient_result called;

    put_option(console, params, "message", OPTION_MESSAGE);
    put_option(console, params, "plan_digest", OPTION_PLAN_DIGEST);
    put_force(console, params);
    console_progress(console, "Applying.");
    called = console_call(console, method, params, &answer);
    return called == SMSCLIENT_OK ? print_done(console, answer) : called;
}

/* ---- Confirmation ---- */

/* Data goes to standard output; what is shown for a confirmation does not. */
static enum smsclient_result show_first(struct console *console, json_t *plan)
{
    const struct output beside = {
        .format = OUTPUT_TABLE,
        .has_headings = true,
        .file = console->errors,
        .is_verbose = console_value(console, OPTION_VERBOSE) != NULL,
    };

    return console_printed(console, plan_show(&beside, plan));
}

/* SMSCLIENT_OK: confirmed, and params holds the plan's digest. */
static enum smsclient_result ask(struct console *console, json_t *plan,
                                 json_t *params)
{
    json_t *digest = json_object_get(plan, "plan_digest");

    if (json_array_size(json_object_get(plan, "missing")) > 0)
        return console_fail(console, SMSCLIENT_DENIED,
                            "You lack rights that are needed to apply it.");
    if (judge_tests(console, plan) != SMSCLIENT_OK)
        return SMSCLIENT_INVALID;
    if (!console_confirm(console, "Apply this? [y/N] "))
        return console_fail(console, SMSCLIENT_FAILED, "Nothing was applied.");
    if (digest)
        json_object_set(params, "plan_digest", digest);
    return SMSCLIENT_OK;
}

/* Without a terminal nobody can be asked: what takes rights away is refused. */
static enum smsclient_result refuse_unasked(struct console *console,
                                            const json_t *plan)
{
    /* Without the rights for it, applying it says so. */
    if (!plan_takes_away(plan) ||
        json_array_size(json_object_get(plan, "missing")) > 0)
        return SMSCLIENT_OK;
    if (judge_tests(console, plan) != SMSCLIENT_OK)
        return SMSCLIENT_INVALID;
    console_fail(console, SMSCLIENT_USAGE,
                 "It takes rights or sign-ins away, and there is no terminal "
                 "to confirm that.");
    console_line(console, "  next: read smsctl policy plan, then give --yes, "
                          "or --plan-digest for that plan alone.");
    return SMSCLIENT_USAGE;
}

/* Is there anything left to confirm? */
static bool is_asked(const struct console *console)
{
    return !console_value(console, OPTION_YES) &&
           !console_value(console, OPTION_PLAN_DIGEST);
}

/* At a terminal shows the plan and asks; params then holds its digest. */
static enum smsclient_result confirm(struct console *console, json_t *plan,
                                     json_t *params)
{
    enum smsclient_result done;

    if (!is_at_terminal())
        return refuse_unasked(console, plan);
    done = show_first(console, plan);
    return done == SMSCLIENT_OK ? ask(console, plan, params) : done;
}

static enum smsclient_result plan_and_ask(struct console *console,
                                          json_t *params)
{
    SCOPED(answer_drop) json_t *plan = NULL;
    enum smsclient_result done;

    put_force(console, params);
    done = get_plan(console, params, &plan);
    return done == SMSCLIENT_OK ? confirm(console, plan, params) : done;
}

enum smsclient_result verb_policy_apply(struct console *console)
{
    SCOPED(answer_drop) json_t *params = NULL;
    enum smsclient_result done = policy_files_params(console, &params);

    if (done == SMSCLIENT_OK && is_asked(console))
        done = plan_and_ask(console, params);
    return done == SMSCLIENT_OK
               ? do_change(console, "policy.apply", json_incref(params))
               : done;
}

/* ---- Versions ---- */

enum smsclient_result verb_policy_diff(struct console *console)
{
    SCOPED(answer_drop) json_t *difference = NULL;
    json_int_t from = 0;
    json_int_t to = 0;
    enum smsclient_result done = policy_version_read(console, 0, &from);

    if (done == SMSCLIENT_OK)
        done = policy_version_read(console, 1, &to);
    if (done == SMSCLIENT_OK) {
        console_progress(console, "Comparing.");
        done = console_call(console, "policy.diff",
                            json_pack("{s:I, s:I}", "from", from, "to", to),
                            &difference);
    }
    if (done != SMSCLIENT_OK)
        return done;
    note_cut(console, difference);
    console->output.is_verbose = console_value(console, OPTION_VERBOSE) != NULL;
    return console_printed(console, plan_show(&console->output, difference));
}

/* A rollback's plan is that of applying the version's files again. */
static enum smsclient_result plan_back(struct console *console,
                                       json_int_t version, json_t *params)
{
    SCOPED(answer_drop) json_t *files = NULL;
    SCOPED(answer_drop) json_t *plan = NULL;
    enum smsclient_result done =
        console_call(console, "policy.export",
                     json_pack("{s:I}", "version", version), &files);

    if (done == SMSCLIENT_OK) {
        put_force(console, files);
        done = get_plan(console, files, &plan);
    }
    return done == SMSCLIENT_OK ? confirm(console, plan, params) : done;
}

enum smsclient_result verb_policy_rollback(struct console *console)
{
    SCOPED(answer_drop) json_t *params = NULL;
    json_int_t version = 0;
    enum smsclient_result done = policy_version_read(console, 0, &version);

    params = json_pack("{s:I}", "version", version);
    if (done == SMSCLIENT_OK && is_asked(console))
        done = plan_back(console, version, params);
    return done == SMSCLIENT_OK
               ? do_change(console, "policy.rollback", json_incref(params))
               : done;
}

/* ---- Approval ---- */

/* Shows the plan first: nobody should approve what they have not seen. The
 * provider checks that it is still what was requested. */
enum smsclient_result verb_policy_approve(struct console *console)
{
    SCOPED(answer_drop)
    json_t *params = json_pack("{s:s}", "digest", console->arguments.words[0]);
    enum smsclient_result done = SMSCLIENT_OK;

    if (is_asked(console))
        done = plan_and_ask(console, params);
    json_object_del(params, "plan_digest");
    return done == SMSCLIENT_OK
               ? do_change(console, "policy.approve", json_incref(params))
               : done;
}

enum smsclient_result verb_policy_reject(struct console *console)
{
    return console_show(
        console, "policy.reject",
        json_pack("{s:s}", "digest", console->arguments.words[0]));
}
