#include "provider/smsctl/verb_object.h"

#include <ctype.h>

#include "provider/client/answer.h"
#include "provider/smsctl/pages.h"
#include "provider/smsctl/terminal/value.h"
#include "provider/smsctl/verb_access.h"

static const char *word(const struct console *console, size_t index)
{
    return console->arguments.words[index];
}

static void set_word(json_t *params, const char *name, const char *value)
{
    if (value)
        json_object_set_new(params, name, json_string(value));
}

/* {"class": words[0]} and the options for reading. */
static json_t *class_params(const struct console *console)
{
    json_t *params = json_object();

    set_word(params, "class", word(console, 0));
    set_word(params, "filter", console_value(console, OPTION_FILTER));
    set_word(params, "order", console_value(console, OPTION_ORDER));
    json_object_set_new(params, "properties",
                        console_list(console, OPTION_PROPERTIES));
    return params;
}

/* {"class": words[0], "key": words[1]} */
static json_t *object_params(const struct console *console)
{
    json_t *params = class_params(console);

    set_word(params, "key", word(console, 1));
    return params;
}

/* Puts name=value words from first on into params, under name. */
static enum smsclient_result set_values(struct console *console, json_t *params,
                                        const char *name, size_t first)
{
    json_t *values = json_object();

    json_object_set_new(params, name, values);
    for (size_t i = first; i < console->arguments.n_words; i++) {
        switch (value_assign(values, text_of(word(console, i)))) {
        case STATUS_OK:
            break;
        case STATUS_CONFLICT:
            return console_fail(console, SMSCLIENT_USAGE,
                                "The name %s is given twice.",
                                word(console, i));
        default:
            return console_fail(console, SMSCLIENT_USAGE, "Not NAME=VALUE: %s.",
                                word(console, i));
        }
    }
    return SMSCLIENT_OK;
}

static enum smsclient_result set_version(struct console *console,
                                         json_t *params)
{
    json_int_t version = -1;

    if (console_number(console, OPTION_IF_VERSION, 0, &version) != SMSCLIENT_OK)
        return SMSCLIENT_USAGE;
    if (version >= 0)
        json_object_set_new(params, "if_version", json_integer(version));
    return SMSCLIENT_OK;
}

/* Makes the call or, with --explain, asks for its answer. */
static enum smsclient_result act(struct console *console, const char *method,
                                 json_t *params)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    enum smsclient_result result;

    if (!console_value(console, OPTION_EXPLAIN))
        return console_show(console, method, params);
    result = console_call(
        console, "access.explain",
        json_pack("{s:{s:s, s:o}}", "act", "method", method, "params", params),
        &answer);
    if (result != SMSCLIENT_OK)
        return result;
    result = console_printed(console, output_result(&console->output, answer));
    return result == SMSCLIENT_OK ? access_meaning(answer) : result;
}

enum smsclient_result verb_get(struct console *console)
{
    SCOPED(answer_drop) json_t *object = NULL;
    const enum smsclient_result called =
        console_call(console, "object.get", object_params(console), &object);

    if (called != SMSCLIENT_OK)
        return called;
    return console_printed(console, output_object(&console->output, object));
}

enum smsclient_result verb_list(struct console *console)
{
    return pages_show(console, "object.list", class_params(console), 0, NULL,
                      0);
}

enum smsclient_result verb_create(struct console *console)
{
    SCOPED(answer_drop) json_t *params = class_params(console);
    const enum smsclient_result set =
        set_values(console, params, "properties", 1);

    if (set != SMSCLIENT_OK)
        return set;
    return act(console, "object.create", json_incref(params));
}

enum smsclient_result verb_update(struct console *console)
{
    SCOPED(answer_drop) json_t *params = object_params(console);
    enum smsclient_result set = set_values(console, params, "properties", 2);

    if (set == SMSCLIENT_OK)
        set = set_version(console, params);
    if (set != SMSCLIENT_OK)
        return set;
    return act(console, "object.update", json_incref(params));
}

enum smsclient_result verb_delete(struct console *console)
{
    SCOPED(answer_drop) json_t *params = object_params(console);
    const enum smsclient_result set = set_version(console, params);

    if (set != SMSCLIENT_OK)
        return set;
    return act(console, "object.delete", json_incref(params));
}

/* A method's name: it cannot be confused with NAME=VALUE; a key often can. */
static bool is_method(const char *name)
{
    if (!isalpha((unsigned char)name[0]))
        return false;
    for (; *name; name++) {
        if (!isalnum((unsigned char)*name) && *name != '_')
            return false;
    }
    return true;
}

/* CLASS METHOD .. or CLASS KEY METHOD ..: two words before the values. */
enum smsclient_result verb_invoke(struct console *console)
{
    const bool has_key =
        console->arguments.n_words > 2 && is_method(word(console, 2));
    const char *method = word(console, has_key ? 2 : 1);
    SCOPED(answer_drop) json_t *params = class_params(console);
    enum smsclient_result set;

    if (!is_method(method))
        return console_fail(console, SMSCLIENT_USAGE, "Not a method name: %s.",
                            method);
    if (has_key)
        set_word(params, "key", word(console, 1));
    set_word(params, "method", method);
    set = set_values(console, params, "args", has_key ? 3 : 2);
    if (set != SMSCLIENT_OK)
        return set;
    return act(console, "object.invoke", json_incref(params));
}

enum smsclient_result verb_classes(struct console *console)
{
    json_t *params = json_object();

    if (console->arguments.n_words > 0)
        set_word(params, "class", word(console, 0));
    return console_show(console, "object.classes", params);
}
