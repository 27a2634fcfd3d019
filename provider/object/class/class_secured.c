/*
 * SMS_RbacSecuredObject: what the caller may do, asked rather than tried
 * (R11.1).
 */
#include <string.h>

#include "provider/object/class/class_rows.h"
#include "rbac/catalog.h"

/* "SMS_Collection" or "SMS_Collection.CollectionID='P0100001'". */
struct path {
    struct text class_name;
    struct text key;
    bool has_key;
};

/* Without the server and namespace before it. */
static struct text local_part(struct text path)
{
    const char *colon = path.size ? memchr(path.data, ':', path.size) : NULL;

    if (path.size < 2 || memcmp(path.data, "\\\\", 2) != 0 || !colon)
        return path;
    return (struct text){colon + 1,
                         path.size - (size_t)(colon + 1 - path.data)};
}

static struct text unquoted(struct text value)
{
    const char quote = value.size ? value.data[0] : '\0';

    if (value.size >= 2 && (quote == '"' || quote == '\'') &&
        value.data[value.size - 1] == quote)
        return (struct text){value.data + 1, value.size - 2};
    return value;
}

static struct path path_read(struct text whole)
{
    const struct text text = local_part(whole);
    const char *equals = text.size ? memchr(text.data, '=', text.size) : NULL;
    const size_t left = equals ? (size_t)(equals - text.data) : text.size;
    const char *dot = left ? memchr(text.data, '.', left) : NULL;
    struct path path = {.class_name = {text.data, left}};

    if (dot)
        path.class_name.size = (size_t)(dot - text.data);
    if (equals) {
        path.key = unquoted((struct text){equals + 1, text.size - left - 1});
        path.has_key = true;
    }
    return path;
}

/* ---- Asking ---- */

struct asked {
    const struct object_class *class; /* NULL: objects of it are not here */
    const struct rbac_type *type;
    uint32_t operations;
    const struct object_target *target; /* NULL: on any object */
};

/* As access.check would say. */
static bool holds(struct object_call *call, const struct asked *asked,
                  uint8_t operation)
{
    const struct object_need need = {asked->type->id, operation};
    const struct question q = actor_question(call, need, asked->target);

    return question_hold(&q, asked->class, call->actor.site).verdict ==
           RBAC_ALLOW;
}

static uint32_t held_of(struct object_call *call, const struct asked *asked)
{
    uint32_t held = 0;

    for (uint32_t left = asked->operations; left; left &= left - 1) {
        const uint8_t operation = (uint8_t)__builtin_ctz(left);

        if (holds(call, asked, operation))
            held |= UINT32_C(1) << operation;
    }
    return held;
}

/* On an object that may not be read nothing is held, as on a missing one. */
static enum status ask_object(struct object_call *call, struct asked *asked,
                              struct text key, uint32_t *held_out)
{
    SCOPED(object_target_clear) struct object_target target = {0};
    enum status found;

    *held_out = 0;
    if (!asked->class)
        return fail_invalid(call, "ObjectPath",
                            "Objects of this class are not kept here.");
    found = object_target_read(call->store, call->actor.map, asked->class, key,
                               &target);
    if (found == STATUS_NOT_FOUND ||
        (found == STATUS_OK && !actor_may_read(call, asked->class, &target)))
        return STATUS_OK;
    TRY(found);
    asked->target = &target;
    *held_out = held_of(call, asked);
    return STATUS_OK;
}

static struct text text_arg(const json_t *args, const char *name,
                            const json_t **value_out)
{
    const char *key;
    json_t *value;

    *value_out = NULL;
    json_object_foreach ((json_t *)(uintptr_t)args, key, value)
        if (text_equal_nocase(text_of(key), text_of(name)))
            *value_out = value;
    return (struct text){json_string_value(*value_out),
                         json_string_length(*value_out)};
}

static enum status read_asked(struct object_call *call, const json_t *args,
                              const struct path *path, struct asked *asked)
{
    const json_t *mask;

    (void)text_arg(args, "Permissions", &mask);
    asked->operations = (uint32_t)json_integer_value(mask);
    asked->class = object_class_find(path->class_name);
    asked->type =
        asked->class ? rbac_catalog_type(&rbac_catalog, asked->class->type)
                     : rbac_catalog_class(&rbac_catalog, path->class_name);
    if (!asked->type)
        return fail_invalid(call, "ObjectPath",
                            "There is no class of this name.");
    if (!asked->operations || asked->operations & ~asked->type->operations)
        return fail_invalid(call, "Permissions",
                            "The class does not have all of these bits.");
    return STATUS_OK;
}

static enum status user_has_permissions(struct object_call *call,
                                        const json_t *args,
                                        struct json_writer *result)
{
    const json_t *value;
    const struct path path = path_read(text_arg(args, "ObjectPath", &value));
    struct asked asked = {0};
    uint32_t held = 0;

    TRY(read_asked(call, args, &path, &asked));
    if (path.has_key)
        TRY(ask_object(call, &asked, path.key, &held));
    else
        held = held_of(call, &asked);
    writer_object_begin(result);
    writer_put_bool(result, "ReturnValue", held == asked.operations);
    writer_put_int(result, "Permissions", held);
    writer_object_end(result);
    return STATUS_OK;
}

static const struct object_property args[] = {
    {"ObjectPath", OBJECT_STRING, OBJECT_REQUIRED, 1, 512, NULL, NULL,
     "A class, or an object: SMS_Collection.CollectionID='P0100001'"},
    {"Permissions", OBJECT_INTEGER, OBJECT_REQUIRED, 1, UINT32_MAX, NULL, NULL,
     "Bits of operations; answered: those of them that are held"},
};

static const struct object_method methods[] = {
    {
        .name = "UserHasPermissions",
        .describe = "Does the caller hold all these operations, guards that do"
                    " not depend on a change's content included?",
        .is_static = true,
        .is_reading = true,
        .is_for_all = true,
        .args = args,
        .n_args = ARRAY_SIZE(args),
        .run = user_has_permissions,
    },
};

const struct object_class class_secured = {
    .name = "SMS_RbacSecuredObject",
    .describe = "What the caller may do, asked rather than tried",
    METHODS(methods),
};
