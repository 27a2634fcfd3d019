#include "provider/smsctl/audit/verb_audit.h"

#include "provider/client/answer.h"
#include "provider/smsctl/audit/audit_filter.h"
#include "provider/smsctl/audit/verb_archive.h"
#include "provider/smsctl/following.h"
#include "provider/smsctl/pages.h"
#include "provider/smsctl/verb_store.h"

/* The most important columns; the other formats have all. */
static const char *const audit_columns[] = {
    "id",    "time",  "outcome", "event",     "user",
    "level", "class", "key",     "operation", "reason"};

/* All of them, for programs: in TSV they stand so whatever the records hold. */
static const char *const audit_fields[] = {
    "id",        "time",   "monotonic_ms", "boot",    "outcome",    "event",
    "user",      "method", "level",        "peer",    "class",      "key",
    "operation", "reason", "grant",        "session", "message_id", "detail",
    "request",   "trace",  "span"};

static size_t choose_fields(const struct console *console,
                            const char *const **fields_out)
{
    const bool is_tsv = console->output.format == OUTPUT_TSV;

    *fields_out = is_tsv ? audit_fields : audit_columns;
    return is_tsv ? ARRAY_SIZE(audit_fields) : ARRAY_SIZE(audit_columns);
}

/* ---- Following ---- */

struct follower {
    struct following following; /* first */
    json_t *params;             /* owned; with "newer" after the first look */
    bool has_begun;
};

static enum smsclient_result take_records(struct following *following,
                                          const json_t *answer)
{
    struct follower *follower = (struct follower *)following;
    struct console *console = following->console;
    json_t *newer = json_object_get(answer, "newer");
    const char *const *fields;
    size_t n;

    if (!follower->has_begun)
        console_note(console,
                     "following the audit after record %" JSON_INTEGER_FORMAT,
                     json_integer_value(newer));
    if (json_is_true(json_object_get(answer, "gap")))
        console_note(console, "Records between are no longer kept.");
    follower->has_begun = true;
    json_object_set(follower->params, "newer", newer);
    n = choose_fields(console, &fields);
    return following_print(following, json_object_get(answer, "items"), fields,
                           n);
}

static json_t *ask_records(struct following *following)
{
    return json_deep_copy(((struct follower *)following)->params);
}

/* Takes the parameters over. */
static enum smsclient_result follow(struct console *console, json_t *params)
{
    struct follower follower = {
        .following = {.console = console,
                      .method = "audit.follow",
                      .ask = ask_records,
                      .take = take_records},
        .params = params,
    };
    const enum smsclient_result followed = following_run(&follower.following);

    json_decref(params);
    return followed;
}

enum smsclient_result verb_audit(struct console *console)
{
    const char *const *fields;
    const size_t n_fields = choose_fields(console, &fields);
    SCOPED(answer_drop) json_t *params = NULL;
    const enum smsclient_result read = audit_filter_read(console, &params);

    if (read != SMSCLIENT_OK)
        return read;
    if (console_value(console, OPTION_FOLLOW))
        return follow(console, TAKE(params));
    return pages_show(console, "audit.query", TAKE(params), AUDIT_DEFAULT_LIMIT,
                      fields, n_fields);
}

enum smsclient_result verb_audit_verify(struct console *console)
{
    SCOPED(answer_drop) json_t *chain = NULL;
    enum smsclient_result result;

    if (console->arguments.n_words > 0)
        return archives_verify(console);
    if (console_value(console, OPTION_FILE))
        return store_verify_audit(console);
    result = console_call(console, "audit.verify", json_object(), &chain);
    if (result != SMSCLIENT_OK)
        return result;
    result = console_printed(console, output_result(&console->output, chain));
    if (result == SMSCLIENT_OK &&
        !json_is_true(json_object_get(chain, "intact")))
        return console_fail(console, SMSCLIENT_FAILED,
                            "The audit has been changed or damaged.");
    return result;
}
