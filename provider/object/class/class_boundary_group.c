/*
 * SMS_BoundaryGroup: places of the network, and the site that serves them.
 */
#include "provider/object/class/class_rows.h"

static const struct object_property properties[] = {
    ROW_KEY("GroupID"),
    {"Name", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_NAME | OBJECT_INDEX, 1,
     256, "Name", NULL, "Name; need not be unique"},
    {"Description", OBJECT_STRING, 0, 0, 512, "Description", NULL,
     "What belongs into it"},
    {"DefaultSiteCode", OBJECT_STRING, 0, 0, 3, "DefaultSiteCode", NULL,
     "Site that new clients in it are assigned to"},
    {"Flags", OBJECT_INTEGER, OBJECT_DEFAULT, 0, UINT32_MAX, "Flags", NULL,
     "Bits: how clients use it"},
    SCOPE_NAMES("46"),
    MADE_BY("CreatedBy"),
    MADE_ON("CreatedOn", "CreatedOn"),
    CHANGED_BY("ModifiedBy"),
    CHANGED_ON("ModifiedOn", "ModifiedOn"),
    ROW_VERSION,
};

const struct object_class class_boundary_group = {
    .name = "SMS_BoundaryGroup",
    .describe = "A group of network boundaries",
    RIGHTS_OF(RBAC_TYPE_BOUNDARY_GROUP),
    FOR_ALL_VERBS,
    PROPERTIES(properties),
    .table = "boundary_group",
    .key_column = "row",
    .name_column = "Name",
    .has_integer_key = true,
    .first_row = FIRST_ROW,
    .since = 2,
    .label_kind = LABELS_SCOPES,
};
