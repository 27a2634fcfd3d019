/*
 * References given by name: the key is put in its place before anything reads
 * it. The same for a name that nobody has and one that is hidden (natural.h).
 */
#include "provider/object/act/complete.h"
#include "provider/object/natural.h"

enum status reference_find(struct object_call *call,
                           const struct object_reference *reference,
                           const char *property, struct text name,
                           struct object_target *target_out)
{
    const struct question q =
        actor_question(call, reference->class->read, NULL);
    const enum status found = natural_read(
        call->store, call->actor.map,
        (struct question_object){reference->class, name}, &q, target_out);

    if (found == STATUS_NOT_FOUND)
        return fail_invalid(call, property, "There is no such %s.",
                            reference->class->name);
    if (found == STATUS_CONFLICT)
        return fail_invalid(call, property, "Several have this name. Give %s.",
                            reference->property);
    return found;
}

/* Is it a key that the caller may give? actor_refer has the last word. */
static enum status is_key(struct object_call *call,
                          const struct object_class *class, struct text word,
                          bool *is_key_out)
{
    SCOPED(object_target_clear) struct object_target target = {0};
    enum status found;

    *is_key_out = word.size == 0 || natural_is_key(class, word);
    if (*is_key_out)
        return STATUS_OK;
    found =
        object_target_read(call->store, call->actor.map, class, word, &target);
    *is_key_out = found == STATUS_OK && actor_may_read(call, class, &target);
    return found == STATUS_NOT_FOUND ? STATUS_OK : found;
}

static json_t *key_of(const struct object_class *class,
                      const struct object_target *target)
{
    return class->has_integer_key ? json_integer(target->row)
                                  : json_string(target->key);
}

static enum status name_one(struct object_call *call,
                            const struct object_reference *reference,
                            const char *given, const json_t *value,
                            json_t *named)
{
    SCOPED(object_target_clear) struct object_target target = {0};
    const struct text word = {json_string_value(value),
                              json_string_length(value)};
    bool is_given_key;

    TRY(is_key(call, reference->class, word, &is_given_key));
    if (is_given_key)
        return STATUS_OK;
    TRY(reference_find(call, reference, reference->property, word, &target));
    return json_object_set_new(named, given,
                               key_of(reference->class, &target)) == 0
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

static const struct object_reference *reference_of(
    const struct object_class *class, const char *property)
{
    for (size_t i = 0; i < class->n_references; i++)
        if (text_equal_nocase(text_of(property),
                              text_of(class->references[i].property)))
            return &class->references[i];
    return NULL;
}

/* Most objects are referred to by their keys. */
static bool names_any(const struct object_class *class, json_t *given)
{
    const char *name;
    json_t *value;

    if (class->n_references == 0)
        return false;
    json_object_foreach (given, name, value)
        if (json_is_string(value) && reference_of(class, name))
            return true;
    return false;
}

enum status properties_name(struct object_call *call, const json_t *properties,
                            json_t **named_out)
{
    json_t *given = (json_t *)(uintptr_t)properties;
    const bool refers = call->class->n_references > 0;
    json_t *named =
        names_any(call->class, given) ? json_copy(given) : json_incref(given);
    enum status status = named ? STATUS_OK : STATUS_NO_MEMORY;

    for (void *at = refers ? json_object_iter(given) : NULL; at;
         at = json_object_iter_next(given, at)) {
        const char *name = json_object_iter_key(at);
        const json_t *value = json_object_iter_value(at);
        const struct object_reference *reference =
            reference_of(call->class, name);

        if (status == STATUS_OK && reference && json_is_string(value))
            status = name_one(call, reference, name, value, named);
    }
    if (status == STATUS_OK)
        *named_out = named;
    else
        json_decref(named);
    return status;
}
