/*
 * SMS_R_System: devices.
 *
 * Devices have no rights of their own: access to one is access through the
 * collections that contain it (R7.6.1). Importing one needs the right to import
 * machines into the site and to manage the devices of All Systems, where every
 * device lands (R7.6.3; Modify on All Systems itself is not required, since
 * nobody has it). Where rules find it, it also needs what renaming one into
 * there does (members_arrive).
 */
#include "provider/object/class/class_device.h"

#include "provider/object/class/class_rows.h"
#include "provider/object/collection/members.h"

/* Reported texts, numbers and lists of texts; a flag is 0 or 1. */
#define FACT(name_, max_, describe_)                                           \
    {                                                                          \
        (name_), OBJECT_STRING, 0, 0, (max_), (name_), NULL, (describe_)       \
    }
#define SOUGHT_FACT(name_, max_, describe_)                                    \
    {                                                                          \
        (name_), OBJECT_STRING, OBJECT_SOUGHT, 0, (max_), (name_), NULL,       \
            (describe_)                                                        \
    }
#define NUMBER(name_, max_, describe_)                                         \
    {                                                                          \
        (name_), OBJECT_INTEGER, 0, 0, (max_), (name_), NULL, (describe_)      \
    }
#define IDENTITY(name_, max_, describe_)                                       \
    {                                                                          \
        (name_), OBJECT_STRING, OBJECT_SOUGHT | OBJECT_IDENTITY, 0, (max_),    \
            (name_), NULL, (describe_)                                         \
    }
#define SOUGHT_FLAG(name_, usual_, describe_)                                  \
    {                                                                          \
        .name = (name_), .type = OBJECT_INTEGER, .flags = OBJECT_SOUGHT,       \
        .max = 1, .column = (name_), .describe = (describe_),                  \
        .usual = (usual_)                                                      \
    }
#define LIST(name_, max_, describe_)                                           \
    {                                                                          \
        (name_), OBJECT_STRINGS, 0, 0, (max_), (name_), NULL, (describe_)      \
    }
#define SOUGHT_LIST(name_, max_, describe_)                                    \
    {                                                                          \
        (name_), OBJECT_STRINGS, OBJECT_SOUGHT, 0, (max_), (name_), NULL,      \
            (describe_)                                                        \
    }

/*
 * What administrators filter by is sought; each index and each entry of a
 * list costs an import about as much as half a row does (1 to 2 us), so only
 * those are.
 */
static const struct object_property properties[] = {
    ROW_KEY("ResourceID"),
    {"ResourceType", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 5, NULL, "5",
     "5: system"},
    {"Name", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_NAME | OBJECT_SOUGHT, 1,
     256, "Name", NULL, "Name of the device; need not be unique"},
    IDENTITY("NetbiosName", 15, "Short name"),
    FACT("ResourceDomainORWorkgroup", 256, "Domain or workgroup"),
    IDENTITY("SMSUniqueIdentifier", 64, "Identity of its client"),
    IDENTITY("SMBIOSGUID", 64, "Identity of the machine"),
    FACT("HardwareID", 256, "Identity made from its hardware"),
    SOUGHT_LIST("MACAddresses", 64, "Network adapters"),
    SOUGHT_LIST("IPAddresses", 64, "Network addresses"),
    LIST("IPv6Addresses", 64, "Network addresses of version 6"),
    LIST("IPSubnets", 64, "Subnets of its addresses"),
    LIST("ResourceNames", 256, "Names it has in networks"),
    SOUGHT_LIST("SystemOUName", 512, "Organizational units"),
    LIST("SystemContainerName", 512, "Containers in the directory"),
    LIST("SystemGroupName", 512, "Groups in the directory"),
    LIST("SecurityGroupName", 512, "Security groups in the directory"),
    LIST("SystemRoles", 256, "Roles of a site that it has"),
    FACT("OperatingSystemNameandVersion", 256, "Operating system"),
    FACT("Build", 64, "Version of the operating system"),
    FACT("BuildExt", 64, "Version of the operating system with its updates"),
    NUMBER("OSBranch", 9, "Servicing channel of the operating system"),
    SOUGHT_FLAG("Client", 1, "1: has a client; null: never had one"),
    FACT("ClientVersion", 64, "Version of the client"),
    NUMBER("ClientType", 9, "Kind of client"),
    SOUGHT_FLAG("Active", 1, "1: reports"),
    SOUGHT_FLAG("Obsolete", 0, "1: replaced by another record"),
    NUMBER("Decommissioned", 1, "1: out of service"),
    NUMBER("Unknown", 1, "1: a record for computers not known yet"),
    LIST("SMSAssignedSites", 3, "Sites it is assigned to"),
    LIST("SMSInstalledSites", 3, "Sites its client is installed from"),
    LIST("SMSResidentSites", 3, "Sites it is in"),
    SOUGHT_FACT("ADSiteName", 256, "Network site"),
    SOUGHT_FACT("LastLogonUserName", 256, "User who used it last"),
    FACT("LastLogonUserDomain", 256, "That user's domain"),
    {"LastLogonTimestamp", OBJECT_DATETIME, 0, 0, 0, "LastLogonTimestamp", NULL,
     "When"},
    {"IsVirtualMachine", OBJECT_BOOLEAN, 0, 0, 1, "IsVirtualMachine", NULL,
     "Runs on another machine"},
    FACT("VirtualMachineHostName", 256, "The machine it runs on"),
    FACT("DistinguishedName", 4000, "Entry in the directory"),
    FACT("SID", 184, "Identity in the directory"),
    FACT("ObjectGUID", 64, "Identity of its entry in the directory"),
    NUMBER("UserAccountControl", UINT32_MAX, "Flags of its account"),
    NUMBER("PrimaryGroupID", UINT32_MAX, "Primary group of its account"),
    LIST("AgentName", 256, "What discovered it"),
    LIST("AgentSite", 3, "Where each did"),
    {"AgentTime", OBJECT_DATETIMES, 0, 0, 0, "AgentTime", NULL,
     "When each did"},
    HISTORY("CreationDate", "CreationDate", OBJECT_DATETIME, 0, OBJECT_MADE_ON,
            "When the record was created"),
    ROW_VERSION,
};

static enum status need_site(struct object_call *call)
{
    static const struct object_need needs[] = {
        {RBAC_TYPE_SITE, RBAC_OP_READ},
        {RBAC_TYPE_SITE, SITE_OP_IMPORT_MACHINE},
    };
    SCOPED(object_target_clear) struct object_target site = {0};
    char code[4];

    TRY(site_code(call->store, code));
    TRY(object_target_read(call->store, call->actor.map, &class_site,
                           text_of(code), &site));
    for (size_t i = 0; i < ARRAY_SIZE(needs); i++)
        TRY(actor_need(call, needs[i], &site));
    return STATUS_OK;
}

static enum status need_all_systems(struct object_call *call)
{
    static const struct object_need needs[] = {
        {RBAC_TYPE_COLLECTION, RBAC_OP_READ},
        {RBAC_TYPE_COLLECTION, RBAC_OP_READ_RESOURCE},
        {RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY_RESOURCE},
        {RBAC_TYPE_COLLECTION, RBAC_OP_DELETE_RESOURCE},
    };
    SCOPED(object_target_clear) struct object_target all = {0};

    TRY(object_target_read(call->store, call->actor.map, &class_collection,
                           TEXT("SMS00001"), &all));
    for (size_t i = 0; i < ARRAY_SIZE(needs); i++)
        TRY(actor_need(call, needs[i], &all));
    return STATUS_OK;
}

enum status device_need_import(struct object_call *call)
{
    TRY(need_site(call));
    return need_all_systems(call);
}

static enum status before_create(struct object_call *call,
                                 struct object_values *values)
{
    struct object_batch *batch = call->batch;

    (void)values;
    if (batch && batch->may_create)
        return STATUS_OK;
    TRY(device_need_import(call));
    if (batch)
        batch->may_create = true;
    return STATUS_OK;
}

static enum status after_create(struct object_call *call,
                                const struct object_values *values, int64_t row)
{
    const char *changed[PROPERTIES_MAX];
    struct member_trigger trigger;

    if (call->batch && call->batch->is_of_top)
        return STATUS_OK; /* after_import follows */
    trigger = members_trigger(&class_device, NULL, values, changed);
    return members_arrive(call, row, &trigger);
}

static enum status after_import(struct object_call *call)
{
    return members_imported(call->store, call->batch->created,
                            call->actor.now_s);
}

/* Other rules may name another name, and other properties may be found. */
static enum status after_update(struct object_call *call,
                                const struct object_values *old,
                                const struct object_values *values)
{
    const char *changed[PROPERTIES_MAX];
    const struct member_trigger trigger =
        members_trigger(&class_device, old, values, changed);

    return members_follow(call, call->target->row, &trigger);
}

static enum status before_delete(struct object_call *call)
{
    return members_leave(call->store, call->target->row, call->actor.now_s);
}

static const struct object_hooks hooks = {
    .before_create = before_create,
    .after_create = after_create,
    .after_import = after_import,
    .after_update = after_update,
    .before_delete = before_delete,
};

const struct object_class class_device = {
    .name = "SMS_R_System",
    .describe = "A device",
    .type = RBAC_TYPE_COLLECTION,
    .read = {RBAC_TYPE_COLLECTION, RBAC_OP_READ_RESOURCE},
    .create = {RBAC_TYPE_SITE, SITE_OP_IMPORT_MACHINE},
    .modify = {RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY_RESOURCE},
    .remove = {RBAC_TYPE_COLLECTION, RBAC_OP_DELETE_RESOURCE},
    .messages = {0, 0, 30066, 0, 0, 0},
    FOR_ALL_VERBS,
    PROPERTIES(properties),
    .table = "device",
    .key_column = "row",
    .name_column = "Name",
    .has_integer_key = true,
    .first_row = FIRST_ROW,
    .label_kind = LABELS_COLLECTIONS,
    .device = "t.row",
    .hooks = &hooks,
};
