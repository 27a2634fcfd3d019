/*
 * SMS_FullCollectionMembership: members of collections, visible if both the
 * collection and the device are.
 */
#include "provider/object/class/class_rows.h"

static const struct object_property properties[] = {
    {"MembershipKey", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 1, 64,
     "MembershipKey", NULL, "CollectionID.ResourceID"},
    {"CollectionID", OBJECT_STRING, OBJECT_READ_ONLY, 8, 8, "CollectionID",
     NULL, "The collection"},
    {"ResourceID", OBJECT_INTEGER, OBJECT_READ_ONLY, 1, INT64_MAX, "ResourceID",
     NULL, "The device in it"},
    {"Name", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, "Name", NULL,
     "Name of the device"},
    {"Domain", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, "Domain", NULL,
     "Its domain or workgroup"},
    {"IsDirect", OBJECT_BOOLEAN, OBJECT_READ_ONLY, 0, 1, "IsDirect", NULL,
     "A direct rule names it"},
};

const struct object_class class_collection_member = {
    .name = "SMS_FullCollectionMembership",
    .describe = "A device in a collection",
    RIGHTS_OF(RBAC_TYPE_COLLECTION),
    PROPERTIES(properties),
    .table = "full_membership",
    .key_column = "MembershipKey",
    .name_column = "Name",
    .is_view = true,
    .label_kind = LABELS_COLLECTION,
    .labels = "t.collection",
    .also_kind = LABELS_COLLECTIONS,
    .also_operation = RBAC_OP_READ_RESOURCE,
    .also_type = "1",
    .also_labels = "t.collections",
    .device = "t.ResourceID",
};
