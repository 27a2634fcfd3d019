/*
 * SMS_Admin: administrators, users and groups, with their rights and where they
 * apply.
 *
 * Nobody gives more than they hold, and nobody changes a record that holds more
 * than they do (R10.3 to R10.5, T61); the last full administrator stays, and
 * nobody removes themselves (R10.1, R10.2).
 */
#include "provider/base/group_name.h"
#include "provider/base/mutant.h"
#include "provider/base/sid.h"
#include "provider/object/class/admin_claims.h"
#include "provider/object/class/class_admin_sql.h"
#include "provider/object/class/class_rows.h"
#include "provider/object/guard/approver.h"
#include "provider/object/naming.h"
#include "provider/object/permissions.h"
#include "provider/object/ssh_login.h"

enum { IDENTITIES_MAX = 32, EXTENDED_DATA_MAX = 32 };

/* Only readers of scopes and collections see their names (T60). */
#define MAY_READ                                                               \
    "iif(p.collection IS NULL, " SCOPES_SHOWN                                  \
    ", sms_may(1, 0, 3, p.collection) OR " MUTANT_SQL("a10-names") ")"

static const struct object_property properties[] = {
    ROW_KEY("AdminID"),
    {"LogonName", OBJECT_STRING,
     OBJECT_REQUIRED | OBJECT_FIXED | OBJECT_NAME | OBJECT_UNIQUE_PART, 1, 256,
     "LogonName", NULL,
     "User or group as the sign-in knows them, alice@EXAMPLE.COM"},
    {"IsGroup", OBJECT_BOOLEAN,
     OBJECT_FIXED | OBJECT_DEFAULT | OBJECT_UNIQUE_PART, 0, 1, "IsGroup", NULL,
     "A group: its members are administrators"},
    {"GroupSource", OBJECT_STRING, OBJECT_FIXED | OBJECT_NAME, 0, 512,
     "GroupSource", NULL,
     "For a group, the source of its members: site, host, sid (a domain: the "
     "group is named by its SID) or an issuer of tokens"},
    {"AccountType", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 2, NULL, "t.IsGroup",
     "0 user, 1 group"},
    {"DisplayName", OBJECT_STRING, 0, 0, 512, "DisplayName", NULL,
     "Display name; of a group by SID its name in the policy file"},
    {.name = "AdminSid",
     .type = OBJECT_STRING,
     .flags = OBJECT_FIXED | OBJECT_LAZY,
     .max = 256,
     .column = "AdminSid",
     .computed = SQL_ADMIN_SID,
     .describe = "SID of the account in its domain: an identity of the user, "
                 "told by a sign-in if it is not given; of a group by SID its "
                 "name",
     .since = 3},
    {.name = "RevokedCertificates",
     .type = OBJECT_STRINGS,
     .flags = OBJECT_READ_ONLY | OBJECT_LAZY,
     .column = "RevokedCertificates",
     .describe = "Serial numbers of SSH certificates that were withdrawn one "
                 "by one, within the last day",
     .since = 8},
    LATER_TEXT("DistinguishedName", OBJECT_FIXED, 4000, 3,
               "Kept as it was given; identifies nobody"),
    {.name = "HostResourceID",
     .type = OBJECT_INTEGER,
     .flags = OBJECT_FIXED,
     .min = 1,
     .max = INT64_MAX,
     .column = "HostResourceID",
     .describe =
         "The device that the record is the machine identity of: it has "
         "no rights, and may ask who may log in to that device",
     .since = 5},
    ALWAYS("IsDeleted", OBJECT_BOOLEAN, "0",
           "Records that are deleted are gone"),
    {"IsDisabled", OBJECT_BOOLEAN, OBJECT_DEFAULT, 0, 1, "IsDisabled", NULL,
     "Kept, but gives no rights"},
    {"IsCovered", OBJECT_BOOLEAN, OBJECT_READ_ONLY | OBJECT_LAZY, 0, 1, NULL,
     SQL_ADMIN_IS_COVERED, "Whether the caller holds all that it gives"},
    {"Permissions", OBJECT_EMBEDDED, OBJECT_REQUIRED | OBJECT_LAZY, 0, 0, NULL,
     SQL_ADMIN_PERMISSIONS
     " iif(" MAY_READ ", p.CategoryName, NULL), " SQL_ADMIN_PERMISSIONS_END,
     "{RoleID, CategoryID, CategoryTypeID[, ValidFrom, ValidUntil]} each"},
    {"Identities", OBJECT_EMBEDDED, OBJECT_LAZY, 0, IDENTITIES_MAX, NULL,
     SQL_ADMIN_IDENTITIES,
     "{Kind, Value} each: evidence that identifies this user; read: GivenBy "
     "(\"\": the host), GivenDate, IsConfirmed by a full administrator"},
    {"Roles", OBJECT_STRINGS, OBJECT_READ_ONLY | OBJECT_LAZY, 0, 0, NULL,
     SQL_ADMIN_ROLES, "Keys of the roles"},
    {"RoleNames", OBJECT_STRINGS, OBJECT_READ_ONLY, 0, 0, NULL,
     SQL_ADMIN_ROLE_NAMES, "Names of the roles"},
    {"Categories", OBJECT_STRINGS, OBJECT_READ_ONLY | OBJECT_LAZY, 0, 0, NULL,
     SQL_ADMIN_CATEGORIES, "Keys of the scopes and collections"},
    {"CategoryNames", OBJECT_STRINGS, OBJECT_READ_ONLY, 0, 0, NULL,
     SQL_ADMIN_SCOPE_NAMES " " MAY_READ " " SQL_ADMIN_NAMES_END,
     "Names of the scopes, if the caller may read scopes"},
    {"CollectionNames", OBJECT_STRINGS, OBJECT_READ_ONLY, 0, 0, NULL,
     SQL_ADMIN_COLLECTION_NAMES " " MAY_READ " " SQL_ADMIN_NAMES_END,
     "Names of the collections that the caller may read"},
    {"ExtendedData", OBJECT_EMBEDDED, OBJECT_LAZY | OBJECT_BAG, 0,
     EXTENDED_DATA_MAX, "ExtendedData", NULL,
     "{Type, ..} each: what consoles keep about the user"},
    MADE_AT_SITE,
    MADE_BY("CreatedBy"),
    MADE_ON("CreatedDate", "CreatedDate"),
    CHANGED_BY("LastModifiedBy"),
    CHANGED_ON("LastModifiedDate", "LastModifiedDate"),
    {"DiffersFromFiles", OBJECT_BOOLEAN, OBJECT_READ_ONLY, 0, 1, NULL,
     "(t.place IS NOT NULL AND t.IsDisabled)",
     "Disabled by hand although files declare it, until they change it"},
    DECLARED_IN,
    ROW_VERSION,
};

static size_t at(const char *name)
{
    return object_property_at(&class_admin, name);
}

/* ---- Hooks ---- */

/* Denies with what is missing. before NULL: a new record; after NULL: it is
 * removed. */
static enum status deny_change(struct object_call *call,
                               struct rbac_decision decision,
                               const struct rbac_admin *before,
                               const struct rbac_admin *after)
{
    const struct object_need need = !before  ? class_admin.create
                                    : !after ? class_admin.remove
                                             : class_admin.modify;
    const enum status denied = admin_deny(call, decision, need);
    struct rbac_missing missing;

    if (decision.reason == RBAC_GUARD_MORE_THAN_HELD &&
        rbac_missing_for_admin(call->actor.subject, before, after,
                               call->actor.now_s, &missing))
        fail_missing(call, &missing);
    return denied;
}

/* The source of a group's members; without one the group is the site's own. */
static enum status set_source(struct object_call *call,
                              struct object_values *values)
{
    struct object_value *source = &values->of[at("GroupSource")];
    const bool is_group = values->of[at("IsGroup")].integer != 0;

    if (!source->is_given || source->is_null || source->text.size == 0)
        return object_value_set_text(source, is_group ? TEXT(GROUP_SOURCE_SITE)
                                                      : TEXT(""));
    if (!is_group)
        return fail_invalid(call, "GroupSource", "It is a group's.");
    if (!group_source_is(source->text))
        return fail_invalid(call, "GroupSource",
                            "It is site, host, sid or an issuer of tokens, such"
                            " as https://login.example.com/.");
    if (text_equal(source->text, TEXT(GROUP_SOURCE_SID)) &&
        !sid_is_text(values->of[at("LogonName")].text))
        return fail_invalid(call, "LogonName",
                            "A group whose source is sid is named by its SID.");
    return STATUS_OK;
}

/* A host is one device, and holds nothing, so that nothing can be had by
 * taking its key (T125). */
static enum status check_host(struct object_call *call,
                              const struct object_values *values)
{
    if (values->of[at("HostResourceID")].integer == 0)
        return STATUS_OK;
    if (values->of[at("IsGroup")].integer)
        return fail_invalid(call, "HostResourceID", "A group is no device.");
    if (realm_may_be_person(values->of[at("LogonName")].text))
        return fail_invalid(call, "LogonName",
                            "It is the principal of a person, and no "
                            "machine's.");
    if (json_array_size(values->of[at("Permissions")].json))
        return fail_invalid(call, "Permissions",
                            "The record of a host has none: it may only ask "
                            "who may log in to its device.");
    return STATUS_OK;
}

/* None for a host. */
static enum status read_permissions(struct object_call *call,
                                    const struct object_values *values,
                                    struct permissions *given_out)
{
    if (values->of[at("HostResourceID")].integer != 0)
        return STATUS_OK;
    return permissions_read(call, values->of[at("Permissions")].json,
                            given_out);
}

/* A user has one name, however it is spelled. */
static enum status set_name(struct object_call *call,
                            struct object_values *values)
{
    SCOPED(buf_free) struct buf made = buf_make(IDENTITY_MAX_BYTES);
    struct object_value *name = &values->of[at("LogonName")];

    if (values->of[at("IsGroup")].integer)
        return STATUS_OK;
    if (naming_read_machine(call->actor.realms, name->text, &made) == STATUS_OK)
        return values->of[at("HostResourceID")].integer != 0
                   ? object_value_set_text(name, buf_text(&made))
                   : fail_invalid(call, "LogonName",
                                  "It is the principal of a machine, and no "
                                  "person's: the record of a host has "
                                  "HostResourceID.");
    if (naming_read(call->actor.realms, name->text, &made) != STATUS_OK)
        return fail_invalid(call, "LogonName",
                            "It is no user of its realm: one word, and in "
                            "ASCII where the realm ignores case.");
    return object_value_set_text(name, buf_text(&made));
}

static enum status before_create(struct object_call *call,
                                 struct object_values *values)
{
    SCOPED(permissions_clear) struct permissions given = {0};
    struct rbac_decision decision;
    struct rbac_admin record;

    TRY(admin_need_roles(call));
    TRY(set_name(call, values));
    TRY(set_source(call, values));
    TRY(check_host(call, values));
    TRY(read_permissions(call, values, &given));
    record = (struct rbac_admin){.assignments = given.assignments,
                                 .n_assignments = given.n_assignments};
    decision = rbac_check_admin_new(call->actor.subject, &record,
                                    call->actor.level, call->actor.now_s);
    if (decision.verdict != RBAC_ALLOW)
        return deny_change(call, decision, NULL, &record);
    TRY(admin_check_group_claim(call, values));
    TRY(admin_check_sid(call, values));
    return admin_check_claims(call, values, 0, class_admin.create);
}

static enum status store_parts(struct object_call *call,
                               const struct object_values *values, int64_t row)
{
    SCOPED(permissions_clear) struct permissions given = {0};

    if (values->of[at("Permissions")].json) {
        TRY(read_permissions(call, values, &given));
        TRY(admin_drop_assignments(call->store, row));
        for (size_t i = 0; i < given.n_assignments; i++)
            TRY(admin_assign(call->store, row, &given.grants[i]));
    }
    if (values->of[at("Identities")].json)
        TRY(admin_store_identities(call, row,
                                   values->of[at("Identities")].json));
    return STATUS_OK;
}

static enum status after_create(struct object_call *call,
                                const struct object_values *values, int64_t row)
{
    TRY(store_parts(call, values, row));
    return admin_store_sid(call, values, row);
}

static enum status check_change(struct object_call *call,
                                const struct rbac_admin *after)
{
    const uint32_t index =
        object_map_index(call->actor.map, MAP_ADMIN, call->target->row);
    struct rbac_decision decision;

    if (index == RBAC_NONE)
        return STATUS_UNAVAILABLE; /* made a moment ago: not loaded yet */
    decision = rbac_check_admin_change(call->actor.subject, index, after,
                                       call->actor.level, call->actor.now_s);
    if (decision.verdict != RBAC_ALLOW)
        return deny_change(
            call, decision,
            &rbac_engine_estate(call->actor.engine)->admins[index], after);
    return STATUS_OK;
}

/* Does other text change that identifies the user to people? */
static bool changes_text(const struct object_values *old,
                         const struct object_values *values)
{
    for (size_t i = 0; i < ARRAY_SIZE(properties); i++)
        if (properties[i].type == OBJECT_STRING && properties[i].column &&
            !(properties[i].flags & (OBJECT_READ_ONLY | OBJECT_FIXED)) &&
            !text_equal(old->of[i].text, values->of[i].text))
            return true;
    return false;
}

/* Misleading people about a record needs the right to disable it (T61). */
static enum status check_text(struct object_call *call, uint32_t index,
                              const struct object_values *old,
                              const struct object_values *values)
{
    const struct rbac_admin *record;
    struct rbac_decision decision;
    struct rbac_missing missing;
    enum status denied;

    if (!changes_text(old, values) || MUTANT("d1-text-of-stronger"))
        return STATUS_OK;
    decision = rbac_check_admin_text(call->actor.subject, index,
                                     call->actor.level, call->actor.now_s);
    if (decision.verdict == RBAC_ALLOW)
        return STATUS_OK;
    record = &rbac_engine_estate(call->actor.engine)->admins[index];
    denied = admin_deny(call, decision, class_admin.modify);
    if (decision.verdict == RBAC_DENY &&
        rbac_missing_for_admin(call->actor.subject, record, NULL,
                               call->actor.now_s, &missing))
        fail_missing(call, &missing);
    return denied;
}

static enum status before_update(struct object_call *call,
                                 const struct object_values *old,
                                 struct object_values *values)
{
    SCOPED(permissions_clear) struct permissions given = {0};
    const uint32_t index =
        object_map_index(call->actor.map, MAP_ADMIN, call->target->row);
    struct rbac_admin after;

    TRY(admin_need_roles(call));
    TRY(check_host(call, values));
    if (index == RBAC_NONE)
        return STATUS_UNAVAILABLE; /* made a moment ago: not loaded yet */
    TRY(check_text(call, index, old, values));
    after = rbac_engine_estate(call->actor.engine)->admins[index];
    after.is_disabled = values->of[at("IsDisabled")].integer != 0;
    if (values->of[at("Permissions")].json) {
        TRY(read_permissions(call, values, &given));
        after.assignments = given.assignments;
        after.n_assignments = given.n_assignments;
    }
    TRY(check_change(call, &after));
    if (after.is_disabled || values->of[at("Permissions")].json)
        TRY(approver_end_asked(call->store, call->target->row));
    return admin_check_claims(call, values, call->target->row,
                              class_admin.modify);
}

static enum status after_update(struct object_call *call,
                                const struct object_values *old,
                                const struct object_values *values)
{
    (void)old;
    return store_parts(call, values, call->target->row);
}

static enum status before_delete(struct object_call *call)
{
    TRY(check_change(call, NULL));
    return approver_keep(call->store, call->target->row, NULL);
}

/* ---- EndSessions, RevokeCertificate ---- */

/* What they take is less than what disabling the record would. */
static enum status check_as_disabled(struct object_call *call)
{
    const uint32_t index =
        object_map_index(call->actor.map, MAP_ADMIN, call->target->row);
    struct rbac_admin after;

    if (index == RBAC_NONE)
        return STATUS_UNAVAILABLE; /* made a moment ago: not loaded yet */
    after = rbac_engine_estate(call->actor.engine)->admins[index];
    after.is_disabled = true;
    return check_change(call, &after);
}

static void put_success(struct json_writer *result)
{
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_object_end(result);
}

/* As if they were disabled and enabled again: everything they are signed in
 * with becomes invalid, declared or not. */
static enum status end_sessions(struct object_call *call, const json_t *args,
                                struct json_writer *result)
{
    (void)args;
    TRY(check_as_disabled(call));
    TRY(store_run_with(call->store, SQL_ADMIN_END_SESSIONS,
                       STORE_ARGS(STORE_INT(call->target->row),
                                  STORE_INT(call->actor.now_s))));
    if (store_n_changed(call->store) == 0)
        return fail_invalid(call, "", "A group has no sessions of its own.");
    TRY(estate_touch(call));
    put_success(result);
    return STATUS_OK;
}

static const struct object_property revoke_args[] = {
    {"Serial", OBJECT_INTEGER, OBJECT_REQUIRED, 1, INT64_MAX, NULL, NULL,
     "Serial number of the certificate"},
};

/* Whoever asks is told at once that a number is none of the record's: a
 * certificate that goes on is not what they believe. */
static enum status revoke_certificate(struct object_call *call,
                                      const json_t *args,
                                      struct json_writer *result)
{
    const int64_t serial =
        json_integer_value(object_argument(args, revoke_args[0].name));

    TRY(check_as_disabled(call));
    switch (ssh_login_withdraw(call->store, call->target->row, (uint64_t)serial,
                               call->actor.now_s)) {
    case STATUS_OK:
        put_success(result);
        return STATUS_OK;
    case STATUS_NOT_FOUND:
        return fail_invalid(call, revoke_args[0].name,
                            "The record has no certificate of this number "
                            "that could still count.");
    case STATUS_LIMIT:
        return fail_invalid(call, revoke_args[0].name,
                            "Too many were withdrawn one by one today. End "
                            "the sessions, or disable the record.");
    default:
        return STATUS_UNAVAILABLE;
    }
}

/* ---- GetAdminExtendedData ---- */

static const struct object_property extended_args[] = {
    {"Type", OBJECT_INTEGER, OBJECT_REQUIRED, 0, UINT32_MAX, NULL, NULL,
     "Which of it"},
};

static void json_drop(json_t **json)
{
    json_decref(*json);
}

/* That of the caller's own record; NULL: there is none. */
static enum status read_own_data(struct object_call *call, json_t **data_out)
{
    const struct object_map *map = call->actor.map;
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct text text;

    *data_out = NULL;
    if (call->actor.own_admin >= map->of[MAP_ADMIN].n_indexes)
        return STATUS_OK; /* an administrator by group alone */
    TRY(store_row_with(
        call->store, SQL_ADMIN_EXTENDED_DATA,
        STORE_ARGS(STORE_INT(map->of[MAP_ADMIN].row_of[call->actor.own_admin])),
        &stmt));
    text = store_text(stmt, 0);
    if (text.size)
        *data_out = json_loadb(text.data, text.size, 0, NULL);
    return STATUS_OK;
}

static bool is_of_type(const json_t *entry, int64_t type)
{
    const char *name;
    json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)entry, name, value)
        if (text_equal_nocase(text_of(name), TEXT("Type")))
            return json_is_integer(value) && json_integer_value(value) == type;
    return false;
}

static enum status put_entry(const json_t *entry, struct json_writer *result)
{
    SCOPED(memory_drop) char *text = json_dumps(entry, JSON_COMPACT);

    if (!text)
        return STATUS_NO_MEMORY;
    writer_raw(result, text_of(text));
    return STATUS_OK;
}

static enum status get_extended_data(struct object_call *call,
                                     const json_t *args,
                                     struct json_writer *result)
{
    const int64_t type =
        json_integer_value(object_argument(args, extended_args[0].name));
    SCOPED(json_drop) json_t *data = NULL;

    TRY(read_own_data(call, &data));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_key(result, "ExtendedData");
    writer_array_begin(result);
    for (size_t i = 0; i < json_array_size(data); i++)
        if (is_of_type(json_array_get(data, i), type))
            TRY(put_entry(json_array_get(data, i), result));
    writer_array_end(result);
    writer_object_end(result);
    return STATUS_OK;
}

static const struct object_method methods[] = {
    {
        .name = "EndSessions",
        .describe = "Ends the user's sessions and invalidates the evidence "
                    "they signed in with until now",
        .need = {RBAC_TYPE_ADMIN, RBAC_OP_MODIFY},
        .message_id = 31241,
        .run = end_sessions,
    },
    {
        .name = "RevokeCertificate",
        .describe = "Withdraws one SSH certificate: it counts no more, and "
                    "stands in the list of those that do not",
        .need = {RBAC_TYPE_ADMIN, RBAC_OP_MODIFY},
        .message_id = 31241,
        .args = revoke_args,
        .n_args = ARRAY_SIZE(revoke_args),
        .run = revoke_certificate,
    },
    {
        .name = "ConfirmIdentities",
        .describe = "Answers for the record's identities from now on, in place "
                    "of their givers",
        .need = {RBAC_TYPE_ADMIN, RBAC_OP_MODIFY},
        .message_id = 31241,
        .run = admin_run_confirm,
    },
    {
        .name = "GetAdminExtendedData",
        .describe = "What consoles keep about the caller (ExtendedData)",
        .is_static = true,
        .is_reading = true,
        .is_for_all = true,
        .args = extended_args,
        .n_args = ARRAY_SIZE(extended_args),
        .run = get_extended_data,
    },
};

/* Whoever binds a host manages its device. A device that is deleted leaves a
 * record of nothing. */
static const struct object_reference references[] = {
    {"HostResourceID",
     NULL,
     &class_device,
     {RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY_RESOURCE},
     .kind = OBJECT_LOOSE},
};

static const struct object_hooks hooks = {
    .before_create = before_create,
    .after_create = after_create,
    .before_update = before_update,
    .after_update = after_update,
    .before_delete = before_delete,
};

const struct object_class class_admin = {
    .name = "SMS_Admin",
    .describe = "An administrator: a user or group with roles in categories",
    RIGHTS_OF(RBAC_TYPE_ADMIN),
    .messages = {31240, 31241, 31242, 31244, 31245, 31246},
    FOR_ALL_VERBS,
    PROPERTIES(properties),
    METHODS(methods),
    REFERENCES(references),
    .table = "admin",
    .key_column = "row",
    .name_column = "LogonName",
    .has_integer_key = true,
    .extra = "declared TEXT, given_by TEXT, sessions_ended_s INTEGER",
    .first_row = FIRST_ROW,
    .is_estate = true,
    .emergency = "IsDisabled",
    .hooks = &hooks,
};
