/*
 * SMS_Application: what is deployed to devices and users.
 */
#include <stdio.h>

#include "provider/object/class/class_application_sql.h"
#include "provider/object/class/class_rows.h"

static const struct object_property properties[] = {
    ROW_KEY("CI_ID"),
    {"CI_UniqueID", OBJECT_STRING, OBJECT_READ_ONLY, 0, 128, "CI_UniqueID",
     NULL, "Key across sites"},
    {"ModelName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 128, NULL,
     "substr(t.CI_UniqueID, 1, length(t.CI_UniqueID) - 2)",
     "The same without the revision"},
    ALWAYS("ModelID", OBJECT_INTEGER, "t.row", "One for all of its revisions"),
    ALWAYS("CIVersion", OBJECT_INTEGER, "1", "Its revision: there is one"),
    ALWAYS("SDMPackageVersion", OBJECT_INTEGER, "t.row_version",
           "Counts changes"),
    {"LocalizedDisplayName", OBJECT_STRING,
     OBJECT_REQUIRED | OBJECT_NAME | OBJECT_INDEX, 1, 256,
     "LocalizedDisplayName", NULL, "Name; need not be unique"},
    {"LocalizedDescription", OBJECT_STRING, 0, 0, 2048, "LocalizedDescription",
     NULL, "What it is"},
    {"Manufacturer", OBJECT_STRING, 0, 0, 256, "Manufacturer", NULL,
     "Its manufacturer"},
    {"SoftwareVersion", OBJECT_STRING, 0, 0, 128, "SoftwareVersion", NULL,
     "Its version"},
    {"IsEnabled", OBJECT_BOOLEAN, OBJECT_DEFAULT, 0, 1, "IsEnabled", NULL,
     "May be installed", .otherwise = true},
    {"IsExpired", OBJECT_BOOLEAN, OBJECT_DEFAULT, 0, 1, "IsExpired", NULL,
     "Retired: no new deployments"},
    {"IsLatest", OBJECT_BOOLEAN, OBJECT_READ_ONLY, 0, 1, NULL, "1",
     "The current revision"},
    ALWAYS("IsHidden", OBJECT_BOOLEAN, "0", "It is shown to whom may read it"),
    ALWAYS("IsSuperseded", OBJECT_BOOLEAN, "0", "No application replaces it"),
    ALWAYS("HasContent", OBJECT_BOOLEAN, "0", "Content is not kept here"),
    LATER_TEXT("SDMPackageXML", OBJECT_LAZY, 512 * 1024, 3,
               "Its definition, kept as it was given"),
    LATER_TEXT("SDMPackageLocalizedData", OBJECT_LAZY, 512 * 1024, 3,
               "Its texts by language, kept as they were given"),
    ALWAYS("PackageID", OBJECT_STRING, "NULL",
           "Package of its content: content is not kept here"),
    ALWAYS("SedoObjectVersion", OBJECT_STRING, "CAST(t.row_version AS TEXT)",
           "RowVersion, as text"),
    {"IsDeployed", OBJECT_BOOLEAN, OBJECT_READ_ONLY, 0, 1, NULL,
     SQL_APPLICATION_IS_DEPLOYED, "Has a deployment that the caller may read"},
    {"NumberOfDeployments", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX,
     NULL, SQL_APPLICATION_DEPLOYMENTS, "How many of them"},
    SCOPE_NAMES("31"),
    MADE_BY("CreatedBy"),
    MADE_ON("DateCreated", "DateCreated"),
    CHANGED_BY("LastModifiedBy"),
    CHANGED_ON("DateLastModified", "DateLastModified"),
    ROW_VERSION,
};

static enum status set_unique_id(struct object_call *call,
                                 struct object_value *value)
{
    char code[4];
    char id[64];
    int64_t row;

    TRY(site_code(call->store, code));
    TRY(row_next(call->store, call->class, &row));
    snprintf(id, sizeof(id), "ScopeId_%s/Application_%lld/1", code,
             (long long)row);
    return object_value_set_text(value, text_of(id));
}

static enum status before_create(struct object_call *call,
                                 struct object_values *values)
{
    const size_t at = object_property_at(&class_application, "CI_UniqueID");

    return set_unique_id(call, &values->of[at]);
}

static const struct object_hooks hooks = {
    .before_create = before_create,
};

const struct object_class class_application = {
    .name = "SMS_Application",
    .describe = "An application",
    RIGHTS_OF(RBAC_TYPE_APPLICATION),
    .messages = {30152, 30153, 30154, 0, 0, 0},
    FOR_ALL_VERBS,
    PROPERTIES(properties),
    .table = "application",
    .key_column = "row",
    .name_column = "LocalizedDisplayName",
    .has_integer_key = true,
    .first_row = FIRST_ROW,
    .label_kind = LABELS_SCOPES,
    .hooks = &hooks,
};
