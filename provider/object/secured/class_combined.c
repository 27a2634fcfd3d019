/*
 * SMS_CombinedDeviceResources: devices with the columns of a console's list.
 */
#include "provider/object/secured/secured_rows.h"

#define OF_DEVICE(name_, type_, max_, column_, describe_)                      \
    {                                                                          \
        .name = (name_), .type = (type_), .flags = OBJECT_READ_ONLY,           \
        .max = (max_), .column = (column_), .describe = (describe_)            \
    }

static const struct object_property properties[] = {
    ROW_KEY("ResourceID"),
    OF_DEVICE("Name", OBJECT_STRING, 256, "Name", "Name of the device"),
    OF_DEVICE("Domain", OBJECT_STRING, 256, "ResourceDomainORWorkgroup",
              "Its domain or workgroup"),
    OF_DEVICE("SMSID", OBJECT_STRING, 64, "SMSUniqueIdentifier",
              "Identity of its client"),
    OF_DEVICE("IsClient", OBJECT_INTEGER, 1, "Client", "1: has a client"),
    OF_DEVICE("ClientVersion", OBJECT_STRING, 64, "ClientVersion",
              "Version of the client"),
    OF_DEVICE("ClientType", OBJECT_INTEGER, 9, "ClientType", "Kind of client"),
    OF_DEVICE("IsActive", OBJECT_INTEGER, 1, "Active", "1: reports"),
    OF_DEVICE("IsObsolete", OBJECT_INTEGER, 1, "Obsolete",
              "1: replaced by another record"),
    OF_DEVICE("IsDecommissioned", OBJECT_INTEGER, 1, "Decommissioned",
              "1: out of service"),
    OF_DEVICE("IsVirtualMachine", OBJECT_BOOLEAN, 1, "IsVirtualMachine",
              "Runs on another machine"),
    OF_DEVICE("DeviceOS", OBJECT_STRING, 256, "OperatingSystemNameandVersion",
              "Operating system"),
    OF_DEVICE("DeviceOSBuild", OBJECT_STRING, 64, "Build", "Its version"),
    OF_DEVICE("LastLogonUser", OBJECT_STRING, 256, "LastLogonUserName",
              "User who used it last"),
    OF_DEVICE("ADSiteName", OBJECT_STRING, 256, "ADSiteName", "Network site"),
    OF_DEVICE("CreationDate", OBJECT_DATETIME, 0, "CreationDate",
              "When the record was created"),
};

const struct object_class class_combined = {
    .name = "SMS_CombinedDeviceResources",
    .describe = "A device, as a console lists it",
    .type = RBAC_TYPE_COLLECTION,
    .read = {RBAC_TYPE_COLLECTION, RBAC_OP_READ_RESOURCE},
    PROPERTIES(properties),
    .table = "device",
    .key_column = "row",
    .name_column = "Name",
    .is_view = true,
    .has_integer_key = true,
    .label_kind = LABELS_COLLECTIONS,
    .device = "t.row",
};
