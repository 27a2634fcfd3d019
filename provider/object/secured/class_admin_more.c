/*
 * SMS_AdminRole and SMS_AdminCategory: what administrators hold, a row each.
 * Seeing them needs Read on administrators; seeing a category also needs Read
 * on the scope or collection.
 */
#include "provider/object/secured/secured_rows.h"

#define ADMIN_ID                                                               \
    {                                                                          \
        "AdminID", OBJECT_INTEGER, OBJECT_READ_ONLY, 1, INT64_MAX, "AdminID",  \
            NULL, "The administrator"                                          \
    }

static const struct object_property role_properties[] = {
    {"AdminRoleKey", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 1, 64,
     "AdminRoleKey", NULL, "AdminID.RoleID"},
    ADMIN_ID,
    {"RoleID", OBJECT_STRING, OBJECT_READ_ONLY, 8, 8, "RoleID", NULL,
     "A role of theirs"},
};

const struct object_class class_admin_role = {
    .name = "SMS_AdminRole",
    .describe = "A role of an administrator",
    RIGHTS_OF_READERS(RBAC_TYPE_ADMIN),
    PROPERTIES(role_properties),
    .table = "admin_role",
    .key_column = "AdminRoleKey",
    .name_column = "RoleID",
    .is_view = true,
};

static const struct object_property category_properties[] = {
    {"AdminCategoryKey", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 1, 64,
     "AdminCategoryKey", NULL, "AdminID.CategoryID"},
    ADMIN_ID,
    {"CategoryID", OBJECT_STRING, OBJECT_READ_ONLY, 8, 8, "CategoryID", NULL,
     "A scope or collection of theirs"},
    {"CategoryTypeID", OBJECT_INTEGER, OBJECT_READ_ONLY, 1, 29,
     "CategoryTypeID", NULL, "1 collection, 29 scope"},
};

const struct object_class class_admin_category = {
    .name = "SMS_AdminCategory",
    .describe = "A scope or collection in which an administrator has a role",
    RIGHTS_OF_READERS(RBAC_TYPE_ADMIN),
    PROPERTIES(category_properties),
    .table = "admin_category",
    .key_column = "AdminCategoryKey",
    .name_column = "CategoryID",
    .is_view = true,
    .also[0].kind = LABELS_OF_TYPE,
    .also[0].operation = RBAC_OP_READ,
    .also[0].type = "t.CategoryTypeID",
    .also[0].labels = "t.collection",
};
