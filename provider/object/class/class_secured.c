/*
 * SMS_RbacSecuredObject: what the caller may do, asked rather than tried
 * (R11.1).
 */
#include "provider/object/class/class_rows.h"
#include "provider/object/class/class_secured_sql.h"
#include "provider/object/class/object_path.h"
#include "provider/object/class/secured_methods.h"
#include "rbac/catalog.h"

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
                              const struct object_path *path,
                              struct asked *asked)
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
    const struct object_path path =
        object_path_read(text_arg(args, "ObjectPath", &value));
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

/* ---- Types: what there is, and what the caller has of it ---- */

static const struct object_property properties[] = {
    {"ObjectTypeID", OBJECT_INTEGER, OBJECT_KEY | OBJECT_READ_ONLY, 1, 65535,
     "type", NULL, "The type of objects"},
    {"ObjectTypeName", OBJECT_STRING, OBJECT_READ_ONLY, 1, 256, "name", NULL,
     "Its class"},
    {"AvailableTypeOperations", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, UINT32_MAX,
     "type_operations", NULL, "Operations that are held on all or none"},
    {"AvailableInstanceOperations", OBJECT_INTEGER, OBJECT_READ_ONLY, 0,
     UINT32_MAX, "instance_operations", NULL, "Operations on single objects"},
    {"GrantedOperations", OBJECT_INTEGER, OBJECT_READ_ONLY | OBJECT_LAZY, 0,
     UINT32_MAX, NULL, SQL_SECURED_GRANTED,
     "Those that the caller holds on any object"},
    {"Operations", OBJECT_EMBEDDED, OBJECT_READ_ONLY | OBJECT_LAZY, 0, 0, NULL,
     SQL_SECURED_OPERATIONS,
     "{BitFlag, ObjectTypeID, OperationName, IsTypeWideOperation} each"},
};

static const struct object_property permission_args[] = {
    {"ObjectPath", OBJECT_STRING, OBJECT_REQUIRED, 1, 512, NULL, NULL,
     "A class, or an object: SMS_Collection.CollectionID='P0100001'"},
    {"Permissions", OBJECT_INTEGER, OBJECT_REQUIRED, 1, UINT32_MAX, NULL, NULL,
     "Bits of operations; answered: those of them that are held"},
};

/* ---- GetUserList ---- */

static const struct object_property user_list_args[] = {
    {"ObjectPath", OBJECT_STRING, OBJECT_REQUIRED, 1, 512, NULL, NULL,
     "An object: SMS_Collection.CollectionID='P0100001'"},
};

/* An object that may not be read has no users, as a missing one. */
static enum status get_user_list(struct object_call *call, const json_t *args,
                                 struct json_writer *result)
{
    const json_t *value;
    const struct object_path path =
        object_path_read(text_arg(args, "ObjectPath", &value));
    const struct object_class *class = object_class_find(path.class_name);
    SCOPED(object_target_clear) struct object_target target = {0};
    char room[OBJECT_KEY_ROOM];
    enum status found;

    if (!class || !class->type || !path.has_key)
        return fail_invalid(call, "ObjectPath",
                            "It names no object of a secured class.");
    found = object_target_read(
        call->store, call->actor.map, class,
        object_class_key(path.class_name, path.key, room), &target);
    if (found == STATUS_OK && !actor_may_read(call, class, &target))
        found = STATUS_NOT_FOUND;
    if (found != STATUS_OK && found != STATUS_NOT_FOUND)
        return found;
    return secured_write_users(call, class, found == STATUS_OK ? &target : NULL,
                               result);
}

static const struct object_method methods[] = {
    {
        .name = "UserHasPermissions",
        .describe = "Does the caller hold all these operations, guards that do"
                    " not depend on a change's content included?",
        .is_static = true,
        .is_reading = true,
        .is_for_all = true,
        .args = permission_args,
        .n_args = ARRAY_SIZE(permission_args),
        .run = user_has_permissions,
    },
    {
        .name = "GetAvailableScopes",
        .describe = "The scopes or collections in which the caller may give "
                    "somebody all of these roles",
        .is_static = true,
        .is_reading = true,
        .is_for_all = true,
        .args = secured_scopes_args,
        .n_args = N_SECURED_SCOPES_ARGS,
        .run = secured_available_scopes,
    },
    {
        .name = "GetCollectionsWithResourcePermissions",
        .describe = "The collections with the device in which the caller holds "
                    "all these operations",
        .is_static = true,
        .is_reading = true,
        .is_for_all = true,
        .args = secured_resource_args,
        .n_args = N_SECURED_RESOURCE_ARGS,
        .run = secured_resource_collections,
    },
    {
        .name = "GetUserList",
        .describe = "The administrators that hold something on an object, "
                    "and what",
        .need = {RBAC_TYPE_ADMIN, RBAC_OP_READ},
        .is_static = true,
        .is_reading = true,
        .args = user_list_args,
        .n_args = ARRAY_SIZE(user_list_args),
        .run = get_user_list,
    },
};

const struct object_class class_secured = {
    .name = "SMS_RbacSecuredObject",
    .describe = "A type of objects, and what the caller may do with it",
    .read = {OBJECT_FOR_ALL, RBAC_OP_READ},
    PROPERTIES(properties),
    METHODS(methods),
    .table = "secured_type",
    .key_column = "type",
    .name_column = "name",
    .is_view = true,
    .has_integer_key = true,
};
