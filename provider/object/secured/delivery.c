/*
 * Where content comes from and who gets it: task sequences, distribution
 * points and their groups, boundaries, deployments of client settings.
 */
#include "provider/object/secured/delivery_sql.h"
#include "provider/object/secured/secured_rows.h"

enum { SEQUENCE_MAX_BYTES = 1024 * 1024 };

/* ---- SMS_TaskSequencePackage ---- */

static const struct object_property sequence_properties[] = {
    PACKAGE_PROPERTIES(20, "4"),
    {"BootImageID", OBJECT_STRING, 0, 8, 8, "BootImageID", NULL,
     "Boot image that devices start it from"},
    {"Sequence", OBJECT_STRING, OBJECT_LAZY, 0, SEQUENCE_MAX_BYTES, "Sequence",
     NULL, "Its steps, in XML"},
    {"TaskSequenceFlags", OBJECT_INTEGER, OBJECT_DEFAULT, 0, UINT32_MAX,
     "TaskSequenceFlags", NULL, "Bits: how it is run"},
    ALWAYS("Type", OBJECT_INTEGER, "2", "2: installs operating systems"),
    {"References", OBJECT_EMBEDDED, OBJECT_READ_ONLY | OBJECT_LAZY, 0, 1, NULL,
     "CASE WHEN t.BootImageID IS NULL THEN json('[]') ELSE"
     " json_array(json_object('Package', t.BootImageID)) END",
     "{Package}: what it uses, the boot image"},
    ALWAYS("ReferencesCount", OBJECT_INTEGER, "(t.BootImageID IS NOT NULL)",
           "How many they are"),
};

static const struct object_reference sequence_references[] = {
    {"BootImageID", NULL, &class_boot_image_package, .kind = OBJECT_USES},
};

const struct object_class class_task_sequence = {
    PACKAGE(sequence, 20, 7, "SMS_TaskSequencePackage",
            "Steps that install and set up a device"),
    REFERENCES(sequence_references),
};

/* ---- SMS_DistributionPointInfo ---- */

/* Part of the site: whoever may modify a site adds and removes them. */
static const struct object_property point_properties[] = {
    ROW_KEY("ID"),
    NAMED("Name"),
    DESCRIBED("Description"),
    {"NALPath", OBJECT_STRING, 0, 0, 512, "NALPath", NULL, "Its path"},
    {"ServerName", OBJECT_STRING, 0, 0, 256, "ServerName", NULL, "Its server"},
    {"IsPXE", OBJECT_BOOLEAN, OBJECT_DEFAULT, 0, 1, "IsPXE", NULL,
     "Devices start from it over the network"},
    {"IsPullDP", OBJECT_BOOLEAN, OBJECT_DEFAULT, 0, 1, "IsPullDP", NULL,
     "Takes its content from other distribution points"},
    BAG,
    SCOPE_NAMES("42"),
    STAMPS,
};

const struct object_class class_distribution_point = {
    SECURED(point, "SMS_DistributionPointInfo",
            "A server that devices fetch content from"),
    WITH_NUMBERS,
    .type = RBAC_TYPE_DISTRIBUTION_POINT,
    .read = {RBAC_TYPE_DISTRIBUTION_POINT, RBAC_OP_READ},
    .create = {RBAC_TYPE_SITE, RBAC_OP_MODIFY},
    .modify = {RBAC_TYPE_SITE, RBAC_OP_MODIFY},
    .remove = {RBAC_TYPE_SITE, RBAC_OP_MODIFY},
    FOR_ALL_VERBS,
    .label_kind = LABELS_SCOPES,
};

SCOPED_CLASS(distribution_group, 43, "SMS_DistributionPointGroup", "GroupID",
             "A group of distribution points");

/* ---- SMS_Boundary ---- */

static const int64_t boundary_types[] = {0, 1, 2, 3};
static const struct object_choices boundary_choices = {
    boundary_types, ARRAY_SIZE(boundary_types),
    "It is 0 IP subnet, 1 AD site, 2 IPv6 prefix or 3 IP range."};

static const struct object_property boundary_properties[] = {
    ROW_KEY("BoundaryID"),
    {"DisplayName", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_NAME | OBJECT_INDEX,
     1, 256, "Name", NULL, "Name; need not be unique"},
    {"BoundaryType", OBJECT_INTEGER, OBJECT_DEFAULT | OBJECT_FIXED, 0, 3,
     "BoundaryType", NULL, "0 IP subnet, 1 AD site, 2 IPv6 prefix, 3 IP range",
     .choices = &boundary_choices},
    {"Value", OBJECT_STRING, OBJECT_REQUIRED, 1, 512, "Value", NULL,
     "The subnet, site, prefix or range"},
    {"BoundaryFlags", OBJECT_INTEGER, OBJECT_DEFAULT, 0, UINT32_MAX,
     "BoundaryFlags", NULL, "Bits: fast or slow"},
    BAG,
    STAMPS,
};

const struct object_class class_boundary = {
    SECURED(boundary, "SMS_Boundary", "A place in the network"),
    WITH_NUMBERS,
    RIGHTS_OF_ALL(RBAC_TYPE_BOUNDARY),
};

/* ---- SMS_ClientSettingsAssignment; see class_assignment.c ---- */

static const struct object_property settings_properties[] = {
    ROW_KEY("AssignmentID"),
    {"AssignmentName", OBJECT_STRING, OBJECT_NAME | OBJECT_NAMED_AFTER, 1, 256,
     "Name", NULL, "Name; settings and collection when left out"},
    {"ClientSettingsID", OBJECT_INTEGER, OBJECT_REQUIRED | OBJECT_FIXED, 1,
     INT64_MAX, "ClientSettingsID", NULL, "The client settings"},
    {"CollectionID", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_FIXED, 8, 8,
     "CollectionID", NULL, "Collection they are deployed to"},
    {"CollectionName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, NULL,
     SQL_SETTINGS_COLLECTION, "Its name"},
    STAMPS,
};

static const struct object_reference settings_references[] = {
    {"ClientSettingsID", NULL, &class_client_settings},
    {"CollectionID", NULL, &class_collection,
     .need = {RBAC_TYPE_COLLECTION, RBAC_OP_DEPLOY_CLIENT_SETTINGS}},
};

const struct object_class class_settings_assignment = {
    .name = "SMS_ClientSettingsAssignment",
    .describe = "A deployment of client settings to a collection",
    .type = RBAC_TYPE_SETTINGS_ASSIGNMENT,
    .read = {RBAC_TYPE_SETTINGS_ASSIGNMENT, RBAC_OP_READ},
    .create = {RBAC_TYPE_COLLECTION, RBAC_OP_DEPLOY_CLIENT_SETTINGS},
    .modify = {RBAC_TYPE_COLLECTION, RBAC_OP_DEPLOY_CLIENT_SETTINGS},
    .remove = {RBAC_TYPE_COLLECTION, RBAC_OP_DEPLOY_CLIENT_SETTINGS},
    .messages = {40303, 40304, 40305, 0, 0, 0},
    FOR_ALL_VERBS,
    PROPERTIES(settings_properties),
    .table = "settings_assignment",
    .key_column = "row",
    .name_column = "Name",
    .has_integer_key = true,
    .first_row = FIRST_ROW,
    .since = 2,
    .label_kind = LABELS_COLLECTION,
    .labels = SQL_SETTINGS_TARGET,
    .also[0].kind = LABELS_SCOPES,
    .also[0].operation = RBAC_OP_READ,
    .also[0].type = "38",
    .also[0].labels = SQL_SETTINGS_SCOPES,
    REFERENCES(settings_references),
};
