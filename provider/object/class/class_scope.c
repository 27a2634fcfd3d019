/*
 * SMS_SecuredCategory: security scopes.
 */
#include "provider/object/class/class_rows.h"
#include "provider/object/class/class_scope_sql.h"

static const struct object_property properties[] = {
    SITE_KEY("CategoryID"),
    {"CategoryName", OBJECT_STRING,
     OBJECT_REQUIRED | OBJECT_UNIQUE | OBJECT_NAME | OBJECT_NO_KEY, 1, 256,
     "CategoryName", NULL, "Name, unique without regard to case"},
    {"CategoryDescription", OBJECT_STRING, 0, 0, 512, "CategoryDescription",
     NULL, "What belongs into it"},
    {"IsBuiltIn", OBJECT_BOOLEAN, OBJECT_READ_ONLY, 0, 1, "IsBuiltIn", NULL,
     "Came with the product: neither changed nor deleted"},
    {"NumberOfAdmins", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX, NULL,
     SQL_SCOPE_HOLDERS, "Administrators who hold it"},
    {"NumberOfObjects", OBJECT_INTEGER, OBJECT_READ_ONLY | OBJECT_LAZY, 0,
     INT64_MAX, NULL, SQL_SCOPE_OBJECTS,
     "Objects in it that the caller may read"},
    MADE_AT_SITE,
    MADE_BY("CreatedBy"),
    MADE_ON("CreatedDate", "CreatedDate"),
    CHANGED_BY("LastModifiedBy"),
    CHANGED_ON("LastModifiedDate", "LastModifiedDate"),
    DECLARED_IN,
    ROW_VERSION,
};

/* R10.7: not while anybody holds it or anything is in it. */
static const char *const uses[] = {SQL_SCOPE_USES, SQL_SCOPE_USES_OBJECT};

const struct object_class class_scope = {
    .name = "SMS_SecuredCategory",
    .describe = "A security scope: a set of objects that roles act on",
    RIGHTS_OF(RBAC_TYPE_SCOPE),
    .messages = {31220, 31221, 31222, 31223, 31224, 31225},
    FOR_ALL_VERBS,
    PROPERTIES(properties),
    .table = "scope",
    .key_column = "CategoryID",
    .name_column = "CategoryName",
    .extra = "is_all INTEGER NOT NULL DEFAULT 0,"
             " is_default INTEGER NOT NULL DEFAULT 0, declared TEXT",
    .is_estate = true,
    USES(uses),
};
