#include "provider/smsctl/verb_audit.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "policy/schema.h"
#include "provider/base/clock.h"
#include "provider/client/answer.h"
#include "provider/smsctl/following.h"
#include "provider/smsctl/pages.h"
#include "provider/smsctl/verb_store.h"

/* Digits only; strptime would accept blanks and signs. */
static bool has_shape(struct text text, const char *shape)
{
    if (text.size != strlen(shape))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        const bool is_digit = text.data[i] >= '0' && text.data[i] <= '9';

        if (shape[i] == '9' ? !is_digit : text.data[i] != shape[i])
            return false;
    }
    return true;
}

static enum status read_instant(struct text text, int64_t *time_s_out)
{
    char copy[32];
    struct tm tm = {0};
    time_t read;

    snprintf(copy, sizeof(copy), "%.*s", (int)text.size, text.data);
    if (!strptime(copy, "%Y-%m-%dT%H:%M:%SZ", &tm))
        return STATUS_INVALID;
    read = timegm(&tm);
    /* timegm() turns the 31st of February into a day in March. */
    if (read == (time_t)-1 || tm.tm_mday != atoi(copy + 8))
        return STATUS_INVALID;
    *time_s_out = read;
    return STATUS_OK;
}

enum status audit_time_read(struct text text, int64_t now_s,
                            int64_t *time_s_out)
{
    int64_t ago_ms;

    if (has_shape(text, "9999-99-99T99:99:99Z"))
        return read_instant(text, time_s_out);
    if (has_shape(text, "9999-99-99"))
        return schema_read_date(text, time_s_out) ? STATUS_OK : STATUS_INVALID;
    if (!schema_read_duration(text, &ago_ms))
        return STATUS_INVALID;
    *time_s_out = now_s - ago_ms / 1000;
    return STATUS_OK;
}

/* The most important columns; the other formats have all. */
static const char *const audit_columns[] = {
    "id",    "time",  "outcome", "event",     "user",
    "level", "class", "key",     "operation", "reason"};

/* All of them, for programs: in TSV they stand so whatever the records hold. */
static const char *const audit_fields[] = {
    "id",        "time",   "monotonic_ms", "boot",    "outcome",    "event",
    "user",      "method", "level",        "peer",    "class",      "key",
    "operation", "reason", "grant",        "session", "message_id", "detail"};

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
    const char *since = console_value(console, OPTION_SINCE);
    json_t *params = json_object();
    int64_t since_s;

    if (since) {
        if (audit_time_read(text_of(since), clock_wall_s(), &since_s) !=
            STATUS_OK) {
            json_decref(params);
            return console_fail(console, SMSCLIENT_USAGE,
                                "%s is not a time. Write 2026-01-31, "
                                "2026-01-31T12:00:00Z, 2h or 7d.",
                                since);
        }
        json_object_set_new(params, "since", json_integer(since_s));
    }
    if (console_value(console, OPTION_USER))
        json_object_set_new(params, "user",
                            json_string(console_value(console, OPTION_USER)));
    if (console_value(console, OPTION_OUTCOME))
        json_object_set_new(
            params, "outcome",
            json_string(console_value(console, OPTION_OUTCOME)));
    if (console_value(console, OPTION_FOLLOW))
        return follow(console, params);
    return pages_show(console, "audit.query", params, AUDIT_DEFAULT_LIMIT,
                      fields, n_fields);
}

enum smsclient_result verb_audit_verify(struct console *console)
{
    SCOPED(answer_drop) json_t *chain = NULL;
    enum smsclient_result result;

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
