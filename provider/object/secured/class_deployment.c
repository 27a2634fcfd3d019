/*
 * SMS_DeploymentInfo and SMS_DeploymentSummary: the deployments of all kinds in
 * one list.
 *
 * A row is computed from a deployment, its collection and what it deploys, and
 * is seen by whoever may read each of the three. Nothing reports to the site
 * how a deployment goes, so the state of every member is unknown.
 */
#include "provider/object/secured/secured_rows.h"

#define OF_DEPLOYMENT(name_, type_, max_, describe_)                           \
    {                                                                          \
        .name = (name_), .type = (type_), .flags = OBJECT_READ_ONLY,           \
        .max = (max_), .column = (name_), .describe = (describe_)              \
    }
#define COUNTED(name_, count_, describe_)                                      \
    {                                                                          \
        (name_), OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX, NULL, count_, \
            (describe_)                                                        \
    }

#define DEPLOYMENT_ID                                                          \
    {                                                                          \
        "DeploymentID", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 1, 64,   \
            "DeploymentID", NULL,                                              \
            "AdvertisementID, or the assignment's key across sites"            \
    }
#define TARGET_COLLECTION                                                      \
    OF_DEPLOYMENT("CollectionID", OBJECT_STRING, 8,                            \
                  "Collection it is deployed to"),                             \
        OF_DEPLOYMENT("CollectionName", OBJECT_STRING, 256, "Its name")
#define INTENT                                                                 \
    OF_DEPLOYMENT("DeploymentIntent", OBJECT_INTEGER, 2,                       \
                  "1 required, 2 available")

/* Read on the collection, on the deployment in it, and on what it deploys. */
#define OF_DEPLOYMENTS                                                         \
    RIGHTS_OF_READERS(RBAC_TYPE_COLLECTION),                                   \
        .table = "deployment", .key_column = "DeploymentID", .is_view = true,  \
        .label_kind = LABELS_COLLECTION, .labels = "t.collection",             \
        .also = {{LABELS_COLLECTION, RBAC_OP_READ, "t.type", "t.collection"},  \
                 {LABELS_SCOPES, RBAC_OP_READ, "t.content", "t.scopes"}}

/* ---- SMS_DeploymentInfo ---- */

static const struct object_property info_properties[] = {
    DEPLOYMENT_ID,
    OF_DEPLOYMENT("DeploymentName", OBJECT_STRING, 256, "Its name"),
    OF_DEPLOYMENT("DeploymentTypeID", OBJECT_INTEGER, 2,
                  "1 application, 2 package, 0 client settings"),
    TARGET_COLLECTION,
    OF_DEPLOYMENT("TargetID", OBJECT_STRING, 64, "Key of what is deployed"),
    OF_DEPLOYMENT("TargetName", OBJECT_STRING, 256, "Its name"),
    OF_DEPLOYMENT("TargetSubName", OBJECT_STRING, 256,
                  "Of a package: the program that runs"),
    {"TargetSecurityTypeID", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 65535,
     "content", NULL, "Type of what is deployed"},
    INTENT,
};

const struct object_class class_deployment_info = {
    .name = "SMS_DeploymentInfo",
    .describe = "A deployment of any kind",
    PROPERTIES(info_properties),
    OF_DEPLOYMENTS,
    .name_column = "DeploymentName",
};

/* ---- SMS_DeploymentSummary ---- */

static const struct object_property summary_properties[] = {
    DEPLOYMENT_ID,
    {"SoftwareName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, "TargetName",
     NULL, "Name of what is deployed"},
    {"ProgramName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, "TargetSubName",
     NULL, "Of a package: the program that runs"},
    TARGET_COLLECTION,
    {"FeatureType", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 2, "DeploymentTypeID",
     NULL, "1 application, 2 package, 0 client settings"},
    OF_DEPLOYMENT("AssignmentID", OBJECT_INTEGER, INT64_MAX,
                  "Key of the deployment, if it is an assignment"),
    OF_DEPLOYMENT("CI_ID", OBJECT_INTEGER, INT64_MAX,
                  "The application, if it deploys one"),
    OF_DEPLOYMENT("PackageID", OBJECT_STRING, 8,
                  "The package, if it deploys one"),
    INTENT,
    OF_DEPLOYMENT("DeploymentTime", OBJECT_DATETIME, 0,
                  "From when it is offered"),
    OF_DEPLOYMENT("EnforcementDeadline", OBJECT_DATETIME, 0,
                  "When it becomes required"),
    COUNTED("NumberTargeted", "t.MemberCount", "Members of the collection"),
    COUNTED("NumberSuccess", "0", "Members where it succeeded"),
    COUNTED("NumberErrors", "0", "Members where it failed"),
    COUNTED("NumberInProgress", "0", "Members where it goes on"),
    COUNTED("NumberOther", "0", "Members that do not need it"),
    COUNTED("NumberUnknown", "t.MemberCount",
            "Members that have not reported: all of them"),
};

const struct object_class class_deployment_summary = {
    .name = "SMS_DeploymentSummary",
    .describe = "How a deployment goes on the members of its collection",
    PROPERTIES(summary_properties),
    OF_DEPLOYMENTS,
    .name_column = "TargetName",
};
