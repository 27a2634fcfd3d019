/*
 * Calling a method of a class: its arguments against their description first.
 */
#include <stdlib.h>

#include "provider/object/guard/lock.h"

static enum status check_argument(struct object_call *call,
                                  const struct object_method *method,
                                  struct text name, const json_t *json,
                                  uint64_t *given)
{
    for (size_t i = 0; i < method->n_args; i++) {
        struct object_value value = {0};
        enum status status;

        if (!text_equal_nocase(name, text_of(method->args[i].name)))
            continue;
        if (*given & UINT64_C(1) << i)
            return fail_invalid(call, method->args[i].name,
                                "The argument is given twice.");
        *given |= UINT64_C(1) << i;
        if (json_is_null(json) && !(method->args[i].flags & OBJECT_REQUIRED))
            return STATUS_OK;
        status = object_value_read(call, &method->args[i], json, &value);
        free(value.owned);
        return status;
    }
    return fail_invalid(call, "args", "%s has no argument %.*s.", method->name,
                        (int)(name.size < 60 ? name.size : 60), name.data);
}

static enum status check_arguments(struct object_call *call,
                                   const struct object_method *method,
                                   const json_t *args)
{
    uint64_t given = 0;
    const char *name;
    json_t *json;

    if (args && !json_is_object(args))
        return fail_invalid(call, "args", "The arguments must be an object.");
    json_object_foreach ((json_t *)(uintptr_t)args, name, json)
        TRY(check_argument(call, method, text_of(name), json, &given));
    for (size_t i = 0; i < method->n_args; i++)
        if ((method->args[i].flags & OBJECT_REQUIRED) &&
            !(given & UINT64_C(1) << i))
            return fail_invalid(call, method->args[i].name, "%s needs it.",
                                method->name);
    return STATUS_OK;
}

const json_t *object_argument(const json_t *args, const char *name)
{
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)args, key, value)
        if (text_equal_nocase(text_of(key), text_of(name)))
            return value;
    return NULL;
}

enum status object_invoke(struct object_call *call,
                          const struct object_method *method,
                          const json_t *args, struct json_writer *result)
{
    TRY(check_arguments(call, method, args));
    if (call->target && !method->is_reading && !method->is_static)
        TRY(lock_check(call));
    call->message_id = method->message_id;
    return method->run(call, args, result);
}
