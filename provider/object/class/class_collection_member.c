/*
 * SMS_FullCollectionMembership: members of collections, visible if both the
 * collection and the device or user are. Users have few of its properties.
 */
#include "provider/object/class/class_rows.h"
#include "provider/object/query/label_block_sql.h"

#define OF_DEVICE(name_, type_, max_, describe_)                               \
    {                                                                          \
        .name = (name_), .type = (type_), .flags = OBJECT_READ_ONLY,           \
        .max = (max_), .column = (name_), .describe = (describe_)              \
    }

static const struct object_property properties[] = {
    {"MembershipKey", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 1, 64,
     "MembershipKey", NULL, "CollectionID.ResourceID"},
    {"CollectionID", OBJECT_STRING, OBJECT_READ_ONLY | OBJECT_HALF, 8, 8,
     "CollectionID", NULL, "The collection"},
    {"ResourceID", OBJECT_INTEGER, OBJECT_READ_ONLY | OBJECT_HALF, 1, INT64_MAX,
     "ResourceID", NULL, "The device, user or group in it"},
    {"Name", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, "Name", NULL, "Its name"},
    {"Domain", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, "Domain", NULL,
     "Its domain or workgroup"},
    OF_DEVICE("SMSID", OBJECT_STRING, 64, "Identity of its client"),
    OF_DEVICE("SiteCode", OBJECT_STRING, 3, "The site"),
    OF_DEVICE("ResourceType", OBJECT_INTEGER, 5,
              "5 system, 4 user, 3 user group"),
    OF_DEVICE("IsClient", OBJECT_INTEGER, 1, "1: has a client"),
    OF_DEVICE("IsActive", OBJECT_INTEGER, 1, "1: reports"),
    OF_DEVICE("IsObsolete", OBJECT_INTEGER, 1, "1: replaced by another record"),
    OF_DEVICE("IsDecommissioned", OBJECT_INTEGER, 1, "1: out of service"),
    OF_DEVICE("IsVirtualMachine", OBJECT_BOOLEAN, 1, "Runs on another machine"),
    OF_DEVICE("ClientType", OBJECT_INTEGER, 9, "Kind of client"),
    OF_DEVICE("ClientVersion", OBJECT_STRING, 64, "Version of the client"),
    OF_DEVICE("LastLogonUserName", OBJECT_STRING, 256, "User who used it last"),
    OF_DEVICE("DeviceOS", OBJECT_STRING, 256, "Operating system"),
    OF_DEVICE("ADSiteName", OBJECT_STRING, 256, "Network site"),
    OF_DEVICE("IsAssigned", OBJECT_BOOLEAN, 1, "Assigned to a site"),
    ALWAYS("IsApproved", OBJECT_INTEGER, "NULL", "Clients are not approved"),
    ALWAYS("IsBlocked", OBJECT_BOOLEAN, "0", "Clients are not blocked"),
    ALWAYS("IsAlwaysInternet", OBJECT_BOOLEAN, "0", "Not known of any"),
    ALWAYS("IsInternetEnabled", OBJECT_BOOLEAN, "0", "Not known of any"),
    ALWAYS("ClientCertType", OBJECT_INTEGER, "NULL", "Not known"),
    ALWAYS("DeviceOwner", OBJECT_INTEGER, "NULL", "Not known"),
    ALWAYS("DeviceCategory", OBJECT_STRING, "NULL", "Not known"),
    ALWAYS("Priority", OBJECT_INTEGER, "NULL", "Not known"),
    {"IsDirect", OBJECT_BOOLEAN, OBJECT_READ_ONLY, 0, 1, "IsDirect", NULL,
     "A direct rule names it"},
};

/* ---- SMS_CollectionMember_a: the same, as an association ---- */

static const struct object_property association_properties[] = {
    {"MembershipKey", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 1, 64,
     "MembershipKey", NULL, "CollectionID.ResourceID"},
    {"CollectionID", OBJECT_STRING, OBJECT_READ_ONLY | OBJECT_HALF, 8, 8,
     "CollectionID", NULL, "The collection"},
    {"ResourceID", OBJECT_INTEGER, OBJECT_READ_ONLY | OBJECT_HALF, 1, INT64_MAX,
     "ResourceID", NULL, "The device, user or group in it"},
};

#define OF_MEMBERS                                                             \
    RIGHTS_OF(RBAC_TYPE_COLLECTION),                                           \
        .table = "full_membership", .key_column = "MembershipKey",             \
        .key_sought = "t.CollectionID = substr(?1, 1, 8)"                      \
                      " AND t.ResourceID = CAST(substr(?1, 10) AS INTEGER)",   \
        .is_view = true, .is_held = true, .label_kind = LABELS_COLLECTION,     \
        .labels = "t.collection", .also[0].kind = LABELS_COLLECTIONS,          \
        .also[0].operation = RBAC_OP_READ_RESOURCE, .also[0].type = "1",       \
        .also[0].labels = SQL_LABEL_BLOCK_OF_RESOURCE,                         \
        .device = "t.ResourceID"

const struct object_class class_member_association = {
    .name = "SMS_CollectionMember_a",
    .describe = "Which device or user is in which collection",
    OF_MEMBERS,
    .name_column = "MembershipKey",
    PROPERTIES(association_properties),
};

const struct object_class class_collection_member = {
    .name = "SMS_FullCollectionMembership",
    .describe =
        "A device or user in a collection; of one collection alone, the class"
        " is SMS_CM_RES_COLL_<CollectionID>",
    OF_MEMBERS,
    .name_column = "Name",
    PROPERTIES(properties),
};
