/*
 * SMS_SecuredCategory: security scopes.
 */
#include "provider/object/object_private.h"

static const struct object_property properties[] = {
    {"CategoryID", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 8, 8,
     "CategoryID", NULL, "Key, given by the site"},
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
    {"SourceSite", OBJECT_STRING, OBJECT_READ_ONLY, 0, 3, "SourceSite", NULL,
     "Site that made it"},
    {"CreatedBy", OBJECT_STRING, OBJECT_READ_ONLY, 0, 512, "CreatedBy", NULL,
     "Who made it"},
    {"CreatedDate", OBJECT_DATETIME, OBJECT_READ_ONLY, 0, 0, "CreatedDate",
     NULL, "When"},
    {"LastModifiedBy", OBJECT_STRING, OBJECT_READ_ONLY, 0, 512,
     "LastModifiedBy", NULL, "Who changed it last"},
    {"LastModifiedDate", OBJECT_DATETIME, OBJECT_READ_ONLY, 0, 0,
     "LastModifiedDate", NULL, "When"},
    {"DeclaredIn", OBJECT_STRING, OBJECT_READ_ONLY, 0, 0, "place", NULL,
     "Policy file and line that declare it"},
    {"RowVersion", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX,
     "row_version", NULL, "Counts changes: give it as if_version"},
};

/* R10.7: not while anybody holds it or anything is in it. */
static enum status check_delete(struct object_call *call)
{
    static const char holders[] =
        "SELECT DISTINCT 'SMS_Admin', a.admin FROM assignment_scope s"
        " JOIN assignment a ON a.row = s.assignment WHERE s.scope = ?1"
        " AND ?2 <> ''";
    static const char objects[] =
        "SELECT m.class, m.ObjectKey FROM membership m"
        " WHERE m.CategoryID = ?2 AND ?1 > 0";

    TRY(actor_check_unused(call, holders));
    return actor_check_unused(call, objects);
}

static const struct object_hooks hooks = {
    .before_delete = check_delete,
};

const struct object_class class_scope = {
    .name = "SMS_SecuredCategory",
    .describe = "A security scope: a set of objects that roles act on",
    .type = RBAC_TYPE_SCOPE,
    .read = {RBAC_TYPE_SCOPE, RBAC_OP_READ},
    .create = {RBAC_TYPE_SCOPE, RBAC_OP_CREATE},
    .modify = {RBAC_TYPE_SCOPE, RBAC_OP_MODIFY},
    .remove = {RBAC_TYPE_SCOPE, RBAC_OP_DELETE},
    .messages = {31220, 31221, 31222, 31223, 31224, 31225},
    .can_create = true,
    .can_modify = true,
    .can_remove = true,
    .properties = properties,
    .n_properties = ARRAY_SIZE(properties),
    .table = "scope",
    .key_column = "CategoryID",
    .name_column = "CategoryName",
    .extra = "is_all INTEGER NOT NULL DEFAULT 0,"
             " is_default INTEGER NOT NULL DEFAULT 0, declared TEXT",
    .is_estate = true,
    .hooks = &hooks,
};
