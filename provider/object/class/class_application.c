/*
 * SMS_Application and SMS_Package: what is deployed.
 */
#include <stdio.h>

#include "provider/object/object_private.h"

#define SCOPE_NAMES(type)                                                      \
    "(SELECT json_group_array(CategoryName) FROM"                              \
    " (SELECT s.CategoryName FROM object_scope o JOIN scope s"                 \
    " ON s.row = o.scope WHERE o.type = " type " AND o.object = t.row"         \
    " AND " SCOPES_SHOWN " ORDER BY s.CategoryName))"

static const struct object_property application_properties[] = {
    {"CI_ID", OBJECT_INTEGER, OBJECT_KEY | OBJECT_READ_ONLY, 1, INT64_MAX,
     "row", NULL, "Key, given by the site"},
    {"CI_UniqueID", OBJECT_STRING, OBJECT_READ_ONLY, 0, 128, "CI_UniqueID",
     NULL, "Key across sites"},
    {"LocalizedDisplayName", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_NAME, 1,
     256, "LocalizedDisplayName", NULL, "Name; need not be unique"},
    {"LocalizedDescription", OBJECT_STRING, 0, 0, 2048, "LocalizedDescription",
     NULL, "What it is"},
    {"Manufacturer", OBJECT_STRING, 0, 0, 256, "Manufacturer", NULL,
     "Who makes it"},
    {"SoftwareVersion", OBJECT_STRING, 0, 0, 128, "SoftwareVersion", NULL,
     "Its version"},
    {"IsEnabled", OBJECT_BOOLEAN, 0, 0, 1, "IsEnabled", NULL,
     "May be installed"},
    {"IsExpired", OBJECT_BOOLEAN, 0, 0, 1, "IsExpired", NULL,
     "Retired: no new deployments"},
    {"IsLatest", OBJECT_BOOLEAN, OBJECT_READ_ONLY, 0, 1, NULL, "1",
     "The current revision"},
    {"IsDeployed", OBJECT_BOOLEAN, OBJECT_READ_ONLY, 0, 1, NULL,
     "EXISTS (SELECT 1 FROM app_deployment d JOIN collection c"
     " ON c.CollectionID = d.TargetCollectionID WHERE d.AssignedCI = t.row"
     " AND sms_may(200, 0, 3, c.row))",
     "Has a deployment that the caller may read"},
    {"NumberOfDeployments", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX,
     NULL,
     "(SELECT count(*) FROM app_deployment d JOIN collection c"
     " ON c.CollectionID = d.TargetCollectionID WHERE d.AssignedCI = t.row"
     " AND sms_may(200, 0, 3, c.row))",
     "How many of them"},
    {"SecuredScopeNames", OBJECT_STRINGS, OBJECT_READ_ONLY, 0, 0, NULL,
     SCOPE_NAMES("31"), "Security scopes it is in, for who may read scopes"},
    {"CreatedBy", OBJECT_STRING, OBJECT_READ_ONLY, 0, 512, "CreatedBy", NULL,
     "Who made it"},
    {"DateCreated", OBJECT_DATETIME, OBJECT_READ_ONLY, 0, 0, "DateCreated",
     NULL, "When"},
    {"LastModifiedBy", OBJECT_STRING, OBJECT_READ_ONLY, 0, 512,
     "LastModifiedBy", NULL, "Who changed it last"},
    {"DateLastModified", OBJECT_DATETIME, OBJECT_READ_ONLY, 0, 0,
     "DateLastModified", NULL, "When"},
    {"RowVersion", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX,
     "row_version", NULL, "Counts changes: give it as if_version"},
};

static enum status set_unique_id(struct object_call *call,
                                 struct object_value *value)
{
    char code[4];
    char id[64];
    int64_t row;

    TRY(site_code(call->store, code));
    TRY(row_next(call->store, "application", &row));
    snprintf(id, sizeof(id), "ScopeId_%s/Application_%lld/1", code,
             (long long)row);
    return object_value_set_text(value, text_of(id));
}

static enum status default_true(struct object_value *value)
{
    if (!value->is_given || value->is_null)
        object_value_set_int(value, 1);
    return STATUS_OK;
}

static enum status default_false(struct object_value *value)
{
    if (!value->is_given || value->is_null)
        object_value_set_int(value, 0);
    return STATUS_OK;
}

static enum status before_application(struct object_call *call,
                                      struct object_values *values)
{
    const struct object_class *class = &class_application;

    TRY(default_true(&values->of[object_property_at(class, "IsEnabled")]));
    TRY(default_false(&values->of[object_property_at(class, "IsExpired")]));
    return set_unique_id(call,
                         &values->of[object_property_at(class, "CI_UniqueID")]);
}

static enum status after_create(struct object_call *call,
                                const struct object_values *values, int64_t row)
{
    (void)values;
    return scopes_of_creator(call, row);
}

static enum status before_delete_application(struct object_call *call)
{
    static const char deployments[] =
        "SELECT 'SMS_ApplicationAssignment', row FROM app_deployment"
        " WHERE AssignedCI = ?1 AND ?2 <> ''";

    TRY(actor_check_unused(call, deployments));
    return scopes_drop(call->store, RBAC_TYPE_APPLICATION, call->target->row);
}

static const struct object_hooks application_hooks = {
    .before_create = before_application,
    .after_create = after_create,
    .before_delete = before_delete_application,
};

const struct object_class class_application = {
    .name = "SMS_Application",
    .describe = "An application",
    .type = RBAC_TYPE_APPLICATION,
    .read = {RBAC_TYPE_APPLICATION, RBAC_OP_READ},
    .create = {RBAC_TYPE_APPLICATION, RBAC_OP_CREATE},
    .modify = {RBAC_TYPE_APPLICATION, RBAC_OP_MODIFY},
    .remove = {RBAC_TYPE_APPLICATION, RBAC_OP_DELETE},
    .messages = {30152, 30153, 30154, 0, 0, 0},
    .can_create = true,
    .can_modify = true,
    .can_remove = true,
    .properties = application_properties,
    .n_properties = ARRAY_SIZE(application_properties),
    .table = "application",
    .key_column = "row",
    .name_column = "LocalizedDisplayName",
    .has_integer_key = true,
    .extra = "scopes BLOB NOT NULL DEFAULT x''",
    .first_row = 16777217,
    .label_kind = LABELS_SCOPES,
    .labels = "t.scopes",
    .hooks = &application_hooks,
};

/* ---- Packages ---- */

static const struct object_property package_properties[] = {
    {"PackageID", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 8, 8,
     "PackageID", NULL, "Key, given by the site"},
    {"Name", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_NAME, 1, 256, "Name", NULL,
     "Name; need not be unique"},
    {"Version", OBJECT_STRING, 0, 0, 64, "Version", NULL, "Its version"},
    {"Manufacturer", OBJECT_STRING, 0, 0, 256, "Manufacturer", NULL,
     "Who makes it"},
    {"Language", OBJECT_STRING, 0, 0, 64, "Language", NULL, "Its language"},
    {"Description", OBJECT_STRING, 0, 0, 512, "Description", NULL,
     "What it is"},
    {"PackageType", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 0, NULL, "0",
     "0: software"},
    {"PkgSourceFlag", OBJECT_INTEGER, 0, 0, 5, "PkgSourceFlag", NULL,
     "Where its files come from"},
    {"PkgSourcePath", OBJECT_STRING, 0, 0, 1024, "PkgSourcePath", NULL,
     "Folder of its files"},
    {"SourceSite", OBJECT_STRING, OBJECT_READ_ONLY, 0, 3, "SourceSite", NULL,
     "Site that made it"},
    {"SourceDate", OBJECT_DATETIME, OBJECT_READ_ONLY, 0, 0, "CreatedDate", NULL,
     "When it was made"},
    {"SecuredScopeNames", OBJECT_STRINGS, OBJECT_READ_ONLY, 0, 0, NULL,
     SCOPE_NAMES("2"), "Security scopes it is in, for who may read scopes"},
    {"RowVersion", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX,
     "row_version", NULL, "Counts changes: give it as if_version"},
};

static enum status before_package(struct object_call *call,
                                  struct object_values *values)
{
    struct object_value *flag =
        &values->of[object_property_at(&class_package, "PkgSourceFlag")];

    (void)call;
    return default_false(flag);
}

static enum status before_delete_package(struct object_call *call)
{
    static const char deployments[] =
        "SELECT 'SMS_Advertisement', AdvertisementID FROM advertisement"
        " WHERE PackageID = ?2 AND ?1 > 0";

    TRY(actor_check_unused(call, deployments));
    return scopes_drop(call->store, RBAC_TYPE_PACKAGE, call->target->row);
}

static const struct object_hooks package_hooks = {
    .before_create = before_package,
    .after_create = after_create,
    .before_delete = before_delete_package,
};

const struct object_class class_package = {
    .name = "SMS_Package",
    .describe = "A package of software",
    .type = RBAC_TYPE_PACKAGE,
    .read = {RBAC_TYPE_PACKAGE, RBAC_OP_READ},
    .create = {RBAC_TYPE_PACKAGE, RBAC_OP_CREATE},
    .modify = {RBAC_TYPE_PACKAGE, RBAC_OP_MODIFY},
    .remove = {RBAC_TYPE_PACKAGE, RBAC_OP_DELETE},
    .messages = {30000, 30001, 30002, 0, 0, 0},
    .can_create = true,
    .can_modify = true,
    .can_remove = true,
    .properties = package_properties,
    .n_properties = ARRAY_SIZE(package_properties),
    .table = "package",
    .key_column = "PackageID",
    .name_column = "Name",
    .extra = "scopes BLOB NOT NULL DEFAULT x''",
    .label_kind = LABELS_SCOPES,
    .labels = "t.scopes",
    .hooks = &package_hooks,
};
