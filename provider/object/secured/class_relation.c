/*
 * SMS_CIRelation: which software updates are in which group of updates.
 *
 * A relation is part of the group: the group's scopes secure it, and making and
 * deleting it needs Modify on the group. Seeing it needs Read on updates too.
 */
#include "provider/object/secured/class_relation_sql.h"
#include "provider/object/secured/secured_rows.h"

enum { IN_GROUP = 1, REQUIRES = 2 };

static const int64_t relations[] = {IN_GROUP, REQUIRES};
static const struct object_choices relation_choices = {
    relations, ARRAY_SIZE(relations),
    "It is 1 in the group or 2 required by it."};

static const struct object_property relation_properties[] = {
    ROW_KEY("RelationID"),
    {"FromCIID", OBJECT_INTEGER,
     OBJECT_REQUIRED | OBJECT_FIXED | OBJECT_UNIQUE_PART, 1, INT64_MAX,
     "FromCIID", NULL, "The group of updates"},
    {"ToCIID", OBJECT_INTEGER,
     OBJECT_REQUIRED | OBJECT_FIXED | OBJECT_UNIQUE_PART, 1, INT64_MAX,
     "ToCIID", NULL, "The update"},
    {"RelationType", OBJECT_INTEGER, OBJECT_DEFAULT | OBJECT_FIXED, 1, 2,
     "RelationType", NULL, "1 in the group, 2 required by it",
     .otherwise = IN_GROUP, .choices = &relation_choices},
    MADE_AT_SITE,
    MADE_BY("CreatedBy"),
    MADE_ON("DateCreated", "CreatedDate"),
    ROW_VERSION,
};

static const struct object_reference references[] = {
    {"FromCIID", NULL, &class_update_group, .need = {34, RBAC_OP_MODIFY},
     .kind = OBJECT_PART_OF},
    {"ToCIID", NULL, &class_software_update, .kind = OBJECT_PART_OF},
};

const struct object_class class_relation = {
    .name = "SMS_CIRelation",
    .describe = "A software update in a group of them",
    .type = 34,
    .read = {34, RBAC_OP_READ},
    .create = {34, RBAC_OP_MODIFY},
    .modify = {34, RBAC_OP_MODIFY},
    .remove = {34, RBAC_OP_MODIFY},
    .can_create = true,
    .can_remove = true,
    PROPERTIES(relation_properties),
    .table = "relation",
    .key_column = "row",
    .name_column = "FromCIID",
    .has_integer_key = true,
    .first_row = FIRST_ROW,
    .since = 3,
    .label_kind = LABELS_SCOPES,
    .labels = SQL_RELATION_SCOPES,
    .also[0].kind = LABELS_NONE,
    .also[0].operation = RBAC_OP_READ,
    .also[0].type = "37",
    .also[0].labels = "NULL",
    REFERENCES(references),
};
