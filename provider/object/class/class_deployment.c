/*
 * SMS_ApplicationAssignment and SMS_Advertisement: what goes where.
 *
 * A deployment is made with Read on the object and the Deploy right on the
 * target collection, from whichever roles (R7.7.1); it is seen by whoever may
 * read both, and changed or ended by whoever may still deploy there.
 */
#include <inttypes.h>
#include <stdio.h>

#include "provider/object/object_private.h"

enum { OFFER_REQUIRED = 0, OFFER_AVAILABLE = 2 };

static const struct object_property application_properties[] = {
    {"AssignmentID", OBJECT_INTEGER, OBJECT_KEY | OBJECT_READ_ONLY, 1,
     INT64_MAX, "row", NULL, "Key, given by the site"},
    {"AssignmentName", OBJECT_STRING, OBJECT_NAME, 1, 256, "AssignmentName",
     NULL, "Name; application and collection when left out"},
    {"AssignmentUniqueID", OBJECT_STRING, OBJECT_READ_ONLY, 0, 64, NULL,
     "'{' || t.SourceSite || '-' || t.row || '}'", "Key across sites"},
    {"AssignmentType", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 2, NULL, "2",
     "2: application"},
    {"AssignedCI", OBJECT_INTEGER, OBJECT_FIXED, 1, INT64_MAX, "AssignedCI",
     NULL, "CI_ID of the application; or give ApplicationName"},
    {"AssignedCIs", OBJECT_EMBEDDED, OBJECT_READ_ONLY, 0, 1, NULL,
     "json_array(t.AssignedCI)", "The same as a list"},
    {"ApplicationName", OBJECT_STRING, OBJECT_FIXED, 1, 256, NULL,
     "(SELECT a.LocalizedDisplayName FROM application a"
     " WHERE a.row = t.AssignedCI)",
     "Name of the application; may stand for AssignedCI when made"},
    {"TargetCollectionID", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_FIXED, 8, 8,
     "TargetCollectionID", NULL, "Collection it is deployed to"},
    {"CollectionName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, NULL,
     "(SELECT c.Name FROM collection c"
     " WHERE c.CollectionID = t.TargetCollectionID)",
     "Its name"},
    {"OfferTypeID", OBJECT_INTEGER, 0, 0, 2, "OfferTypeID", NULL,
     "0 required, 2 available"},
    {"DesiredConfigType", OBJECT_INTEGER, 0, 1, 2, "DesiredConfigType", NULL,
     "1 install, 2 remove"},
    {"StartTime", OBJECT_DATETIME, 0, 0, 0, "StartTime", NULL,
     "From when it is offered"},
    {"EnforcementDeadline", OBJECT_DATETIME, 0, 0, 0, "EnforcementDeadline",
     NULL, "When it becomes required"},
    {"Enabled", OBJECT_BOOLEAN, 0, 0, 1, "Enabled", NULL, "In force"},
    {"NotifyUser", OBJECT_BOOLEAN, 0, 0, 1, "NotifyUser", NULL,
     "Tell who uses the device"},
    {"OverrideServiceWindows", OBJECT_BOOLEAN, 0, 0, 1,
     "OverrideServiceWindows", NULL, "Also outside maintenance windows"},
    {"SourceSite", OBJECT_STRING, OBJECT_READ_ONLY, 0, 3, "SourceSite", NULL,
     "Site that made it"},
    {"CreatedBy", OBJECT_STRING, OBJECT_READ_ONLY, 0, 512, "CreatedBy", NULL,
     "Who made it"},
    {"CreationTime", OBJECT_DATETIME, OBJECT_READ_ONLY, 0, 0, "CreatedDate",
     NULL, "When"},
    {"LastModifiedBy", OBJECT_STRING, OBJECT_READ_ONLY, 0, 512,
     "LastModifiedBy", NULL, "Who changed it last"},
    {"LastModificationTime", OBJECT_DATETIME, OBJECT_READ_ONLY, 0, 0,
     "LastModifiedDate", NULL, "When"},
    {"RowVersion", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX,
     "row_version", NULL, "Counts changes: give it as if_version"},
};

static enum status set_default(struct object_values *values,
                               const struct object_class *class,
                               const char *name, int64_t otherwise)
{
    struct object_value *value = &values->of[object_property_at(class, name)];

    if (!value->is_given || value->is_null)
        object_value_set_int(value, otherwise);
    return STATUS_OK;
}

static enum status check_offer(struct object_call *call,
                               struct object_values *values,
                               const struct object_class *class,
                               const char *name)
{
    const struct object_value *offer;

    TRY(set_default(values, class, name, OFFER_REQUIRED));
    offer = &values->of[object_property_at(class, name)];
    if (offer->integer != OFFER_REQUIRED && offer->integer != OFFER_AVAILABLE)
        return fail_invalid(call, name, "It is 0 required or 2 available.");
    return STATUS_OK;
}

/* Read on the target, and the right to deploy there. */
static enum status check_target(struct object_call *call, const char *property,
                                struct text id, struct object_need deploy,
                                struct object_target *collection)
{
    TRY(actor_refer(call, property, &class_collection, id, collection));
    return actor_need(call, deploy, collection);
}

/* The one application of a name that the caller may read. */
static enum status find_application(struct object_call *call, struct text name,
                                    int64_t *row_out)
{
    static const char sql[] =
        "SELECT t.row FROM application t WHERE t.LocalizedDisplayName = ?1"
        " AND sms_may(31, 0, 1, t.scopes) LIMIT 2";
    const struct object_filter filter = actor_filter(call);
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct sight sight;
    enum status found;
    size_t n = 0;

    TRY(sight_begin(&sight, call->store, &filter));
    found = store_prepare(call->store, sql, &stmt);
    if (found == STATUS_OK)
        store_bind_text(stmt, 1, name);
    while (found == STATUS_OK && (found = store_step(stmt)) == STATUS_OK) {
        *row_out = store_int(stmt, 0);
        n++;
    }
    sight_end(&sight, call->store);
    if (found != STATUS_END)
        return found;
    if (n == 0)
        return fail_invalid(call, "ApplicationName",
                            "There is no such SMS_Application.");
    if (n > 1)
        return fail_invalid(call, "ApplicationName",
                            "Several have this name: give AssignedCI.");
    return STATUS_OK;
}

static enum status refer_application(struct object_call *call,
                                     struct object_values *values,
                                     struct object_target *application)
{
    const struct object_class *class = &class_assignment;
    struct object_value *id =
        &values->of[object_property_at(class, "AssignedCI")];
    const struct object_value *name =
        &values->of[object_property_at(class, "ApplicationName")];
    char key[24];
    int64_t row;

    if (id->is_given && name->is_given)
        return fail_invalid(call, "ApplicationName",
                            "Give this or AssignedCI, not both.");
    if (!id->is_given && !name->is_given)
        return fail_invalid(call, "AssignedCI",
                            "A deployment needs an application.");
    if (!id->is_given) {
        TRY(find_application(call, name->text, &row));
        object_value_set_int(id, row);
    }
    snprintf(key, sizeof(key), "%" PRId64, id->integer);
    return actor_refer(call, "AssignedCI", &class_application, text_of(key),
                       application);
}

static enum status default_name(struct object_value *name,
                                const struct object_target *object,
                                const struct object_target *collection)
{
    char text[2 * OBJECT_KEY_MAX_BYTES + 8];

    if (name->is_given && !name->is_null)
        return STATUS_OK;
    snprintf(text, sizeof(text), "%.120s to %.120s", object->name,
             collection->name);
    return object_value_set_text(name, text_of(text));
}

static enum status before_application(struct object_call *call,
                                      struct object_values *values)
{
    const struct object_class *class = &class_assignment;
    SCOPED(object_target_clear) struct object_target application = {0};
    SCOPED(object_target_clear) struct object_target collection = {0};

    TRY(check_offer(call, values, class, "OfferTypeID"));
    TRY(set_default(values, class, "DesiredConfigType", 1));
    TRY(set_default(values, class, "Enabled", 1));
    TRY(set_default(values, class, "NotifyUser", 0));
    TRY(set_default(values, class, "OverrideServiceWindows", 0));
    TRY(refer_application(call, values, &application));
    TRY(check_target(
        call, "TargetCollectionID",
        values->of[object_property_at(class, "TargetCollectionID")].text,
        class->create, &collection));
    return default_name(
        &values->of[object_property_at(class, "AssignmentName")], &application,
        &collection);
}

static enum status before_update_application(struct object_call *call,
                                             const struct object_values *old,
                                             struct object_values *values)
{
    (void)old;
    return check_offer(call, values, &class_assignment, "OfferTypeID");
}

static const struct object_hooks application_hooks = {
    .before_create = before_application,
    .before_update = before_update_application,
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
    .can_create = true,
    .can_modify = true,
    .can_remove = true,
    .properties = application_properties,
    .n_properties = ARRAY_SIZE(application_properties),
    .table = "app_deployment",
    .key_column = "row",
    .name_column = "AssignmentName",
    .has_integer_key = true,
    .constraints = "FOREIGN KEY (AssignedCI) REFERENCES application (row),"
                   " FOREIGN KEY (TargetCollectionID)"
                   " REFERENCES collection (CollectionID)",
    .first_row = 16777217,
    .label_kind = LABELS_COLLECTION,
    .labels = "(SELECT c.row FROM collection c"
              " WHERE c.CollectionID = t.TargetCollectionID)",
    .also_kind = LABELS_SCOPES,
    .also_operation = RBAC_OP_READ,
    .also_type = "31",
    .also_labels =
        "(SELECT a.scopes FROM application a WHERE a.row = t.AssignedCI)",
    .hooks = &application_hooks,
};

/* ---- Packages ---- */

static const struct object_property package_properties[] = {
    {"AdvertisementID", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 8, 8,
     "AdvertisementID", NULL, "Key, given by the site"},
    {"AdvertisementName", OBJECT_STRING, OBJECT_FIXED | OBJECT_NAME, 1, 256,
     "AdvertisementName", NULL, "Name; package and collection when left out"},
    {"CollectionID", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_FIXED, 8, 8,
     "CollectionID", NULL, "Collection it is deployed to"},
    {"PackageID", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_FIXED, 8, 8,
     "PackageID", NULL, "The package"},
    {"ProgramName", OBJECT_STRING, OBJECT_FIXED, 0, 256, "ProgramName", NULL,
     "Program of the package that runs"},
    {"OfferType", OBJECT_INTEGER, 0, 0, 2, "OfferType", NULL,
     "0 required, 2 available"},
    {"Comment", OBJECT_STRING, 0, 0, 512, "Comment", NULL, "What it is for"},
    {"PresentTime", OBJECT_DATETIME, 0, 0, 0, "PresentTime", NULL,
     "From when it is offered"},
    {"ExpirationTime", OBJECT_DATETIME, 0, 0, 0, "ExpirationTime", NULL,
     "Until when"},
    {"SourceSite", OBJECT_STRING, OBJECT_READ_ONLY, 0, 3, "SourceSite", NULL,
     "Site that made it"},
    {"RowVersion", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX,
     "row_version", NULL, "Counts changes: give it as if_version"},
};

static enum status before_package(struct object_call *call,
                                  struct object_values *values)
{
    const struct object_class *class = &class_advertisement;
    SCOPED(object_target_clear) struct object_target package = {0};
    SCOPED(object_target_clear) struct object_target collection = {0};

    TRY(check_offer(call, values, class, "OfferType"));
    TRY(actor_refer(call, "PackageID", &class_package,
                    values->of[object_property_at(class, "PackageID")].text,
                    &package));
    TRY(check_target(call, "CollectionID",
                     values->of[object_property_at(class, "CollectionID")].text,
                     class->create, &collection));
    return default_name(
        &values->of[object_property_at(class, "AdvertisementName")], &package,
        &collection);
}

static enum status before_update_package(struct object_call *call,
                                         const struct object_values *old,
                                         struct object_values *values)
{
    (void)old;
    return check_offer(call, values, &class_advertisement, "OfferType");
}

static const struct object_hooks package_hooks = {
    .before_create = before_package,
    .before_update = before_update_package,
};

const struct object_class class_advertisement = {
    .name = "SMS_Advertisement",
    .describe = "A deployment of a package to a collection",
    .type = RBAC_TYPE_ADVERTISEMENT,
    .read = {RBAC_TYPE_ADVERTISEMENT, RBAC_OP_READ},
    .create = {RBAC_TYPE_COLLECTION, RBAC_OP_DEPLOY_PACKAGES},
    .modify = {RBAC_TYPE_COLLECTION, RBAC_OP_DEPLOY_PACKAGES},
    .remove = {RBAC_TYPE_COLLECTION, RBAC_OP_DEPLOY_PACKAGES},
    .messages = {30006, 30007, 30008, 0, 0, 0},
    .can_create = true,
    .can_modify = true,
    .can_remove = true,
    .properties = package_properties,
    .n_properties = ARRAY_SIZE(package_properties),
    .table = "advertisement",
    .key_column = "AdvertisementID",
    .name_column = "AdvertisementName",
    .constraints =
        "FOREIGN KEY (PackageID) REFERENCES package (PackageID),"
        " FOREIGN KEY (CollectionID) REFERENCES collection (CollectionID)",
    .first_row = 0x20000,
    .label_kind = LABELS_COLLECTION,
    .labels = "(SELECT c.row FROM collection c"
              " WHERE c.CollectionID = t.CollectionID)",
    .also_kind = LABELS_SCOPES,
    .also_operation = RBAC_OP_READ,
    .also_type = "2",
    .also_labels =
        "(SELECT p.scopes FROM package p WHERE p.PackageID = t.PackageID)",
    .hooks = &package_hooks,
};
