#include "provider/smsctl/context/verb_config.h"

#include <string.h>
#include <unistd.h>

#include "policy/schema.h"
#include "provider/client/address.h"
#include "provider/client/answer.h"
#include "provider/client/server_key.h"
#include "provider/smsctl/context/context_names.h"
#include "provider/smsctl/context/settings_edit.h"
#include "provider/smsctl/terminal/yaml.h"

enum { WHY_MAX_BYTES = 64 * 1024 };

/* ---- Printing ---- */

/* The values of a context, the user's before the site's. */
static json_t *merge(const struct defaults *defaults, const char *name)
{
    const struct settings *const files[] = {&defaults->site, &defaults->user};
    json_t *map = json_object();

    for (size_t i = 0; map && i < ARRAY_SIZE(files); i++) {
        const char *const *values = settings_find(files[i], name);

        if (values && settings_put_values(map, values) != STATUS_OK) {
            json_decref(map);
            return NULL;
        }
    }
    return map;
}

static const char *origin(const struct defaults *defaults, const char *name)
{
    const bool is_users = settings_find(&defaults->user, name);
    const bool is_sites = settings_find(&defaults->site, name);

    if (strcmp(name, SETTINGS_DEFAULT) == 0)
        return "built-in";
    return is_users && is_sites ? "user, site" : is_users ? "user" : "site";
}

/* For programs whether it is the current one is a boolean, for people a
 * mark. */
static json_t *make_row(const struct console *console, const char *name)
{
    SCOPED(answer_drop) json_t *map = merge(&console->defaults, name);
    const bool is_current = strcmp(console->defaults.context, name) == 0;
    json_t *current = output_is_data(&console->output)
                          ? json_boolean(is_current)
                          : json_string(is_current ? "*" : "");

    return json_pack("{s:o, s:s, s:O?, s:s}", "current", current, "name", name,
                     "server", json_object_get(map, "server"), "origin",
                     origin(&console->defaults, name));
}

enum smsclient_result verb_config_contexts(struct console *console)
{
    static const char *const columns[] = {"current", "name", "server",
                                          "origin"};
    const char *names[CONTEXT_NAMES_MAX];
    const size_t n = context_names(&console->defaults, names);
    SCOPED(answer_drop) json_t *rows = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(rows, make_row(console, names[i]));
    return console_printed(console, output_rows(&console->output, rows, columns,
                                                ARRAY_SIZE(columns)));
}

enum smsclient_result verb_config_current(struct console *console)
{
    SCOPED(answer_drop) json_t *name = NULL;
    const enum smsclient_result checked =
        context_check(console, console->defaults.context);

    if (checked != SMSCLIENT_OK)
        return checked;
    name = json_pack("[s]", console->defaults.context);
    return console_printed(console,
                           output_rows(&console->output, name, NULL, 0));
}

enum smsclient_result verb_config_view(struct console *console)
{
    const char *names[CONTEXT_NAMES_MAX];
    const size_t n = context_names(&console->defaults, names);
    SCOPED(answer_drop) json_t *contexts = json_object();
    SCOPED(answer_drop) json_t *view = NULL;

    for (size_t i = 0; i < n; i++)
        json_object_set_new(contexts, names[i],
                            merge(&console->defaults, names[i]));
    view = json_pack("{s:s, s:O}", "current-context", console->defaults.context,
                     "contexts", contexts);
    return console_printed(console,
                           output_is_data(&console->output)
                               ? output_data(&console->output, view)
                               : yaml_print(view, console->output.file));
}

/* ---- Changing ---- */

static enum smsclient_result unusable(struct console *console,
                                      const struct buf *why)
{
    fwrite(buf_text(why).data, 1, buf_text(why).size, console->errors);
    return console_fail(console, SMSCLIENT_USAGE,
                        "The settings file cannot be changed.");
}

static enum smsclient_result begin(struct console *console,
                                   struct settings_edit *edit)
{
    SCOPED(buf_free) struct buf why = buf_make(WHY_MAX_BYTES);
    SCOPED(memory_drop) char *path = settings_path();

    if (!path)
        return console_fail(console, SMSCLIENT_USAGE,
                            "There is no home directory for a settings file.");
    return settings_edit_begin(path, edit, &why) == STATUS_OK
               ? SMSCLIENT_OK
               : unusable(console, &why);
}

static enum smsclient_result finish(struct console *console,
                                    struct settings_edit *edit)
{
    SCOPED(buf_free) struct buf why = buf_make(WHY_MAX_BYTES);

    if (settings_edit_write(edit, &why) != STATUS_OK)
        return unusable(console, &why);
    if (edit->has_comments)
        console_note(console, "The comments of %s were not kept.", edit->path);
    return SMSCLIENT_OK;
}

enum smsclient_result verb_config_use(struct console *console)
{
    const char *name = console->arguments.words[0];
    SCOPED(settings_edit_end) struct settings_edit edit = SETTINGS_EDIT_NONE;
    enum smsclient_result result = context_check(console, name);

    if (result == SMSCLIENT_OK)
        result = begin(console, &edit);
    if (result != SMSCLIENT_OK)
        return result;
    json_object_set_new(edit.root, "current-context", json_string(name));
    return finish(console, &edit);
}

static enum smsclient_result unknown_key(struct console *console,
                                         const char *key)
{
    const char *keys[OPTION_N_GLOBAL];
    size_t n = 0;

    for (size_t i = 0; i < OPTION_N_GLOBAL; i++) {
        if (option_rows[i].setting)
            keys[n++] = option_rows[i].setting;
    }
    return console_unknown(console, "key", key, keys, n);
}

/* What would fail at every later run is refused now. */
static enum smsclient_result check_value(struct console *console,
                                         enum option option, const char *value)
{
    enum output_format format;
    struct server_key key;
    struct address address;
    int64_t number;

    if (option == OPTION_SERVER &&
        address_read(text_of(value), &address) != STATUS_OK)
        return console_fail(console, SMSCLIENT_USAGE,
                            "%s is not a server address. Write unix:PATH, "
                            "tls:HOST:PORT or srv:DOMAIN.",
                            value);
    if (option == OPTION_PIN &&
        server_key_read(text_of(value), &key) != STATUS_OK)
        return console_fail(console, SMSCLIENT_USAGE,
                            "A pin is sha256: and 64 hex digits, not %s.",
                            value);
    if (option == OPTION_OUTPUT && strcmp(value, "wide") != 0 &&
        output_format_read(text_of(value), &format) != STATUS_OK)
        return console_fail(console, SMSCLIENT_USAGE,
                            "Unknown output format %s.", value);
    if (option == OPTION_AGENT && value[0] != '/' &&
        strcmp(value, "auto") != 0 && strcmp(value, "off") != 0)
        return console_fail(console, SMSCLIENT_USAGE,
                            "agent is auto, off or the path of a socket, not "
                            "%s.",
                            value);
    if (option == OPTION_TIMEOUT &&
        (!schema_read_integer(text_of(value), &number) || number < 1))
        return console_fail(console, SMSCLIENT_USAGE,
                            "timeout needs a whole number of seconds, not %s.",
                            value);
    return SMSCLIENT_OK;
}

/* A file is the same one wherever smsctl is called. */
static json_t *make_value(enum option option, const char *value)
{
    const bool is_file = option == OPTION_CA || option == OPTION_CERT ||
                         option == OPTION_KEY || option == OPTION_TOKEN_FILE;
    SCOPED(memory_drop)
    char *here =
        is_file && value[0] != '/' && value[0] != '~' ? getcwd(NULL, 0) : NULL;

    return here ? json_sprintf("%s/%s", here, value) : json_string(value);
}

/* KEY=VALUE; nothing after the sign removes the key. */
static enum smsclient_result assign(struct console *console, json_t *map,
                                    const char *word)
{
    const char *equals = strchr(word, '=');
    SCOPED(memory_drop)
    char *key = strndup(word, equals ? (size_t)(equals - word) : 0);
    const enum option option =
        key ? settings_option(text_of(key)) : (enum option)OPTION_N;
    enum smsclient_result checked;

    if (!equals)
        return console_fail(console, SMSCLIENT_USAGE, "%s is not KEY=VALUE.",
                            word);
    if (option == OPTION_N)
        return unknown_key(console, key);
    if (!equals[1]) {
        json_object_del(map, key);
        return SMSCLIENT_OK;
    }
    checked = check_value(console, option, equals + 1);
    if (checked == SMSCLIENT_OK &&
        json_object_set_new(map, key, make_value(option, equals + 1)) != 0)
        return console_fail(console, SMSCLIENT_USAGE,
                            "The value of %s is not UTF-8.", key);
    return checked;
}

enum smsclient_result verb_config_set(struct console *console)
{
    const struct arguments *arguments = &console->arguments;
    SCOPED(settings_edit_end) struct settings_edit edit = SETTINGS_EDIT_NONE;
    enum smsclient_result result = SMSCLIENT_OK;
    json_t *map;

    if (!settings_is_name(text_of(arguments->words[0])))
        return console_fail(console, SMSCLIENT_USAGE,
                            "A context's name has letters, digits and "
                            "\"._@-\", at most %d: not %s.",
                            SETTINGS_NAME_MAX_BYTES, arguments->words[0]);
    result = begin(console, &edit);
    if (result != SMSCLIENT_OK)
        return result;
    map = settings_edit_context(&edit, arguments->words[0], true);
    if (!map)
        return console_printed(console, STATUS_NO_MEMORY);
    for (size_t i = 1; result == SMSCLIENT_OK && i < arguments->n_words; i++)
        result = assign(console, map, arguments->words[i]);
    return result == SMSCLIENT_OK ? finish(console, &edit) : result;
}

/* Only the user's file is changed. */
static enum smsclient_result check_users(struct console *console,
                                         const char *name)
{
    const enum smsclient_result checked = context_check(console, name);

    if (checked != SMSCLIENT_OK)
        return checked;
    if (strcmp(name, SETTINGS_DEFAULT) == 0)
        return console_fail(console, SMSCLIENT_USAGE,
                            "The context default is always there; set-context "
                            "default KEY= removes a key.");
    if (!settings_find(&console->defaults.user, name))
        return console_fail(console, SMSCLIENT_USAGE,
                            "The context %s is in %s, which is the site's.",
                            name, SETTINGS_SITE_PATH);
    return SMSCLIENT_OK;
}

enum smsclient_result verb_config_delete(struct console *console)
{
    const char *name = console->arguments.words[0];
    SCOPED(settings_edit_end) struct settings_edit edit = SETTINGS_EDIT_NONE;
    enum smsclient_result result = check_users(console, name);
    const char *current;
    json_t *contexts;

    if (result == SMSCLIENT_OK)
        result = begin(console, &edit);
    if (result != SMSCLIENT_OK)
        return result;
    contexts = json_object_get(edit.root, "contexts");
    json_object_del(contexts, name);
    if (json_object_size(contexts) == 0)
        json_object_del(edit.root, "contexts");
    current = json_string_value(json_object_get(edit.root, "current-context"));
    if (current && strcmp(current, name) == 0) {
        json_object_del(edit.root, "current-context");
        console_note(console, "It was the current context; now there is none.");
    }
    return finish(console, &edit);
}
