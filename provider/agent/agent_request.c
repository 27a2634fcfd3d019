#include "provider/agent/agent_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/client/answer.h"

static const char *const acts[] = {
    [AGENT_NOTHING] = "",  [AGENT_OPEN] = "open", [AGENT_LIST] = "list",
    [AGENT_DROP] = "drop", [AGENT_STOP] = "stop",
};

/* The options that make a session what it is. */
static const struct key_field {
    const char *name;
    size_t offset;
    bool is_file;
} fields[] = {
    {"server", offsetof(struct smsclient_options, server), false},
    {"ca", offsetof(struct smsclient_options, ca), true},
    {"srv_domain", offsetof(struct smsclient_options, srv_domain), false},
    {"pin", offsetof(struct smsclient_options, pin), false},
    {"mechanism", offsetof(struct smsclient_options, mechanism), false},
    {"certificate", offsetof(struct smsclient_options, certificate), true},
    {"key", offsetof(struct smsclient_options, key), true},
    {"token_file", offsetof(struct smsclient_options, token_file), true},
    {"user", offsetof(struct smsclient_options, user), false},
    {"host", offsetof(struct smsclient_options, host), false},
};

/* Where the Kerberos library looks for tickets and keys, and through what. */
static const char *const variables[] = {
    "GSSPROXY_BEHAVIOR",
    "GSSPROXY_SOCKET",
    "GSS_MECH_CONFIG",
    "GSS_USE_PROXY",
    "HOME", /* .k5identity */
    "KRB5CCNAME",
    "KRB5_CLIENT_KTNAME",
    "KRB5_CONFIG",
};

static const char **value_of(struct smsclient_options *options,
                             const struct key_field *field)
{
    return (const char **)(void *)((char *)options + field->offset);
}

/* ---- Writing ---- */

/* The file as it is now; "": there is none. STATUS_END: it is not one that can
 * be read again. */
static enum status write_state(const char *path, json_t *files,
                               const char *field)
{
    char state[128] = "";
    struct stat info;

    if (stat(path, &info) == 0) {
        if (!S_ISREG(info.st_mode))
            return STATUS_END;
        snprintf(state, sizeof(state), "%llx.%llx.%llx.%llx.%lx",
                 (unsigned long long)info.st_dev,
                 (unsigned long long)info.st_ino,
                 (unsigned long long)info.st_size,
                 (unsigned long long)info.st_mtim.tv_sec,
                 (unsigned long)info.st_mtim.tv_nsec);
    }
    return json_object_set_new(files, field, json_string(state)) == 0
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

static json_t *whole_path(const char *path)
{
    SCOPED(memory_drop) char *here = path[0] == '/' ? NULL : getcwd(NULL, 0);

    return here ? json_sprintf("%s/%s", here, path) : json_string(path);
}

static enum status put_field(const struct key_field *field, const char *value,
                             json_t *key, json_t *files)
{
    json_t *written = field->is_file ? whole_path(value) : json_string(value);

    if (json_object_set_new(key, field->name, written) != 0)
        return STATUS_END; /* not UTF-8, too */
    return field->is_file ? write_state(value, files, field->name) : STATUS_OK;
}

/* Does it mean the same in another directory and another session of the
 * kernel? One path or several, "FILE:/tmp/x", "KCM:". */
static bool is_whole(const char *value)
{
    static const char *const kinds[] = {"FILE:/",       "WRFILE:/",
                                        "DIR:/",        "DIR::/",
                                        "KCM:",         "KEYRING:persistent:",
                                        "KEYRING:user:"};

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        if (strncmp(value, kinds[i], strlen(kinds[i])) == 0)
            return true;
    }
    while (value[0] == '/' && strchr(value, ':'))
        value = strchr(value, ':') + 1;
    return value[0] == '/';
}

static enum status put_variables(json_t *key)
{
    for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
        const char *value = secure_getenv(variables[i]);

        if (!value)
            continue;
        if (!is_whole(value) ||
            json_object_set_new(key, variables[i], json_string(value)) != 0)
            return STATUS_END;
    }
    return STATUS_OK;
}

static enum status put_wish(const struct agent_wish *wish, json_t *root)
{
    struct smsclient_options options = *wish->options;
    json_t *key = json_object();
    json_t *files = json_object();

    if (json_object_set_new(root, "key", key) != 0 ||
        json_object_set_new(root, "files", files) != 0)
        return STATUS_NO_MEMORY;
    if (!options.server)
        options.server =
            wish->secret ? AGENT_LOGIN_SERVER : SMSCLIENT_DEFAULT_SERVER;
    if (strncmp(options.server, "unix:", 5) == 0 && options.server[5] != '/')
        return STATUS_END;
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
        const char *value = *value_of(&options, &fields[i]);

        if (value)
            TRY(put_field(&fields[i], value, key, files));
    }
    if (!wish->secret)
        TRY(put_variables(key));
    else if (json_object_set_new(root, "secret", json_string(wish->secret)))
        return STATUS_NO_MEMORY;
    json_object_set_new(root, "context",
                        json_string(wish->context ? wish->context : ""));
    json_object_set_new(root, "timeout_ms", json_integer(options.timeout_ms));
    json_object_set_new(root, "is_interactive",
                        json_boolean(options.is_interactive));
    if (wish->level != AUTH_LEVEL_NONE)
        json_object_set_new(root, "level",
                            json_string(auth_level_name(wish->level)));
    return STATUS_OK;
}

enum status agent_request_write(enum agent_act act,
                                const struct agent_wish *wish, struct buf *out)
{
    SCOPED(answer_drop) json_t *root = json_pack("{s:s}", "act", acts[act]);
    SCOPED(memory_drop) char *line = NULL;

    if (!root)
        return STATUS_NO_MEMORY;
    if (wish)
        TRY(put_wish(wish, root));
    line = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
    if (!line)
        return STATUS_NO_MEMORY;
    if (strlen(line) >= AGENT_REQUEST_MAX_BYTES)
        return STATUS_END;
    buf_append_format(out, "%s\n", line);
    return buf_status(out);
}

/* ---- Reading ---- */

void agent_request_drop(struct agent_request *request)
{
    json_decref(request->root);
    *request = (struct agent_request){NULL};
}

static enum agent_act read_act(const json_t *root)
{
    const char *said = answer_text(root, "act");

    for (size_t i = AGENT_OPEN; i < ARRAY_SIZE(acts); i++) {
        if (strcmp(acts[i], said) == 0)
            return (enum agent_act)i;
    }
    return AGENT_NOTHING;
}

static bool is_known(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
        if (strcmp(fields[i].name, name) == 0)
            return true;
    }
    for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
        if (strcmp(variables[i], name) == 0)
            return true;
    }
    return false;
}

/* An object of strings without NUL, with known names only. */
static bool is_strings(json_t *object)
{
    const char *name;
    json_t *value;

    if (!json_is_object(object))
        return false;
    json_object_foreach (object, name, value) {
        if (!json_is_string(value) || !is_known(name) ||
            strlen(json_string_value(value)) != json_string_length(value))
            return false;
    }
    return true;
}

static enum status read_wish(struct agent_request *request)
{
    const json_t *root = request->root;
    const json_t *timeout = json_object_get(root, "timeout_ms");
    const json_t *level = json_object_get(root, "level");
    const json_int_t timeout_ms = json_integer_value(timeout);

    request->key = json_object_get(root, "key");
    request->files = json_object_get(root, "files");
    request->name = answer_text(root, "context");
    request->secret = answer_text(root, "secret");
    request->is_interactive =
        json_is_true(json_object_get(root, "is_interactive"));
    if (!is_strings(request->key) || !is_strings(request->files) ||
        !*answer_text(request->key, "server"))
        return STATUS_INVALID;
    if ((timeout && !json_is_integer(timeout)) || timeout_ms < 0 ||
        timeout_ms > AGENT_TIMEOUT_MAX_MS)
        return STATUS_INVALID;
    request->timeout_ms = (unsigned)timeout_ms;
    request->level = auth_level_read(text_of(json_string_value(level)));
    return level && request->level == AUTH_LEVEL_NONE ? STATUS_INVALID
                                                      : STATUS_OK;
}

static enum status read_root(struct text line, struct agent_request *request)
{
    if (line.size > AGENT_REQUEST_MAX_BYTES ||
        answer_is_deep(line, AGENT_DEPTH_MAX))
        return STATUS_INVALID;
    request->root =
        json_loadb(line.data, line.size, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(request->root))
        return STATUS_INVALID;
    request->act = read_act(request->root);
    if (request->act == AGENT_NOTHING)
        return STATUS_INVALID;
    return request->act == AGENT_OPEN || json_object_get(request->root, "key")
               ? read_wish(request)
               : STATUS_OK;
}

enum status agent_request_read(struct text line,
                               struct agent_request *request_out)
{
    enum status read;

    *request_out = (struct agent_request){NULL};
    read = read_root(line, request_out);
    if (read != STATUS_OK)
        agent_request_drop(request_out);
    return read;
}

/* ---- Comparing ---- */

bool agent_request_has_key(const struct agent_request *held,
                           const struct agent_request *asked)
{
    return json_equal(held->key, asked->key) == 1;
}

bool agent_request_is_alike(const struct agent_request *held,
                            const struct agent_request *asked)
{
    const char *name;
    json_t *state;

    if (!agent_request_has_key(held, asked))
        return false;
    json_object_foreach (asked->files, name, state) {
        const bool is_gone =
            strcmp(name, "token_file") == 0 && json_string_length(state) == 0;

        if (!is_gone &&
            json_equal(state, json_object_get(held->files, name)) != 1)
            return false;
    }
    return true;
}

void agent_request_options(const struct agent_request *request,
                           struct smsclient_options *options_out)
{
    *options_out = (struct smsclient_options){
        .timeout_ms = request->timeout_ms,
        .is_interactive = request->is_interactive,
    };
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
        *value_of(options_out, &fields[i]) =
            json_string_value(json_object_get(request->key, fields[i].name));
}

enum status agent_request_take_environment(const struct agent_request *request)
{
    for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
        const char *value =
            json_string_value(json_object_get(request->key, variables[i]));

        if ((value ? setenv(variables[i], value, 1) : unsetenv(variables[i])) !=
            0)
            return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}
