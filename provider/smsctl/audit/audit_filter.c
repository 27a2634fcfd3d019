#include "provider/smsctl/audit/audit_filter.h"

#include <string.h>

#include "provider/base/clock.h"
#include "provider/client/answer.h"
#include "provider/smsctl/audit/audit_time.h"
#include "provider/smsctl/suggest/audit_words.h"
#include "provider/smsctl/suggest/class_names.h"
#include "rbac/catalog.h"

enum { OPERATIONS_MAX = 512 };

/* ---- Words ---- */

static const char *const outcomes[] = {"done", "denied", "refused", "failed"};
static const char *const levels[] = {"domain", "certificate", "mfa",
                                     "none",   "windows",     "hello",
                                     "0",      "10",          "20"};
static const char *const methods[] = {"kerberos", "certificate", "token",
                                      "pam",      "local",       "none"};

/* In any case; word becomes the one of words[n]. */
static enum smsclient_result check_word(struct console *console,
                                        const char *what, const char **word,
                                        const char *const words[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (text_equal_nocase(text_of(*word), text_of(words[i]))) {
            *word = words[i];
            return SMSCLIENT_OK;
        }
    }
    return console_unknown(console, what, *word, words, n);
}

/* A site describes classes of inventory itself. */
static enum smsclient_result check_class(struct console *console,
                                         const char **word)
{
    static const char own[] = "SMS_G_System_";

    if (strncasecmp(*word, own, sizeof(own) - 1) == 0)
        return SMSCLIENT_OK;
    return check_word(console, "class", word, class_names, n_class_names);
}

static enum smsclient_result check_operation(struct console *console,
                                             const char **word)
{
    const char *names[OPERATIONS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < rbac_catalog.n_types; i++) {
        for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
            const char *name = rbac_operation_name(&rbac_catalog.types[i], bit);

            if (name && n < OPERATIONS_MAX)
                names[n++] = name;
        }
    }
    return check_word(console, "operation", word, names, n);
}

static enum smsclient_result check(struct console *console, enum option option,
                                   const char **word)
{
    switch ((int)option) {
    case OPTION_OUTCOME:
        return check_word(console, "outcome", word, outcomes,
                          ARRAY_SIZE(outcomes));
    case OPTION_LEVEL:
        return check_word(console, "level", word, levels, ARRAY_SIZE(levels));
    case OPTION_EVIDENCE:
        return check_word(console, "evidence", word, methods,
                          ARRAY_SIZE(methods));
    case OPTION_EVENT:
        return check_word(console, "event", word, audit_events, n_audit_events);
    case OPTION_CODE:
        return check_word(console, "code", word, audit_codes, n_audit_codes);
    case OPTION_CLASS:
        return check_class(console, word);
    case OPTION_OPERATION:
        return check_operation(console, word);
    default:
        return SMSCLIENT_OK;
    }
}

/* ---- Parameters ---- */

static const struct selector {
    enum option option;
    const char *param;
} selectors[] = {
    {OPTION_USER, "user"},       {OPTION_OUTCOME, "outcome"},
    {OPTION_EVENT, "event"},     {OPTION_CLASS, "class"},
    {OPTION_OBJECT, "key"},      {OPTION_OPERATION, "operation"},
    {OPTION_LEVEL, "level"},     {OPTION_EVIDENCE, "method"},
    {OPTION_ADDRESS, "peer"},    {OPTION_CODE, "reason"},
    {OPTION_REQUEST, "request"}, {OPTION_TRACE, "trace"},
};

static enum smsclient_result put_time(struct console *console,
                                      enum option option, const char *param,
                                      json_t *params)
{
    const char *word = console_value(console, option);
    int64_t time_s;

    if (!word)
        return SMSCLIENT_OK;
    if (audit_time_read(text_of(word), clock_wall_s(), &time_s) != STATUS_OK)
        return console_fail(console, SMSCLIENT_USAGE,
                            "%s is not a time. Write 2026-01-31, "
                            "2026-01-31T12:00:00Z (or its zone, +02:00), 2h or "
                            "7d.",
                            word);
    json_object_set_new(params, param, json_integer(time_s));
    return SMSCLIENT_OK;
}

static enum smsclient_result put_session(struct console *console,
                                         json_t *params)
{
    json_int_t session = 0;
    const enum smsclient_result read =
        console_number(console, OPTION_SESSION, 1, &session);

    if (read == SMSCLIENT_OK && session > 0)
        json_object_set_new(params, "session", json_integer(session));
    return read;
}

static enum smsclient_result put_words(struct console *console, json_t *params)
{
    for (size_t i = 0; i < ARRAY_SIZE(selectors); i++) {
        const char *word = console_value(console, selectors[i].option);
        const enum smsclient_result checked =
            word ? check(console, selectors[i].option, &word) : SMSCLIENT_OK;

        if (checked != SMSCLIENT_OK)
            return checked;
        if (word)
            json_object_set_new(params, selectors[i].param, json_string(word));
    }
    return SMSCLIENT_OK;
}

enum smsclient_result audit_filter_read(struct console *console,
                                        json_t **params_out)
{
    SCOPED(answer_drop) json_t *params = json_object();
    enum smsclient_result read =
        put_time(console, OPTION_SINCE, "since", params);

    if (read == SMSCLIENT_OK)
        read = put_time(console, OPTION_UNTIL, "until", params);
    if (read == SMSCLIENT_OK)
        read = put_session(console, params);
    if (read == SMSCLIENT_OK)
        read = put_words(console, params);
    if (read == SMSCLIENT_OK)
        *params_out = TAKE(params);
    return read;
}
