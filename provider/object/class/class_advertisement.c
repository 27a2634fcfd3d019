/*
 * SMS_Advertisement: a deployment of a package; see class_assignment.c.
 */
#include "provider/object/class/class_advertisement_sql.h"
#include "provider/object/class/class_rows.h"
#include "provider/object/collection/refresh.h"
#include "provider/object/schedule/schedule.h"

static const struct object_property properties[] = {
    SITE_KEY("AdvertisementID"),
    {"AdvertisementName", OBJECT_STRING,
     OBJECT_FIXED | OBJECT_NAME | OBJECT_NAMED_AFTER, 1, 256,
     "AdvertisementName", NULL, "Name; package and collection when left out"},
    {"CollectionID", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_FIXED, 8, 8,
     "CollectionID", NULL, "Collection it is deployed to"},
    {"PackageID", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_FIXED, 8, 8,
     "PackageID", NULL, "The package"},
    {"ProgramName", OBJECT_STRING, OBJECT_FIXED, 0, 256, "ProgramName", NULL,
     "Program of the package that runs"},
    {"OfferType", OBJECT_INTEGER, OBJECT_DEFAULT, 0, 2, "OfferType", NULL,
     "0 required, 2 available", .choices = &deployment_offers},
    {"Comment", OBJECT_STRING, 0, 0, 512, "Comment", NULL, "What it is for"},
    {"PresentTime", OBJECT_DATETIME, 0, 0, 0, "PresentTime", NULL,
     "From when it is offered"},
    {"ExpirationTime", OBJECT_DATETIME, 0, 0, 0, "ExpirationTime", NULL,
     "Until when"},
    LATER_NUMBER("AdvertFlags", UINT32_MAX, 3, "Bits: when it runs"),
    LATER_NUMBER("RemoteClientFlags", UINT32_MAX, 3,
                 "Bits: how slow clients run it"),
    LATER_TOKENS("AssignedSchedule", 3,
                 "When it is required, tokens as in RefreshSchedule of"
                 " SMS_Collection"),
    MADE_AT_SITE,
    ROW_VERSION,
};

/* Packages are asked about first: a name is "package to collection". */
static const struct object_reference references[] = {
    {"PackageID", NULL, &class_package},
    {"CollectionID", NULL, &class_collection,
     .need = {RBAC_TYPE_COLLECTION, RBAC_OP_DEPLOY_PACKAGES}},
};

static enum status keep_schedule(struct object_call *call,
                                 struct object_values *values)
{
    static const char name[] = "AssignedSchedule";
    const size_t at = object_property_at(&class_advertisement, name);

    return refresh_keep(call, name, &values->of[at]);
}

static enum status before_update(struct object_call *call,
                                 const struct object_values *old,
                                 struct object_values *values)
{
    (void)old;
    return keep_schedule(call, values);
}

static const struct object_hooks hooks = {
    .before_create = keep_schedule,
    .before_update = before_update,
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
    FOR_ALL_VERBS,
    PROPERTIES(properties),
    .table = "advertisement",
    .key_column = "AdvertisementID",
    .name_column = "AdvertisementName",
    .first_row = 0x20000,
    .label_kind = LABELS_COLLECTION,
    .labels = SQL_ADVERTISEMENT_TARGET,
    .also[0].kind = LABELS_SCOPES,
    .also[0].operation = RBAC_OP_READ,
    .also[0].type = "2",
    .also[0].labels = SQL_ADVERTISEMENT_SCOPES,
    REFERENCES(references),
    .hooks = &hooks,
};
