#include "provider/smsctl/verb_query.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "provider/client/answer.h"
#include "provider/smsctl/pages.h"
#include "provider/smsctl/terminal/prompt.h"

enum { PROMPT_NAME_MAX = 256, PROMPT_VALUE_MAX = 512 };

enum smsclient_result verb_query(struct console *console)
{
    json_t *params = json_pack("{s:s}", "wql", console->arguments.words[0]);

    return pages_show(console, "query.run", params, 0, NULL, 0);
}

/* ---- Prompts ---- */

/* NAME=VALUE words, as texts. */
static enum smsclient_result read_values(struct console *console,
                                         json_t *values)
{
    for (size_t i = 1; i < console->arguments.n_words; i++) {
        const char *word = console->arguments.words[i];
        const char *sign = strchr(word, '=');

        if (!sign || sign == word)
            return console_fail(console, SMSCLIENT_USAGE, "Not NAME=VALUE: %s.",
                                word);
        json_object_setn_new(values, word, (size_t)(sign - word),
                             json_string(sign + 1));
    }
    return SMSCLIENT_OK;
}

static bool is_given(json_t *values, const char *name)
{
    const char *given;
    json_t *value;

    json_object_foreach (values, given, value)
        if (strcasecmp(given, name) == 0)
            return true;
    return false;
}

/* The name of the next ##PRM:name## in text, which goes on behind it. */
static bool next_prompt(const char **text, char name[PROMPT_NAME_MAX])
{
    static const char head[] = "##PRM:";
    const char *begin = strstr(*text, head);
    const char *end = begin ? strstr(begin + sizeof(head) - 1, "##") : NULL;

    if (!end)
        return false;
    begin += sizeof(head) - 1;
    snprintf(name, PROMPT_NAME_MAX, "%.*s", (int)(end - begin), begin);
    *text = end + 2;
    return true;
}

/* Asks for what the query prompts for and was not given. */
static enum smsclient_result ask_values(struct console *console,
                                        const char *wql, json_t *values)
{
    char name[PROMPT_NAME_MAX];
    char text[PROMPT_NAME_MAX + 4];
    char value[PROMPT_VALUE_MAX];

    while (next_prompt(&wql, name)) {
        if (is_given(values, name))
            continue;
        snprintf(text, sizeof(text), "%s: ", name);
        if (!prompt_ask(NULL, text, true, value, sizeof(value)))
            return console_fail(console, SMSCLIENT_USAGE,
                                "The query prompts for a value. Give %s=VALUE.",
                                name);
        json_object_set_new(values, name, json_string(value));
    }
    return SMSCLIENT_OK;
}

/* A caller who may not read the collection is not shown it. */
static json_t *params_of(const json_t *query, json_t *values)
{
    const json_t *limit = json_object_get(query, "LimitToCollectionID");
    json_t *params =
        json_pack("{s:O, s:O}", "wql", json_object_get(query, "Expression"),
                  "prompts", values);

    if (json_string_length(limit) > 0)
        json_object_set_new(params, "limit_to",
                            json_string(json_string_value(limit)));
    return params;
}

enum smsclient_result verb_query_run(struct console *console)
{
    SCOPED(answer_drop) json_t *query = NULL;
    SCOPED(answer_drop) json_t *values = json_object();
    enum smsclient_result result = read_values(console, values);
    const char *wql;

    if (result == SMSCLIENT_OK)
        result = console_call(console, "object.get",
                              json_pack("{s:s, s:s}", "class", "SMS_Query",
                                        "key", console->arguments.words[0]),
                              &query);
    if (result != SMSCLIENT_OK)
        return result;
    wql = json_string_value(json_object_get(query, "Expression"));
    if (!wql)
        return console_fail(console, SMSCLIENT_INVALID,
                            "The query %s has no expression.",
                            console->arguments.words[0]);
    result = ask_values(console, wql, values);
    if (result != SMSCLIENT_OK)
        return result;
    return pages_show(console, "query.run", params_of(query, values), 0, NULL,
                      0);
}
