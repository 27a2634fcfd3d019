#include "provider/smsctl/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/schema.h"
#include "provider/client/answer.h"
#include "provider/smsctl/context/context_names.h"
#include "provider/smsctl/session/console_agent.h"
#include "provider/smsctl/session/console_direct.h"
#include "provider/smsctl/terminal/prompt.h"

enum { TIMEOUT_MAX_S = 24 * 3600, FILTER_MAX_BYTES = 2048 };

void console_close(struct console *console)
{
    smsclient_free(console->client);
    console->client = NULL;
    defaults_clear(&console->defaults);
    jsonpath_free(console->path);
    console->path = NULL;
}

/* jsonpath=TEMPLATE */
static enum smsclient_result take_template(struct console *console,
                                           const char *template)
{
    struct jsonpath_fault fault = {0};
    struct jsonpath *path = NULL;

    if (jsonpath_read(text_of(template), &path, &fault) != STATUS_OK)
        return console_fail(console, SMSCLIENT_USAGE,
                            "The template cannot be used: byte %zu: %s.",
                            fault.at, fault.why ? fault.why : "out of memory");
    jsonpath_free(console->path);
    console->path = path;
    console->output.path = path;
    console->output.format = OUTPUT_JSONPATH;
    return SMSCLIENT_OK;
}

static enum smsclient_result take_name(struct console *console,
                                       const char *format)
{
    static const char template[] = "jsonpath=";
    static const char *const names[] = {"table", "wide", "json",     "yaml",
                                        "tsv",   "name", "jsonpath="};

    if (!format)
        return SMSCLIENT_OK;
    console->output.is_wide = strcmp(format, "wide") == 0;
    if (console->output.is_wide)
        format = "table";
    if (strncmp(format, template, sizeof(template) - 1) == 0)
        return take_template(console, format + sizeof(template) - 1);
    if (output_format_read(text_of(format), &console->output.format) !=
        STATUS_OK)
        return console_unknown(console, "output format", format, names,
                               ARRAY_SIZE(names));
    return SMSCLIENT_OK;
}

enum smsclient_result console_take_format(struct console *console,
                                          const char *format)
{
    const char *const *given = console->arguments.values;

    if (take_name(console, format) != SMSCLIENT_OK)
        return SMSCLIENT_USAGE;
    if (given[OPTION_COLUMNS])
        console->output.columns = given[OPTION_COLUMNS];
    console->output.missing = &console->missing;
    console->output.is_utc |= given[OPTION_UTC] != NULL;
    output_take_terminal(&console->output);
    if (console->output.format == OUTPUT_PROMETHEUS &&
        strcmp(console->arguments.verb->name, "metrics") != 0)
        return console_fail(console, SMSCLIENT_USAGE,
                            "Only metrics can be printed for Prometheus.");
    return SMSCLIENT_OK;
}

/* ---- Options ---- */

const char *console_value(const struct console *console, enum option option)
{
    return option < OPTION_N_GLOBAL ? console->defaults.values[option]
                                    : console->arguments.values[option];
}

enum smsclient_result console_number(struct console *console,
                                     enum option option, json_int_t least,
                                     json_int_t *number)
{
    const char *value = console_value(console, option);
    int64_t read;

    if (!value)
        return SMSCLIENT_OK;
    if (!schema_read_integer(text_of(value), &read) || read < least)
        return console_fail(console, SMSCLIENT_USAGE,
                            "%s needs a whole number of at least %lld, not %s.",
                            option_rows[option].name, (long long)least, value);
    *number = read;
    return SMSCLIENT_OK;
}

json_t *console_list(const struct console *console, enum option option)
{
    const char *at = console_value(console, option);
    json_t *list = at ? json_array() : NULL;

    while (at && list) {
        const size_t size = strcspn(at, ",");

        if (size)
            json_array_append_new(list, json_stringn(at, size));
        at = at[size] ? at + size + 1 : NULL;
    }
    return list;
}

enum smsclient_result console_options(struct console *console,
                                      struct smsclient_options *options_out)
{
    json_int_t timeout_s = console->patience_s;

    if (!console->defaults.has_context &&
        context_check(console, console->defaults.context) != SMSCLIENT_OK)
        return SMSCLIENT_USAGE;
    if (console_number(console, OPTION_TIMEOUT, 1, &timeout_s) != SMSCLIENT_OK)
        return SMSCLIENT_USAGE;
    if (timeout_s > TIMEOUT_MAX_S)
        timeout_s = TIMEOUT_MAX_S;
    *options_out = (struct smsclient_options){
        .server = console_value(console, OPTION_SERVER),
        .ca = console_value(console, OPTION_CA),
        .pin = console_value(console, OPTION_PIN),
        .srv_domain = console_value(console, OPTION_SRV_DOMAIN),
        .mechanism = console_value(console, OPTION_MECH),
        .certificate = console_value(console, OPTION_CERT),
        .key = console_value(console, OPTION_KEY),
        .token_file = console_value(console, OPTION_TOKEN_FILE),
        .user = console_value(console, OPTION_LOGIN),
        .host = console_value(console, OPTION_HOST),
        .timeout_ms = (unsigned)timeout_s * 1000,
        .prompt = prompt_ask,
        .is_interactive = isatty(STDIN_FILENO),
    };
    return SMSCLIENT_OK;
}

/* ---- Calling ---- */

static enum smsclient_result sign_in(struct console *console,
                                     const struct smsclient_options *options)
{
    console->is_relayed = false;
    switch (console_agent_use(console, options, AUTH_LEVEL_NONE)) {
    case AGENT_USED:
        return SMSCLIENT_OK;
    case AGENT_USAGE:
        return SMSCLIENT_USAGE;
    case AGENT_REFUSED:
        return console_fail_signing(console);
    case AGENT_NOT_USED:
        break;
    }
    return console_direct_sign_in(console, options) == SMSCLIENT_OK
               ? SMSCLIENT_OK
               : console_fail_signing(console);
}

enum smsclient_result console_sign_in_as(
    struct console *console, const struct smsclient_options *options)
{
    struct smsclient_options trusted = *options;
    enum smsclient_result result;

    if (!console->client)
        console->client = smsclient_new();
    if (!console->client)
        return console_fail(console, SMSCLIENT_FAILED, "Out of memory.");
    /* One that is not valid is somebody else's mistake. */
    (void)smsclient_set_trace(console->client, secure_getenv("TRACEPARENT"));
    result = console_direct_trust(console, &trusted);
    if (result != SMSCLIENT_OK)
        return result;
    result = sign_in(console, &trusted);
    if (result != SMSCLIENT_OK)
        return result;
    console->is_signed_in = true;
    return SMSCLIENT_OK;
}

enum smsclient_result console_sign_in(struct console *console)
{
    struct smsclient_options options;

    if (console->is_signed_in)
        return SMSCLIENT_OK;
    if (console_options(console, &options) != SMSCLIENT_OK)
        return SMSCLIENT_USAGE;
    return console_sign_in_as(console, &options);
}

static enum smsclient_result call(struct console *console, const char *method,
                                  const json_t *params, bool is_quiet,
                                  json_t **result_out)
{
    SCOPED(memory_drop)
    char *sent = params ? json_dumps(params, JSON_COMPACT) : NULL;
    SCOPED(memory_drop) char *answer = NULL;
    struct smsclient_options options;
    enum smsclient_result called;

    if (!sent)
        return console_fail(console, SMSCLIENT_FAILED, "Out of memory.");
    if (console_options(console, &options) != SMSCLIENT_OK)
        return SMSCLIENT_USAGE;
    called =
        console->is_relayed
            ? console_agent_call(console, &options, method, sent, &answer)
            : console_direct_call(console, &options, method, sent, &answer);
    if (called != SMSCLIENT_OK)
        return is_quiet ? smsclient_failure(console->client)->result
                        : console_fail_client(console);
    *result_out = json_loads(answer, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    return *result_out
               ? SMSCLIENT_OK
               : console_fail(console, SMSCLIENT_FAILED, "Out of memory.");
}

enum smsclient_result console_call(struct console *console, const char *method,
                                   json_t *params, json_t **result_out)
{
    SCOPED(answer_drop) json_t *owned = params;
    const enum smsclient_result signed_in = console_sign_in(console);

    if (signed_in != SMSCLIENT_OK)
        return signed_in;
    return call(console, method, owned, false, result_out);
}

enum smsclient_result console_try(struct console *console, const char *method,
                                  json_t *params, json_t **result_out)
{
    SCOPED(answer_drop) json_t *owned = params;
    const enum smsclient_result signed_in = console_sign_in(console);

    if (signed_in != SMSCLIENT_OK)
        return signed_in;
    return call(console, method, owned, true, result_out);
}

json_t *console_named(const char *class_name, const char *property,
                      const char *value, int n)
{
    SCOPED(buf_free) struct buf filter = buf_make(FILTER_MAX_BYTES);

    buf_append_format(&filter, "%s = '", property);
    for (const char *at = value; *at; at++) {
        if (*at == '\'')
            buf_append_char(&filter, '\'');
        buf_append_char(&filter, *at);
    }
    buf_append_char(&filter, '\'');
    if (buf_status(&filter) != STATUS_OK)
        return NULL;
    return json_pack("{s:s, s:s%, s:i}", "class", class_name, "filter",
                     buf_text(&filter).data, buf_text(&filter).size, "limit",
                     n);
}

enum smsclient_result console_show(struct console *console, const char *method,
                                   json_t *params)
{
    SCOPED(answer_drop) json_t *result = NULL;
    const enum smsclient_result called =
        console_call(console, method, params, &result);

    if (called != SMSCLIENT_OK)
        return called;
    return console_printed(console, output_result(&console->output, result));
}
