#include "provider/smsctl/apply.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "provider/client/answer.h"
#include "provider/client/failure.h"
#include "provider/smsctl/manifest/manifest_difference.h"

/* ---- What there is ---- */

/* A name with the form of a key could be another object's. */
static enum smsclient_result check_name(const struct apply_target *target)
{
    const char *name = answer_text(target->class, "name_property");

    if (!target->is_by_name ||
        strcasecmp(answer_text(target->current, name), target->word) == 0)
        return SMSCLIENT_OK;
    return APPLY_FAIL(target, SMSCLIENT_INVALID,
                      "This name is the key of another object. Give the key of "
                      "the object itself.");
}

static enum smsclient_result get(struct apply_target *target, const char *key)
{
    return console_try(target->apply->console, "object.get",
                       json_pack("{s:s, s:s}", "class",
                                 target->object->class_name, "key", key),
                       &target->current);
}

/* A word with the form of a key is taken for no name by object.get.
 * SMSCLIENT_CONFLICT has been printed. */
static enum smsclient_result get_named(struct apply_target *target)
{
    json_t *params = console_named(target->object->class_name,
                                   answer_text(target->class, "name_property"),
                                   target->word, 2);
    SCOPED(answer_drop) json_t *page = NULL;
    SCOPED(memory_drop) char *key = NULL;
    const json_t *items;
    enum smsclient_result called;

    if (!params)
        return SMSCLIENT_NOT_FOUND;
    called = console_try(target->apply->console, "object.list", params, &page);
    if (called != SMSCLIENT_OK)
        return called;
    items = json_object_get(page, "items");
    if (json_array_size(items) > 1)
        return APPLY_FAIL(target, SMSCLIENT_CONFLICT,
                          "Several objects have this name. Give the key.");
    key = apply_word_of(json_object_get(json_array_get(items, 0),
                                        apply_key_property(target->class)));
    return key ? get(target, key) : SMSCLIENT_NOT_FOUND;
}

static bool is_of_digits(const struct apply_target *target)
{
    return target->is_by_name &&
           target->word[strspn(target->word, "0123456789")] == '\0';
}

static enum smsclient_result read_current(struct apply_target *target)
{
    enum smsclient_result called = get(target, target->word);

    if (called == SMSCLIENT_NOT_FOUND && is_of_digits(target)) {
        called = get_named(target);
        if (called == SMSCLIENT_CONFLICT)
            return called;
    }
    if (called == SMSCLIENT_OK)
        return check_name(target);
    if (called != SMSCLIENT_NOT_FOUND)
        return apply_fail_call(target, called);
    if (target->is_own_key)
        return APPLY_FAIL(
            target, SMSCLIENT_NOT_FOUND,
            "There is no such object to change, or you may not read "
            "it. To create one, give its name among the properties "
            "and no key.");
    if (target->object->version >= 0)
        return APPLY_FAIL(target, SMSCLIENT_CONFLICT,
                          "There is no such object, so it has no version.");
    return SMSCLIENT_OK;
}

static enum smsclient_result check_version(const struct apply_target *target)
{
    const json_int_t now =
        json_integer_value(json_object_get(target->current, "RowVersion"));

    if (!target->current || target->object->version < 0 ||
        target->object->version == now)
        return SMSCLIENT_OK;
    return APPLY_FAIL(target, SMSCLIENT_CONFLICT,
                      "The object is at version %" JSON_INTEGER_FORMAT
                      ", and the file was made for version %lld.",
                      now, (long long)target->object->version);
}

static enum smsclient_result compare(struct apply_target *target)
{
    const json_t *properties = json_object_get(target->class, "properties");
    const char *fault;

    if (manifest_difference(target->wanted, target->current,
                            &target->changes) != STATUS_OK)
        return console_printed(target->apply->console, STATUS_NO_MEMORY);
    fault = manifest_change_of(target->changes, properties, "read_only");
    if (fault)
        return APPLY_FAIL(target, SMSCLIENT_INVALID,
                          "%s is set by the provider. Leave it out.", fault);
    fault = target->current
                ? manifest_change_of(target->changes, properties, "fixed")
                : NULL;
    if (fault)
        return APPLY_FAIL(target, SMSCLIENT_INVALID,
                          "%s cannot be changed after creation.", fault);
    return SMSCLIENT_OK;
}

/* ---- Making it so ---- */

static json_t *changed_properties(const struct apply_target *target)
{
    json_t *properties = json_object();

    for (size_t i = 0; i < json_array_size(target->changes); i++) {
        const json_t *change = json_array_get(target->changes, i);

        json_object_set(properties, answer_text(change, "property"),
                        json_object_get(change, "to"));
    }
    return properties;
}

static json_t *own_key(const struct apply_target *target)
{
    char *word = apply_word_of(
        json_object_get(target->current, apply_key_property(target->class)));
    json_t *key = json_string(word ? word : target->word);

    free(word);
    return key;
}

static json_t *params_of(const struct apply_target *target)
{
    const json_t *version = json_object_get(target->current, "RowVersion");
    json_t *params =
        json_pack("{s:s, s:o}", "class", target->object->class_name,
                  "properties", changed_properties(target));

    if (!target->current)
        return params;
    json_object_set_new(params, "key", own_key(target));
    if (json_is_integer(version))
        json_object_set(params, "if_version", (json_t *)(uintptr_t)version);
    return params;
}

/* The error that a call would have got. */
static enum smsclient_result fail_error(const struct apply_target *target,
                                        const json_t *error)
{
    const enum smsclient_result result = failure_result_of_code(
        (int)json_integer_value(json_object_get(error, "code")));
    const char *property =
        answer_text(json_object_get(error, "data"), "property");

    APPLY_FAIL(target, result, "%s", answer_text(error, "message"));
    if (*property)
        console_line(target->apply->console, "  property: %s", property);
    return result;
}

/* What the provider would say, without doing it. Something that the same run
 * would create first cannot be referred to yet. */
static enum smsclient_result try_act(struct apply_target *target,
                                     const char *method)
{
    struct console *console = target->apply->console;
    SCOPED(answer_drop) json_t *answer = NULL;
    enum smsclient_result result =
        console_try(console, "access.explain",
                    json_pack("{s:{s:s, s:o}}", "act", "method", method,
                              "params", params_of(target)),
                    &answer);
    const json_t *error = json_object_get(answer, "error");

    if (result != SMSCLIENT_OK)
        return apply_fail_call(target, result);
    if (!json_is_object(error))
        return SMSCLIENT_OK;
    if (target->apply->n_new > 0 &&
        strcmp(answer_text(answer, "code"), "invalid") == 0) {
        apply_print_place(target);
        console_note(console,
                     "It may need what this run would create before it: %s",
                     answer_text(error, "message"));
        return SMSCLIENT_OK;
    }
    return fail_error(target, error);
}

static enum smsclient_result act(struct apply_target *target)
{
    const char *method = target->current ? "object.update" : "object.create";
    json_t *made = NULL;
    enum smsclient_result result;

    if (target->apply->is_dry)
        return try_act(target, method);
    result =
        console_try(target->apply->console, method, params_of(target), &made);
    if (result != SMSCLIENT_OK)
        return apply_fail_call(target, result);
    json_decref(target->current);
    target->current = made;
    return SMSCLIENT_OK;
}

/* ---- The whole ---- */

static void note_done(struct apply_target *target, const char *action)
{
    const json_t *key =
        json_object_get(target->current, apply_key_property(target->class));
    const char *name_property = answer_text(target->class, "name_property");
    const json_t *name = json_object_get(target->current, name_property);

    if (!name)
        name = json_object_get(target->wanted, name_property);
    json_array_append_new(
        target->apply->done,
        json_pack("{s:s, s:s, s:O*, s:O*, s:O}", "action", action, "class",
                  answer_text(target->class, "name"), "key", key, "name", name,
                  "changes", target->changes));
}

static enum smsclient_result make_so(struct apply_target *target)
{
    const bool is_dry = target->apply->is_dry;
    const bool is_new = !target->current;
    enum smsclient_result result = SMSCLIENT_OK;

    if (!is_new && json_array_size(target->changes) == 0) {
        note_done(target, "unchanged");
        return SMSCLIENT_OK;
    }
    result = act(target);
    if (result != SMSCLIENT_OK)
        return result;
    target->apply->n_new += is_new;
    if (is_new)
        note_done(target, is_dry ? "create" : "created");
    else
        note_done(target, is_dry ? "update" : "updated");
    return SMSCLIENT_OK;
}

static enum smsclient_result read_wanted(struct apply_target *target)
{
    const enum status read = manifest_properties(
        target->object, json_object_get(target->class, "properties"),
        &target->wanted);

    if (read == STATUS_CONFLICT)
        return APPLY_FAIL(target, SMSCLIENT_INVALID,
                          "A property is given in two spellings.");
    return read == STATUS_OK ? SMSCLIENT_OK
                             : console_printed(target->apply->console, read);
}

enum smsclient_result apply_object(struct apply *apply,
                                   const struct manifest_object *object)
{
    SCOPED(apply_target_clear)
    struct apply_target target = {.apply = apply, .object = object};
    enum smsclient_result result = apply_find_class(&target);

    if (result == SMSCLIENT_OK)
        result = read_wanted(&target);
    if (result == SMSCLIENT_OK)
        result = apply_find_word(&target);
    if (result == SMSCLIENT_OK)
        result = read_current(&target);
    if (result == SMSCLIENT_OK)
        result = check_version(&target);
    if (result == SMSCLIENT_OK && target.current)
        result = apply_resolve(&target);
    if (result == SMSCLIENT_OK)
        result = compare(&target);
    return result == SMSCLIENT_OK ? make_so(&target) : result;
}
