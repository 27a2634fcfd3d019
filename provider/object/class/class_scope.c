/*
 * SMS_SecuredCategory: security scopes.
 */
#include "provider/object/class/class_rows.h"

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
     "(SELECT count(DISTINCT a.admin) FROM assignment_scope s"
     " JOIN assignment a ON a.row = s.assignment WHERE s.scope = t.row)",
     "Administrators who hold it"},
    {"NumberOfObjects", OBJECT_INTEGER, OBJECT_READ_ONLY | OBJECT_LAZY, 0,
     INT64_MAX, NULL,
     "(SELECT count(*) FROM membership m WHERE m.CategoryID = t.CategoryID"
     " AND sms_may(m.ObjectTypeID, 0, 1, m.scopes))",
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
static const char *const uses[] = {
    "SELECT DISTINCT 'SMS_Admin', a.admin FROM assignment_scope s"
    " JOIN assignment a ON a.row = s.assignment WHERE s.scope = ?1"
    " AND ?2 <> ''",
    "SELECT m.class, m.ObjectKey FROM membership m"
    " WHERE m.CategoryID = ?2 AND ?1 > 0",
};

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
