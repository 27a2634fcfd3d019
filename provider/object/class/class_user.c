/*
 * SMS_R_User and SMS_R_UserGroup: users and groups that discovery found.
 *
 * Like devices they have no rights of their own: access to one is access
 * through the collections that contain it (R7.6.1). Adding one needs the right
 * to import into the site, and to manage what is in the built-in collection
 * that holds all of its kind.
 */
#include "provider/object/class/class_rows.h"
#include "provider/object/collection/members.h"
#include "provider/object/resource.h"

#define ALL_USERS       "SMS00002"
#define ALL_USER_GROUPS "SMS00003"

#define TEXT_OF(name_, max_, describe_)                                        \
    {                                                                          \
        (name_), OBJECT_STRING, 0, 0, (max_), (name_), NULL, (describe_)       \
    }
#define TEXTS_OF(name_, max_, describe_)                                       \
    {                                                                          \
        (name_), OBJECT_STRINGS, 0, 0, (max_), (name_), NULL, (describe_)      \
    }

#define RESOURCE(kind_)                                                        \
    ROW_KEY("ResourceID"),                                                     \
        {"ResourceType", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 5,               \
         NULL,           kind_,          "Always " kind_},                     \
        {"Name",                                                               \
         OBJECT_STRING,                                                        \
         OBJECT_REQUIRED | OBJECT_NAME | OBJECT_INDEX,                         \
         1,                                                                    \
         512,                                                                  \
         "Name",                                                               \
         NULL,                                                                 \
         "Its name; need not be unique"},                                      \
        TEXT_OF("WindowsNTDomain", 256, "Its domain"),                         \
        TEXT_OF("DistinguishedName", 4000, "Entry in the directory"),          \
        TEXT_OF("SID", 256, "Its security identifier"),                        \
        TEXTS_OF("AgentName", 256, "What found it")

/* ---- Adding ---- */

static enum status need_site(struct object_call *call)
{
    SCOPED(object_target_clear) struct object_target site = {0};
    char code[4];

    TRY(site_code(call->store, code));
    TRY(object_target_read(call->store, call->actor.map, &class_site,
                           text_of(code), &site));
    return actor_need(
        call, (struct object_need){RBAC_TYPE_SITE, SITE_OP_IMPORT_MACHINE},
        &site);
}

static enum status read_collection(struct object_call *call, const char *key,
                                   struct object_target *all)
{
    return object_target_read(call->store, call->actor.map, &class_collection,
                              text_of(key), all);
}

static enum status need_collection(struct object_call *call, const char *key)
{
    static const uint8_t operations[] = {RBAC_OP_READ, RBAC_OP_READ_RESOURCE,
                                         RBAC_OP_MODIFY_RESOURCE,
                                         RBAC_OP_DELETE_RESOURCE};
    SCOPED(object_target_clear) struct object_target all = {0};

    TRY(read_collection(call, key, &all));
    for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
        TRY(actor_need(
            call, (struct object_need){RBAC_TYPE_COLLECTION, operations[i]},
            &all));
    return STATUS_OK;
}

static enum status before_user(struct object_call *call,
                               struct object_values *values)
{
    (void)values;
    TRY(need_site(call));
    return need_collection(call, ALL_USERS);
}

static enum status before_group(struct object_call *call,
                                struct object_values *values)
{
    (void)values;
    TRY(need_site(call));
    return need_collection(call, ALL_USER_GROUPS);
}

/* ---- Collections follow ---- */

/* The numbers of a kind are used up before they are those of another. */
static enum status join(struct object_call *call,
                        const struct object_values *values,
                        enum resource_kind kind, int64_t row)
{
    const char *changed[PROPERTIES_MAX];
    const struct member_trigger trigger =
        members_trigger(call->class, NULL, values, changed);

    if (resource_kind(row) != kind)
        return STATUS_LIMIT;
    return members_arrive(call, row, &trigger);
}

static enum status after_user(struct object_call *call,
                              const struct object_values *values, int64_t row)
{
    return join(call, values, RESOURCE_USER, row);
}

static enum status after_group(struct object_call *call,
                               const struct object_values *values, int64_t row)
{
    return join(call, values, RESOURCE_GROUP, row);
}

static enum status after_update(struct object_call *call,
                                const struct object_values *old,
                                const struct object_values *values)
{
    const char *changed[PROPERTIES_MAX];
    const struct member_trigger trigger =
        members_trigger(call->class, old, values, changed);

    return members_follow(call, call->target->row, &trigger);
}

static enum status before_delete(struct object_call *call)
{
    return members_leave(call->store, call->target->row, call->actor.now_s);
}

#define OF_A_COLLECTION(first_)                                                \
    .type = RBAC_TYPE_COLLECTION,                                              \
    .read = {RBAC_TYPE_COLLECTION, RBAC_OP_READ_RESOURCE},                     \
    .create = {RBAC_TYPE_SITE, SITE_OP_IMPORT_MACHINE},                        \
    .modify = {RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY_RESOURCE},                 \
    .remove = {RBAC_TYPE_COLLECTION, RBAC_OP_DELETE_RESOURCE}, FOR_ALL_VERBS,  \
    .messages = {0, 0, 30066, 0, 0, 0}, .key_column = "row",                   \
    .name_column = "Name", .has_integer_key = true, .first_row = (first_),     \
    .since = 2, .label_kind = LABELS_COLLECTIONS, .device = "t.row"

/* ---- SMS_R_User ---- */

static const struct object_property user_properties[] = {
    RESOURCE("4"),
    TEXT_OF("UniqueUserName", 512, "DOMAIN\\user"),
    TEXT_OF("UserName", 256, "Sign-in name"),
    TEXT_OF("FullUserName", 256, "Full name"),
    TEXT_OF("UserPrincipalName", 512, "user@domain"),
    TEXT_OF("Mail", 512, "Mail address"),
    TEXTS_OF("UserGroupName", 512, "Groups that they are in"),
    TEXTS_OF("UserOUName", 512, "Organizational units"),
    TEXTS_OF("UserContainerName", 512, "Containers of the directory"),
    HISTORY("CreationDate", "CreationDate", OBJECT_DATETIME, 0, OBJECT_MADE_ON,
            "When the record was created"),
    ROW_VERSION,
};

static const struct object_hooks user_hooks = {
    .before_create = before_user,
    .after_create = after_user,
    .after_update = after_update,
    .before_delete = before_delete,
};

const struct object_class class_user = {
    .name = "SMS_R_User",
    .describe = "A user that discovery found",
    OF_A_COLLECTION(FIRST_USER),
    PROPERTIES(user_properties),
    .table = "user_resource",
    .hooks = &user_hooks,
};

/* ---- SMS_R_UserGroup ---- */

static const struct object_property group_properties[] = {
    RESOURCE("3"),
    TEXT_OF("UniqueUsergroupName", 512, "DOMAIN\\group"),
    TEXT_OF("UsergroupName", 256, "Its name in the domain"),
    TEXT_OF("ADDomainName", 256, "Its domain in the directory"),
    {"GroupType", OBJECT_INTEGER, 0, 0, UINT32_MAX, "GroupType", NULL,
     "Kind of group in the directory"},
    TEXTS_OF("ActiveDirectoryOrganizationalUnit", 512, "Organizational units"),
    HISTORY("CreationDate", "CreationDate", OBJECT_DATETIME, 0, OBJECT_MADE_ON,
            "When the record was created"),
    ROW_VERSION,
};

static const struct object_hooks group_hooks = {
    .before_create = before_group,
    .after_create = after_group,
    .after_update = after_update,
    .before_delete = before_delete,
};

const struct object_class class_user_group = {
    .name = "SMS_R_UserGroup",
    .describe = "A group of users that discovery found",
    OF_A_COLLECTION(FIRST_USER_GROUP),
    PROPERTIES(group_properties),
    .table = "group_resource",
    .hooks = &group_hooks,
};
