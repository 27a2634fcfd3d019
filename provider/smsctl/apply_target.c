#include "provider/smsctl/apply_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/client/answer.h"
#include "provider/smsctl/manifest/manifest_difference.h"

void apply_target_clear(struct apply_target *target)
{
    json_decref(target->wanted);
    json_decref(target->current);
    json_decref(target->changes);
    free(target->word);
}

/* ---- Failures ---- */

void apply_print_place(const struct apply_target *target)
{
    const struct manifest_object *object = target->object;

    console_line(target->apply->console, "%s:%u: %s %s:", object->place.file,
                 object->place.line, object->class_name,
                 target->word ? target->word : "");
}

/* Of a call that console_try made. */
enum smsclient_result apply_fail_call(const struct apply_target *target,
                                      enum smsclient_result result)
{
    struct console *console = target->apply->console;

    apply_print_place(target);
    if (console->client && smsclient_failure(console->client)->result == result)
        return console_fail_client(console);
    return result;
}

/* ---- The class ---- */

static enum smsclient_result find_class(struct apply_target *target,
                                        const char *name,
                                        const json_t **class_out)
{
    struct apply *apply = target->apply;
    json_t *class = json_object_get(apply->classes, name);
    enum smsclient_result called;

    if (!class) {
        called = console_try(apply->console, "object.classes",
                             json_pack("{s:s}", "class", name), &class);
        if (called != SMSCLIENT_OK)
            return apply_fail_call(target, called);
        json_object_set_new(apply->classes, name, class);
    }
    *class_out = class;
    return SMSCLIENT_OK;
}

/* The first property with the flag, or NULL. */
static const char *property_with(const json_t *class, const char *flag)
{
    const json_t *properties = json_object_get(class, "properties");

    for (size_t i = 0; i < json_array_size(properties); i++)
        if (manifest_has_flag(json_array_get(properties, i), flag))
            return answer_text(json_array_get(properties, i), "name");
    return NULL;
}

const char *apply_key_property(const json_t *class)
{
    const char *name = property_with(class, "key");

    return name ? name : "";
}

/* ---- What it is called ---- */

/* A key or name as text; NULL: it is neither. */
char *apply_word_of(const json_t *value)
{
    char *word = NULL;

    if (json_is_string(value))
        return text_dup(text_of(json_string_value(value)));
    if (json_is_integer(value) &&
        asprintf(&word, "%" JSON_INTEGER_FORMAT, json_integer_value(value)) < 0)
        return NULL;
    return word;
}

/* The key of what a property refers to, perhaps by name; NULL: it is not there
 * for this caller, and the provider will say so. */
static enum smsclient_result find_reference(struct apply_target *target,
                                            const char *class_name,
                                            const json_t *value,
                                            json_t **key_out)
{
    SCOPED(answer_drop) json_t *object = NULL;
    const json_t *class = NULL;
    enum smsclient_result result = find_class(target, class_name, &class);
    const char *key;

    *key_out = NULL;
    if (result != SMSCLIENT_OK)
        return result;
    key = apply_key_property(class);
    result = console_try(target->apply->console, "object.get",
                         json_pack("{s:s, s:O, s:[s]}", "class", class_name,
                                   "key", value, "properties", key),
                         &object);
    if (result == SMSCLIENT_NOT_FOUND || result == SMSCLIENT_INVALID)
        return SMSCLIENT_OK;
    if (result != SMSCLIENT_OK)
        return apply_fail_call(target, result);
    *key_out = json_incref(json_object_get(object, key));
    return SMSCLIENT_OK;
}

/* Keys in place of names, so that they can be compared with what is there. */
static enum smsclient_result resolve(struct apply_target *target,
                                     const char *name)
{
    const char *class_name = json_string_value(
        json_object_get(json_object_get(target->class, "references"), name));
    json_t *value = json_object_get(target->wanted, name);
    json_t *key = NULL;
    enum smsclient_result result;

    if (!class_name || !json_is_string(value) || !*json_string_value(value) ||
        json_equal(value, json_object_get(target->current, name)))
        return SMSCLIENT_OK;
    result = find_reference(target, class_name, value, &key);
    if (key)
        json_object_set_new(target->wanted, name, key);
    return result;
}

/* "P0100014.Install"; stays NULL unless every part is given. */
static enum smsclient_result join_parts(struct apply_target *target)
{
    const json_t *properties = json_object_get(target->class, "properties");
    SCOPED(buf_free) struct buf key = buf_make(4096);

    for (size_t i = 0; i < json_array_size(properties); i++) {
        const json_t *property = json_array_get(properties, i);
        const char *name = answer_text(property, "name");
        enum smsclient_result resolved;

        if (!manifest_has_flag(property, "key_part"))
            continue;
        resolved = resolve(target, name);
        if (resolved != SMSCLIENT_OK)
            return resolved;
        if (!json_is_string(json_object_get(target->wanted, name)))
            return SMSCLIENT_OK;
        buf_append_format(&key, "%s%s", key.size ? "." : "",
                          answer_text(target->wanted, name));
    }
    if (key.size && buf_status(&key) == STATUS_OK)
        target->word = text_dup(buf_text(&key));
    return SMSCLIENT_OK;
}

/* A key that is given when the object is made: that of what it is part of. */
static bool is_given_key(const json_t *class)
{
    const json_t *properties = json_object_get(class, "properties");

    for (size_t i = 0; i < json_array_size(properties); i++) {
        const json_t *property = json_array_get(properties, i);

        if (manifest_has_flag(property, "key"))
            return manifest_has_flag(property, "key_part");
    }
    return false;
}

/* By "key", the key property, the parts of a key, or the name. */
enum smsclient_result apply_find_word(struct apply_target *target)
{
    const char *name =
        json_string_value(json_object_get(target->class, "name_property"));
    json_t *named = name ? json_object_get(target->wanted, name) : NULL;
    json_t *keyed =
        json_object_get(target->wanted, apply_key_property(target->class));
    enum smsclient_result joined = SMSCLIENT_OK;

    if (target->object->key) {
        target->word = text_dup(text_of(target->object->key));
        target->is_own_key =
            !json_is_string(named) ||
            strcmp(json_string_value(named), target->object->key) != 0;
    } else if (keyed && !is_given_key(target->class)) {
        target->word = apply_word_of(keyed);
        target->is_own_key = true;
    } else {
        joined = join_parts(target);
    }
    if (joined != SMSCLIENT_OK)
        return joined;
    if (!target->word) {
        target->word = apply_word_of(named);
        target->is_by_name = true;
    }
    if (target->word && *target->word)
        return SMSCLIENT_OK;
    return APPLY_FAIL(target, SMSCLIENT_INVALID,
                      "Nothing says which object this is. Give key%s%s.",
                      name ? ", or the property " : "", name ? name : "");
}

enum smsclient_result apply_resolve(struct apply_target *target)
{
    const json_t *references = json_object_get(target->class, "references");
    enum smsclient_result result = SMSCLIENT_OK;
    const char *name;
    json_t *class_name;

    json_object_foreach ((json_t *)(uintptr_t)references, name, class_name) {
        (void)class_name;
        if (result == SMSCLIENT_OK)
            result = resolve(target, name);
    }
    return result;
}

enum smsclient_result apply_find_class(struct apply_target *target)
{
    return find_class(target, target->object->class_name, &target->class);
}
