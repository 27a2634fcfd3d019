#include <string.h>

#include "policy/readable.h"
#include "provider/smsctl/manifest/manifest_private.h"

enum { JSON_DEPTH_MAX = YAML_DEPTH_MAX };

/* A file in JSON, and how far it is read. */
struct json_file {
    struct manifest *manifest;
    const char *name;
    struct text text;
    size_t at;
    struct policy_place place; /* of the offset counted_to */
    size_t counted_to;
};

/* Line and column of an offset, which only grows. */
static struct policy_place place_at(struct json_file *file, size_t at)
{
    for (; file->counted_to < at && file->counted_to < file->text.size;
         file->counted_to++) {
        file->place.column++;
        if (file->text.data[file->counted_to] == '\n') {
            file->place.line++;
            file->place.column = 1;
        }
    }
    return file->place;
}

/* Before the parser, which calls itself for each level. */
static bool is_deep(struct text text)
{
    bool is_string = false;
    int depth = 0;

    for (size_t i = 0; i < text.size; i++) {
        const char c = text.data[i];

        if (is_string) {
            i += c == '\\';
            is_string = c != '"';
            continue;
        }
        is_string = c == '"';
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        if (depth > JSON_DEPTH_MAX)
            return true;
    }
    return false;
}

/* ---- The object ---- */

static const char *read_word(struct json_file *file, struct policy_place place,
                             const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    const char *text = json_string_value(value);

    if (json_is_integer(value))
        return arena_format(file->manifest->arena, "%" JSON_INTEGER_FORMAT,
                            json_integer_value(value));
    if (text && *text)
        return arena_text(file->manifest->arena, text_of(text));
    if (value)
        messages_error(&file->manifest->messages, place, "%s is a text", name);
    return NULL;
}

static int64_t read_version(struct json_file *file, struct policy_place place,
                            const json_t *object)
{
    const json_t *value = json_object_get(object, "version");

    if (value && (!json_is_integer(value) || json_integer_value(value) < 0))
        messages_error(&file->manifest->messages, place,
                       "version is a whole number");
    return value ? json_integer_value(value) : -1;
}

static void check_keys(struct json_file *file, struct policy_place place,
                       const json_t *object)
{
    static const char *const keys[] = {"class", "key", "version", "properties"};
    const char *name;
    json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)object, name, value) {
        bool is_known = false;

        for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
            is_known |= strcmp(name, keys[i]) == 0;
        if (!is_known)
            messages_error(
                &file->manifest->messages, place,
                "unknown key %s; an object has class, key, version and "
                "properties%s",
                message_quote(file->manifest->arena, text_of(name)),
                message_hint(file->manifest->arena, text_of(name), keys,
                             ARRAY_SIZE(keys)));
    }
}

static enum status read_object(struct json_file *file,
                               struct policy_place place, const json_t *value)
{
    struct policy_messages *messages = &file->manifest->messages;
    const size_t before = messages->n_errors;
    struct manifest_object object = {.place = place};

    if (!json_is_object(value)) {
        messages_error(messages, place, "an object in braces is due here");
        return STATUS_OK;
    }
    check_keys(file, place, value);
    object.class_name = read_word(file, place, value, "class");
    object.key = read_word(file, place, value, "key");
    object.version = read_version(file, place, value);
    object.json = json_object_get(value, "properties");
    if (!json_object_get(value, "class"))
        messages_error(messages, place, "class is missing");
    if (!json_is_object(object.json))
        messages_error(messages, place, "properties is missing, or no object");
    if (messages->n_errors > before)
        return STATUS_OK;
    return manifest_keep(file->manifest, &object);
}

static enum status read_value(struct json_file *file, struct policy_place place,
                              const json_t *value)
{
    if (!json_is_array(value))
        return read_object(file, place, value);
    for (size_t i = 0; i < json_array_size(value); i++)
        TRY(read_object(file, place, json_array_get(value, i)));
    return STATUS_OK;
}

/* ---- The file ---- */

static struct text rest_of(struct json_file *file)
{
    while (file->at < file->text.size &&
           strchr(" \t\r\n", file->text.data[file->at]))
        file->at++;
    return (struct text){file->text.data + file->at,
                         file->text.size - file->at};
}

static enum status read_next(struct json_file *file, struct text rest)
{
    const struct policy_place place = place_at(file, file->at);
    json_error_t error;
    json_t *value =
        json_loadb(rest.data, rest.size,
                   JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &error);
    enum status status;

    if (!value) {
        messages_error(&file->manifest->messages,
                       place_at(file, file->at + (size_t)error.position),
                       "not valid JSON: %s", error.text);
        return STATUS_INVALID;
    }
    file->at += (size_t)error.position;
    status = read_value(file, place, value);
    json_decref(value);
    return status;
}

enum status manifest_read_json(struct manifest *manifest, const char *name,
                               struct text text)
{
    struct json_file file = {.manifest = manifest,
                             .name = name,
                             .text = text,
                             .place = {name, 1, 1}};

    TRY(readable_check(name, text, &manifest->messages));
    if (text.size > YAML_FILE_MAX_BYTES || is_deep(text)) {
        messages_error(&manifest->messages, place_at(&file, 0),
                       "larger than %d MiB, or nested more than %d deep",
                       YAML_FILE_MAX_BYTES / 1024 / 1024, JSON_DEPTH_MAX);
        return STATUS_INVALID;
    }
    for (;;) {
        const struct text rest = rest_of(&file);

        if (rest.size == 0)
            return STATUS_OK;
        TRY(read_next(&file, rest));
    }
}
