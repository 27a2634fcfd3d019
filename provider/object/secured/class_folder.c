/*
 * SMS_ObjectContainerNode: folders, each of one type of objects.
 *
 * A folder is a secured object itself. Besides the rights on it, making,
 * changing and deleting it needs Modify Folder of the type that it holds
 * (R7.8.5). What is in it: class_folder_item.c.
 */
#include <inttypes.h>
#include <stdio.h>

#include "provider/object/secured/class_folder_sql.h"
#include "provider/object/secured/folder.h"
#include "provider/object/secured/secured_rows.h"
#include "rbac/catalog.h"

static const struct object_property folder_properties[] = {
    ROW_KEY("ContainerNodeID"),
    NAMED("Name"),
    {"ObjectType", OBJECT_INTEGER, OBJECT_REQUIRED | OBJECT_FIXED, 1, 65535,
     "ObjectType", NULL,
     "What it holds: a type, 5000 and 5001 collections of devices and users,"
     " 6000 applications"},
    {"ParentContainerNodeID", OBJECT_INTEGER, OBJECT_DEFAULT | OBJECT_INDEX, 0,
     INT64_MAX, "ParentContainerNodeID", NULL, "The folder it is in; 0: none"},
    {"SearchFolder", OBJECT_BOOLEAN, OBJECT_DEFAULT | OBJECT_FIXED, 0, 1,
     "SearchFolder", NULL, "Shows what a search finds"},
    {"SearchString", OBJECT_STRING, 0, 0, 4096, "SearchString", NULL,
     "The search"},
    BAG,
    SCOPE_NAMES("226"),
    STAMPS,
};

/* ---- What a folder holds ---- */

enum {
    FOLDER_OF_DEVICE_COLLECTIONS = 5000,
    FOLDER_OF_USER_COLLECTIONS = 5001,
    FOLDER_OF_APPLICATIONS = 6000,
};

const struct object_class *folder_class_of(int64_t kind)
{
    const struct rbac_type *type;

    if (kind == FOLDER_OF_DEVICE_COLLECTIONS ||
        kind == FOLDER_OF_USER_COLLECTIONS)
        return &class_collection;
    if (kind == FOLDER_OF_APPLICATIONS)
        return &class_application;
    if (kind <= 0 || kind > UINT16_MAX || kind == RBAC_TYPE_COLLECTION ||
        kind == RBAC_TYPE_APPLICATION)
        return NULL;
    type = rbac_catalog_type(&rbac_catalog, (uint16_t)kind);
    return type && type->operations >> RBAC_OP_MODIFY_FOLDER & 1
               ? object_class_of_type(type->id)
               : NULL;
}

int64_t folder_kind_of_collection(int64_t collection_type)
{
    return collection_type == 1 ? FOLDER_OF_USER_COLLECTIONS
                                : FOLDER_OF_DEVICE_COLLECTIONS;
}

static int64_t integer_of(const struct object_values *values, const char *name)
{
    return values->of[object_property_at(&class_folder, name)].integer;
}

static enum status need_modify_folder(struct object_call *call, int64_t kind)
{
    const struct object_class *class = folder_class_of(kind);

    if (!class)
        return fail_invalid(call, "ObjectType",
                            "Objects of this type are in no folders.");
    return object_actor_may(
        call, (struct object_need){class->type, RBAC_OP_MODIFY_FOLDER}, true,
        NULL, 0);
}

/* ---- Where it is ---- */

enum status folder_refer(struct object_call *call, const char *property,
                         int64_t folder, int64_t kind)
{
    SCOPED(object_target_clear) struct object_target target = {0};
    char key[24];
    int64_t its;

    snprintf(key, sizeof(key), "%" PRId64, folder);
    TRY(actor_refer(call, property, &class_folder, text_of(key), &target));
    TRY(store_int_with(call->store, SQL_FOLDER_KIND,
                       STORE_ARGS(STORE_INT(target.row)), &its));
    return its == kind
               ? STATUS_OK
               : fail_invalid(call, property,
                              "The folder holds objects of another type.");
}

static enum status check_parent(struct object_call *call, int64_t parent,
                                int64_t kind, int64_t own)
{
    int64_t is_within = 0;

    if (parent == 0)
        return STATUS_OK;
    TRY(folder_refer(call, "ParentContainerNodeID", parent, kind));
    if (own)
        TRY(store_int_with(call->store, SQL_FOLDER_IS_WITHIN,
                           STORE_ARGS(STORE_INT(parent), STORE_INT(own)),
                           &is_within));
    return is_within ? fail_invalid(call, "ParentContainerNodeID",
                                    "A folder is not within itself.")
                     : STATUS_OK;
}

static enum status before_create(struct object_call *call,
                                 struct object_values *values)
{
    const int64_t kind = integer_of(values, "ObjectType");

    TRY(need_modify_folder(call, kind));
    return check_parent(call, integer_of(values, "ParentContainerNodeID"), kind,
                        0);
}

static enum status before_update(struct object_call *call,
                                 const struct object_values *old,
                                 struct object_values *values)
{
    const int64_t kind = integer_of(old, "ObjectType");
    const int64_t parent = integer_of(values, "ParentContainerNodeID");

    TRY(need_modify_folder(call, kind));
    if (parent == integer_of(old, "ParentContainerNodeID"))
        return STATUS_OK;
    return check_parent(call, parent, kind, call->target->row);
}

static enum status may_delete(struct object_call *call)
{
    int64_t kind;

    TRY(store_int_with(call->store, SQL_FOLDER_KIND,
                       STORE_ARGS(STORE_INT(call->target->row)), &kind));
    return need_modify_folder(call, kind);
}

static const struct object_hooks hooks = {
    .before_create = before_create,
    .before_update = before_update,
    .may_delete = may_delete,
};

static const char *const uses[] = {SQL_FOLDER_USES, SQL_FOLDER_USES_ITEM};

const struct object_class class_folder = {
    SECURED(folder, "SMS_ObjectContainerNode", "A folder of objects"),
    WITH_NUMBERS,
    RIGHTS_OF_ALL(RBAC_TYPE_FOLDER),
    .messages = {30113, 30114, 30115, 0, 0, 0},
    .label_kind = LABELS_SCOPES,
    USES(uses),
    .hooks = &hooks,
};
