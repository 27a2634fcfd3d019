/*
 * SMS_R_System: devices.
 *
 * Devices have no rights of their own: access to one is access through the
 * collections that contain it (R7.6.1). Importing one needs the right to import
 * machines into the site and to manage the devices of All Systems, where every
 * device lands (R7.6.3; Modify on All Systems itself is not required, since
 * nobody has it).
 */
#include "provider/base/mutant.h"
#include "provider/object/class/class_rows.h"
#include "provider/object/collection/members.h"
#include "provider/object/guard/gain.h"
#include "provider/object/query/member_set.h"

static const struct object_property properties[] = {
    ROW_KEY("ResourceID"),
    {"ResourceType", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 5, NULL, "5",
     "5: system"},
    {"Name", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_NAME, 1, 256, "Name", NULL,
     "Name of the device; need not be unique"},
    {"NetbiosName", OBJECT_STRING, 0, 0, 15, "NetbiosName", NULL, "Short name"},
    {"ResourceDomainORWorkgroup", OBJECT_STRING, 0, 0, 256,
     "ResourceDomainORWorkgroup", NULL, "Domain or workgroup"},
    {"SMSUniqueIdentifier", OBJECT_STRING, 0, 0, 64, "SMSUniqueIdentifier",
     NULL, "Identity of its client"},
    {"SMBIOSGUID", OBJECT_STRING, 0, 0, 64, "SMBIOSGUID", NULL,
     "Identity of the machine"},
    {"MACAddresses", OBJECT_STRINGS, 0, 0, 64, "MACAddresses", NULL,
     "Network adapters"},
    {"IPAddresses", OBJECT_STRINGS, 0, 0, 64, "IPAddresses", NULL,
     "Network addresses"},
    {"SystemOUName", OBJECT_STRINGS, 0, 0, 512, "SystemOUName", NULL,
     "Organizational units"},
    {"OperatingSystemNameandVersion", OBJECT_STRING, 0, 0, 256,
     "OperatingSystemNameandVersion", NULL, "Operating system"},
    {"Client", OBJECT_INTEGER, 0, 0, 1, "Client", NULL,
     "1: has a client; null: never had one"},
    {"ClientVersion", OBJECT_STRING, 0, 0, 64, "ClientVersion", NULL,
     "Version of the client"},
    {"Active", OBJECT_INTEGER, 0, 0, 1, "Active", NULL, "1: reports"},
    {"Obsolete", OBJECT_INTEGER, 0, 0, 1, "Obsolete", NULL,
     "1: replaced by another record"},
    {"ADSiteName", OBJECT_STRING, 0, 0, 256, "ADSiteName", NULL,
     "Network site"},
    {"LastLogonUserName", OBJECT_STRING, 0, 0, 256, "LastLogonUserName", NULL,
     "User who used it last"},
    {"LastLogonTimestamp", OBJECT_DATETIME, 0, 0, 0, "LastLogonTimestamp", NULL,
     "When"},
    {"IsVirtualMachine", OBJECT_BOOLEAN, 0, 0, 1, "IsVirtualMachine", NULL,
     "Runs on another machine"},
    {"DistinguishedName", OBJECT_STRING, 0, 0, 4000, "DistinguishedName", NULL,
     "Entry in the directory"},
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

static enum status before_create(struct object_call *call,
                                 struct object_values *values)
{
    (void)values;
    TRY(need_site(call));
    return need_all_systems(call);
}

static enum status after_create(struct object_call *call,
                                const struct object_values *values, int64_t row)
{
    (void)values;
    return members_join(call->store, row, call->actor.now_s);
}

/* The collections that hold the device now and did not before. */
static enum status find_come(struct object_call *call,
                             const struct row_set *before,
                             struct row_list *come)
{
    SCOPED(row_set_clear) struct row_set after = {0};

    TRY(member_holders(call->store, call->target->row, &after));
    for (size_t i = 0; i < after.rows.n; i++)
        if (row_set_find(before, after.rows.of[i]) == SIZE_MAX)
            TRY(row_list_add(come, after.rows.of[i]));
    return STATUS_OK;
}

/* Other rules may name another name, and other properties may be found:
 * bringing a device into a collection this way needs the right to name it
 * there. */
static enum status after_update(struct object_call *call,
                                const struct object_values *old,
                                const struct object_values *values)
{
    SCOPED(row_set_clear) struct row_set before = {0};
    SCOPED(row_list_clear) struct row_list come = {0};

    (void)old;
    (void)values;
    TRY(member_holders(call->store, call->target->row, &before));
    TRY(members_reconsider(call->store, call->target->row, call->actor.now_s));
    TRY(find_come(call, &before, &come));
    if (MUTANT("a3-device-changes"))
        return STATUS_OK;
    return gain_ask_device(call, &come);
}

static enum status before_delete(struct object_call *call)
{
    return members_leave(call->store, call->target->row, call->actor.now_s);
}

static const struct object_hooks hooks = {
    .before_create = before_create,
    .after_create = after_create,
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
