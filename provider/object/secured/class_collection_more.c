/*
 * SMS_CollectionDependencies: which collections others use; and
 * SMS_CollectionSettings: what devices in a collection are set to.
 */
#include "provider/object/secured/class_collection_more_sql.h"
#include "provider/object/secured/masked_variable.h"
#include "provider/object/secured/secured_rows.h"

/* ---- SMS_CollectionDependencies: seeing one needs Read on both ---- */

static const struct object_property dependency_properties[] = {
    {"DependencyKey", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 1, 32,
     "DependencyKey", NULL,
     "DependentCollectionID.SourceCollectionID.RelationshipType"},
    {"DependentCollectionID", OBJECT_STRING, OBJECT_READ_ONLY, 8, 8,
     "DependentCollectionID", NULL, "The collection that uses the other"},
    {"SourceCollectionID", OBJECT_STRING, OBJECT_READ_ONLY, 8, 8,
     "SourceCollectionID", NULL, "The collection that is used"},
    {"RelationshipType", OBJECT_INTEGER, OBJECT_READ_ONLY, 1, 3,
     "RelationshipType", NULL, "1 limited by it, 2 includes it, 3 excludes it"},
};

const struct object_class class_dependency = {
    .name = "SMS_CollectionDependencies",
    .describe = "A collection that uses another",
    RIGHTS_OF_READERS(RBAC_TYPE_COLLECTION),
    PROPERTIES(dependency_properties),
    .table = "dependency",
    .key_column = "DependencyKey",
    .name_column = "DependentCollectionID",
    .is_view = true,
    .label_kind = LABELS_COLLECTION,
    .labels = "t.dependent",
    .also[0].kind = LABELS_COLLECTION,
    .also[0].operation = RBAC_OP_READ,
    .also[0].type = "1",
    .also[0].labels = "t.source",
};

/* ---- SMS_CollectionSettings: part of their collection ---- */

enum { SETTING_OP = 21, VARIABLES_MAX = 1000 };

static const struct object_property settings_properties[] = {
    {"CollectionID", OBJECT_STRING,
     OBJECT_KEY | OBJECT_REQUIRED | OBJECT_FIXED | OBJECT_KEY_PART, 8, 8,
     "CollectionID", NULL, "The collection"},
    {"CollectionVariables", OBJECT_EMBEDDED, OBJECT_LAZY | OBJECT_BAG, 0,
     VARIABLES_MAX, "CollectionVariables", NULL,
     "{Name, Value, IsMasked} each; the value of a masked one is never read "
     "back, and stays if the variable is given without it"},
    {"CollectionVariablePrecedence", OBJECT_INTEGER, OBJECT_DEFAULT, 0, 9,
     "CollectionVariablePrecedence", NULL, "Which collection's values win"},
    {"ServiceWindows", OBJECT_EMBEDDED, OBJECT_LAZY | OBJECT_BAG, 0,
     VARIABLES_MAX, "ServiceWindows", NULL, "Maintenance windows"},
    {"PowerConfigs", OBJECT_EMBEDDED, OBJECT_LAZY | OBJECT_BAG, 0,
     VARIABLES_MAX, "PowerConfigs", NULL, "Power plans"},
    {"PollingIntervalEnabled", OBJECT_BOOLEAN, OBJECT_DEFAULT, 0, 1,
     "PollingIntervalEnabled", NULL, "PollingInterval is in force"},
    {"PollingInterval", OBJECT_INTEGER, OBJECT_DEFAULT, 0, 1440,
     "PollingInterval", NULL, "Minutes between asking for policy",
     .otherwise = 60},
    {"RebootCountdownEnabled", OBJECT_BOOLEAN, OBJECT_DEFAULT, 0, 1,
     "RebootCountdownEnabled", NULL, "RebootCountdown is in force"},
    {"RebootCountdown", OBJECT_INTEGER, OBJECT_DEFAULT, 0, 86400,
     "RebootCountdown", NULL, "Seconds of warning before a restart",
     .otherwise = 900},
    {"LocaleID", OBJECT_INTEGER, OBJECT_DEFAULT, 0, UINT32_MAX, "LocaleID",
     NULL, "Language", .otherwise = 1033},
    MADE_AT_SITE,
    CHANGED_BY("LastModifiedBy"),
    CHANGED_ON("LastModificationTime", "LastModifiedDate"),
    ROW_VERSION,
};

static const struct object_reference settings_references[] = {
    {"CollectionID", NULL, &class_collection,
     .need = {RBAC_TYPE_COLLECTION, SETTING_OP}, .kind = OBJECT_PART_OF},
};

static enum status take_masked(struct object_call *call,
                               struct object_values *values)
{
    const size_t id =
        object_property_at(&class_collection_settings, "CollectionID");
    const size_t at =
        object_property_at(&class_collection_settings, "CollectionVariables");

    return masked_variables_take(call, values->of[id].text, &values->of[at]);
}

static enum status before_update(struct object_call *call,
                                 const struct object_values *old,
                                 struct object_values *values)
{
    (void)old;
    return take_masked(call, values);
}

static enum status before_delete(struct object_call *call)
{
    return masked_variables_drop(call, text_of(call->target->key));
}

static const struct object_hooks settings_hooks = {
    .before_create = take_masked,
    .before_update = before_update,
    .before_delete = before_delete,
};

const struct object_class class_collection_settings = {
    .name = "SMS_CollectionSettings",
    .describe = "What devices in a collection are set to",
    .type = RBAC_TYPE_COLLECTION,
    .read = {RBAC_TYPE_COLLECTION, RBAC_OP_READ},
    .create = {RBAC_TYPE_COLLECTION, SETTING_OP},
    .modify = {RBAC_TYPE_COLLECTION, SETTING_OP},
    .remove = {RBAC_TYPE_COLLECTION, SETTING_OP},
    FOR_ALL_VERBS,
    PROPERTIES(settings_properties),
    .table = "collection_settings",
    .key_column = "CollectionID",
    .name_column = "CollectionID",
    .since = 2,
    .label_kind = LABELS_COLLECTION,
    .labels = SQL_SETTINGS_OF,
    REFERENCES(settings_references),
    .hooks = &settings_hooks,
};
