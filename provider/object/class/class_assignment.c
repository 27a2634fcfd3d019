/*
 * SMS_ApplicationAssignment: a deployment of an application.
 *
 * Creating a deployment needs Read on the object and the Deploy right on the
 * target collection, from any roles (R7.7.1); seeing it needs Read on both, and
 * changing or ending it the right to deploy there.
 */
#include "provider/object/class/class_assignment_sql.h"
#include "provider/object/class/class_rows.h"

enum { OFFER_REQUIRED = 0, OFFER_AVAILABLE = 2 };

static const int64_t offers[] = {OFFER_REQUIRED, OFFER_AVAILABLE};
const struct object_choices deployment_offers = {
    offers, ARRAY_SIZE(offers), "It is 0 required or 2 available."};

static const struct object_property properties[] = {
    ROW_KEY("AssignmentID"),
    {"AssignmentName", OBJECT_STRING, OBJECT_NAME | OBJECT_NAMED_AFTER, 1, 256,
     "AssignmentName", NULL, "Name; application and collection when left out"},
    {"AssignmentUniqueID", OBJECT_STRING, OBJECT_READ_ONLY, 0, 64, NULL,
     "'{' || t.SourceSite || '-' || t.row || '}'", "Key across sites"},
    {"AssignmentType", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 2, NULL, "2",
     "2: application"},
    {"AssignedCI", OBJECT_INTEGER, OBJECT_FIXED, 1, INT64_MAX, "AssignedCI",
     NULL, "CI_ID of the application; or give ApplicationName"},
    {"AssignedCIs", OBJECT_EMBEDDED, OBJECT_READ_ONLY, 0, 1, NULL,
     "json_array(t.AssignedCI)", "The same as a list"},
    {"ApplicationName", OBJECT_STRING, OBJECT_FIXED, 1, 256, NULL,
     SQL_ASSIGNMENT_APPLICATION,
     "Name of the application; may stand for AssignedCI when made"},
    {"TargetCollectionID", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_FIXED, 8, 8,
     "TargetCollectionID", NULL, "Collection it is deployed to"},
    {"CollectionName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, NULL,
     SQL_ASSIGNMENT_COLLECTION, "Its name"},
    {"OfferTypeID", OBJECT_INTEGER, OBJECT_DEFAULT, 0, 2, "OfferTypeID", NULL,
     "0 required, 2 available", .choices = &deployment_offers},
    {"DesiredConfigType", OBJECT_INTEGER, OBJECT_DEFAULT, 1, 2,
     "DesiredConfigType", NULL, "1 install, 2 remove", .otherwise = 1},
    {"StartTime", OBJECT_DATETIME, 0, 0, 0, "StartTime", NULL,
     "From when it is offered"},
    {"EnforcementDeadline", OBJECT_DATETIME, 0, 0, 0, "EnforcementDeadline",
     NULL, "When it becomes required"},
    {"Enabled", OBJECT_BOOLEAN, OBJECT_DEFAULT, 0, 1, "Enabled", NULL,
     "In force", .otherwise = true},
    {"NotifyUser", OBJECT_BOOLEAN, OBJECT_DEFAULT, 0, 1, "NotifyUser", NULL,
     "Notify the user of the device"},
    {"OverrideServiceWindows", OBJECT_BOOLEAN, OBJECT_DEFAULT, 0, 1,
     "OverrideServiceWindows", NULL, "Also outside maintenance windows"},
    LATER_BOOLEAN("RebootOutsideOfServiceWindows", 3,
                  "Restart also outside maintenance windows"),
    LATER_BOOLEAN("UserUIExperience", 3, "Show it to the user"),
    MADE_AT_SITE,
    MADE_BY("CreatedBy"),
    MADE_ON("CreationTime", "CreatedDate"),
    CHANGED_BY("LastModifiedBy"),
    CHANGED_ON("LastModificationTime", "LastModifiedDate"),
    ROW_VERSION,
};

static const struct object_reference references[] = {
    {"AssignedCI", "ApplicationName", &class_application},
    {"TargetCollectionID", NULL, &class_collection,
     .need = {RBAC_TYPE_COLLECTION, RBAC_OP_DEPLOY_APPLICATIONS}},
};

const struct object_class class_assignment = {
    .name = "SMS_ApplicationAssignment",
    .describe = "A deployment of an application to a collection",
    .type = RBAC_TYPE_ASSIGNMENT,
    .read = {RBAC_TYPE_ASSIGNMENT, RBAC_OP_READ},
    .create = {RBAC_TYPE_COLLECTION, RBAC_OP_DEPLOY_APPLICATIONS},
    .modify = {RBAC_TYPE_COLLECTION, RBAC_OP_DEPLOY_APPLICATIONS},
    .remove = {RBAC_TYPE_COLLECTION, RBAC_OP_DEPLOY_APPLICATIONS},
    .messages = {30226, 30227, 30228, 0, 0, 0},
    FOR_ALL_VERBS,
    PROPERTIES(properties),
    .table = "app_deployment",
    .key_column = "row",
    .name_column = "AssignmentName",
    .has_integer_key = true,
    .first_row = FIRST_ROW,
    .label_kind = LABELS_COLLECTION,
    .labels = SQL_ASSIGNMENT_TARGET,
    .also[0].kind = LABELS_SCOPES,
    .also[0].operation = RBAC_OP_READ,
    .also[0].type = "31",
    .also[0].labels = SQL_ASSIGNMENT_SCOPES,
    REFERENCES(references),
};
