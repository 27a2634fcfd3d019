/*
 * SMS_Admin: administrators, users and groups, and what they may do where.
 *
 * Nobody hands out more than they hold, and nobody touches a record that holds
 * more than they do (R10.3 to R10.5, T61); the last full administrator stays,
 * and nobody removes themselves (R10.1, R10.2).
 */
#include <string.h>

#include "provider/base/group_name.h"
#include "provider/base/mutant.h"
#include "provider/object/admin_identity.h"
#include "provider/object/class/class_rows.h"
#include "provider/object/guard/claim.h"
#include "provider/object/permissions.h"

enum { IDENTITIES_MAX = 32 };

#define JOINED(column, from)                                                   \
    "(SELECT json_group_array(v) FROM (SELECT DISTINCT " column                \
    " AS v FROM " from " WHERE p.admin = t.row ORDER BY v))"

/* The names of scopes and collections are for who may read them (T60). */
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
     "Of a group, who says who is in it: site, host or an issuer of tokens"},
    {"AccountType", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 2, NULL, "t.IsGroup",
     "0 user, 1 group"},
    {"DisplayName", OBJECT_STRING, 0, 0, 512, "DisplayName", NULL,
     "Name for people"},
    {"IsDisabled", OBJECT_BOOLEAN, OBJECT_DEFAULT, 0, 1, "IsDisabled", NULL,
     "Kept, but holds nothing"},
    {"Permissions", OBJECT_EMBEDDED, OBJECT_REQUIRED | OBJECT_LAZY, 0, 0, NULL,
     "(SELECT json_group_array(json(v)) FROM"
     " (SELECT json_object('RoleID', p.RoleID, 'RoleName', p.RoleName,"
     " 'CategoryID', p.CategoryID, 'CategoryName',"
     " iif(" MAY_READ ", p.CategoryName, NULL),"
     " 'CategoryTypeID', p.CategoryTypeID, 'ValidFrom',"
     " CASE WHEN p.from_s > -9223372036854775808 THEN"
     " strftime('%Y-%m-%dT%H:%M:%SZ', p.from_s, 'unixepoch') END,"
     " 'ValidUntil', CASE WHEN p.until_s < 9223372036854775807 THEN"
     " strftime('%Y-%m-%dT%H:%M:%SZ', p.until_s, 'unixepoch') END) AS v"
     " FROM permission p WHERE p.admin = t.row GROUP BY v"
     " ORDER BY p.RoleID, p.CategoryTypeID DESC, p.CategoryID, p.from_s))",
     "{RoleID, CategoryID, CategoryTypeID[, ValidFrom, ValidUntil]} each"},
    {"Identities", OBJECT_EMBEDDED, OBJECT_LAZY, 0, IDENTITIES_MAX, NULL,
     "(SELECT json_group_array(json_object('Kind', kind, 'Value', value,"
     " 'GivenBy', author, 'GivenDate',"
     " strftime('%Y-%m-%dT%H:%M:%SZ', given_s, 'unixepoch'), 'IsConfirmed',"
     " json(iif(at_top, 'true', 'false')))) FROM"
     " (SELECT * FROM admin_identity WHERE admin = t.row"
     " ORDER BY kind, value))",
     "{Kind, Value} each: certificates and tokens that are this user's; read:"
     " GivenBy (\"\": the host), GivenDate, IsConfirmed by who is at the top"},
    {"Roles", OBJECT_STRINGS, OBJECT_READ_ONLY | OBJECT_LAZY, 0, 0, NULL,
     JOINED("p.RoleID", "permission p"), "Keys of the roles"},
    {"RoleNames", OBJECT_STRINGS, OBJECT_READ_ONLY, 0, 0, NULL,
     JOINED("p.RoleName", "permission p"), "Names of the roles"},
    {"Categories", OBJECT_STRINGS, OBJECT_READ_ONLY | OBJECT_LAZY, 0, 0, NULL,
     JOINED("p.CategoryID", "permission p"),
     "Keys of the scopes and collections"},
    {"CategoryNames", OBJECT_STRINGS, OBJECT_READ_ONLY, 0, 0, NULL,
     JOINED("p.CategoryName",
            "(SELECT * FROM permission_scope p WHERE " MAY_READ ") p"),
     "Names of the scopes, for who may read scopes"},
    {"CollectionNames", OBJECT_STRINGS, OBJECT_READ_ONLY, 0, 0, NULL,
     JOINED("p.CategoryName",
            "(SELECT * FROM permission_collection p WHERE " MAY_READ ") p"),
     "Names of the collections that the caller may read"},
    MADE_AT_SITE,
    MADE_BY("CreatedBy"),
    MADE_ON("CreatedDate", "CreatedDate"),
    CHANGED_BY("LastModifiedBy"),
    CHANGED_ON("LastModifiedDate", "LastModifiedDate"),
    {"DiffersFromFiles", OBJECT_BOOLEAN, OBJECT_READ_ONLY, 0, 1, NULL,
     "(t.place IS NOT NULL AND t.IsDisabled)",
     "Disabled by hand though files declare it, until they change it"},
    DECLARED_IN,
    ROW_VERSION,
};

static size_t at(const char *name)
{
    return object_property_at(&class_admin, name);
}

/* ---- Storing ---- */

static enum status insert_categories(struct store *store, const char *sql,
                                     int64_t assignment, const int64_t *rows,
                                     size_t n_rows)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    for (size_t i = 0; i < n_rows; i++) {
        store_bind_int(stmt, 1, assignment);
        store_bind_int(stmt, 2, rows[i]);
        TRY(store_run(stmt));
    }
    return STATUS_OK;
}

enum status admin_assign(struct store *store, int64_t admin,
                         const struct grant_rows *grants)
{
    static const char sql[] =
        "INSERT INTO assignment (admin, from_s, until_s) VALUES (?1, ?2, ?3)";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    int64_t row;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, admin);
    store_bind_int(stmt, 2, grants->from_s);
    store_bind_int(stmt, 3, grants->until_s);
    TRY(store_run(stmt));
    row = store_last_row(store);
    TRY(insert_categories(store,
                          "INSERT OR IGNORE INTO assignment_role VALUES"
                          " (?1, ?2)",
                          row, grants->roles, grants->n_roles));
    TRY(insert_categories(store,
                          "INSERT OR IGNORE INTO assignment_scope VALUES"
                          " (?1, ?2)",
                          row, grants->scopes, grants->n_scopes));
    return insert_categories(store,
                             "INSERT OR IGNORE INTO assignment_collection"
                             " VALUES (?1, ?2)",
                             row, grants->collections, grants->n_collections);
}

static enum status run_on(struct store *store, const char *sql, int64_t row)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, row);
    return store_run(stmt);
}

enum status admin_drop_assignments(struct store *store, int64_t admin)
{
    return run_on(store, "DELETE FROM assignment WHERE admin = ?1", admin);
}

/* ---- Identities ---- */

static struct text until(struct text text, char separator, bool is_last,
                         struct text *rest_out)
{
    const char *found = text.size == 0 ? NULL
                        : is_last ? memrchr(text.data, separator, text.size)
                                  : memchr(text.data, separator, text.size);
    const size_t size = found ? (size_t)(found - text.data) : text.size;

    *rest_out = found ? (struct text){found + 1, text.size - size - 1}
                      : (struct text){0};
    return (struct text){text.data, size};
}

/* Root is the break-glass administrator, whom only a policy file names. */
static enum status check_local(struct text value, struct buf *out)
{
    if (value.size == 0 || value.size > 10 || value.data[0] == '0')
        return STATUS_INVALID;
    for (size_t i = 0; i < value.size; i++)
        if (value.data[i] < '0' || value.data[i] > '9')
            return STATUS_INVALID;
    buf_append_text(out, value);
    return STATUS_OK;
}

/* The canonical value, as evidence will spell it. */
static enum status canonical(enum identity_kind kind, struct text value,
                             struct buf *out)
{
    struct text rest = {0};
    struct text head;

    switch (kind) {
    case IDENTITY_KERBEROS:
        return identity_of_kerberos(value, out);
    case IDENTITY_CERTIFICATE_SERIAL:
        head = until(value, ';', true, &rest);
        return identity_of_serial(head, rest, out);
    case IDENTITY_CERTIFICATE_KEY:
        return identity_of_key(value, out);
    case IDENTITY_TOKEN:
        head = until(value, ' ', false, &rest);
        return identity_of_token(head, rest, out);
    case IDENTITY_LOCAL:
        return check_local(value, out);
    case IDENTITY_NONE:
        break;
    }
    return STATUS_INVALID;
}

static enum status read_identity(struct object_call *call, const json_t *entry,
                                 enum identity_kind *kind_out,
                                 struct buf *value_out)
{
    struct text kind = {0};
    struct text value = {0};
    const char *key;
    json_t *json;

    json_object_foreach ((json_t *)(uintptr_t)entry, key, json) {
        const struct text text = {json_string_value(json),
                                  json_string_length(json)};

        if (text_equal_nocase(text_of(key), TEXT("GivenBy")) ||
            text_equal_nocase(text_of(key), TEXT("GivenDate")) ||
            text_equal_nocase(text_of(key), TEXT("IsConfirmed")))
            continue; /* as read before; the site knows who gave it */
        if (text_equal_nocase(text_of(key), TEXT("Kind")))
            kind = text;
        else if (text_equal_nocase(text_of(key), TEXT("Value")))
            value = text;
        else
            return fail_invalid(call, "Identities",
                                "An entry has Kind and Value.");
    }
    *kind_out = identity_kind_read(kind);
    if (canonical(*kind_out, value, value_out) != STATUS_OK ||
        buf_status(value_out) != STATUS_OK)
        return fail_invalid(
            call, "Identities",
            "Kind is kerberos, certificate_serial (issuer;serial),"
            " certificate_key (SHA-256), token (issuer and subject) or local"
            " (user id), and Value fits it.");
    return STATUS_OK;
}

static struct identity_giver giver_of(const struct object_call *call)
{
    return (struct identity_giver){
        .name = call->actor.user,
        .now_s = call->actor.now_s,
        .is_at_top =
            rbac_is_full_administrator(call->actor.subject, call->actor.now_s),
    };
}

static enum status store_identities(struct object_call *call, int64_t row,
                                    const json_t *entries)
{
    const struct identity_giver giver = giver_of(call);

    TRY(admin_identities_begin(call->store, row));
    for (size_t i = 0; i < json_array_size(entries); i++) {
        SCOPED(buf_free) struct buf value = buf_make(IDENTITY_MAX_BYTES);
        enum identity_kind kind;
        enum status stored;

        TRY(read_identity(call, json_array_get(entries, i), &kind, &value));
        stored =
            admin_identify(call->store, row, kind, buf_text(&value), &giver);
        if (stored == STATUS_CONFLICT)
            return fail_conflict(call, "An identity belongs to an administrator"
                                       " already.");
        TRY(stored);
    }
    return admin_identities_end(call->store, row);
}

/* ---- Hooks ---- */

static enum status deny(struct object_call *call, struct rbac_decision decision,
                        struct object_need need)
{
    const enum status denied = fail_denied(call, decision, need);

    if (decision.reason == RBAC_GUARD_SELF)
        call->failure.message_id = 31247;
    if (decision.reason == RBAC_GUARD_LAST_FULL_ADMINISTRATOR)
        call->failure.message_id = 31248;
    return denied;
}

/* The same, with what is missing: before NULL: a new record, after NULL: it is
 * removed. */
static enum status deny_change(struct object_call *call,
                               struct rbac_decision decision,
                               const struct rbac_admin *before,
                               const struct rbac_admin *after)
{
    const struct object_need need = !before  ? class_admin.create
                                    : !after ? class_admin.remove
                                             : class_admin.modify;
    const enum status denied = deny(call, decision, need);
    struct rbac_missing missing;

    if (decision.reason == RBAC_GUARD_MORE_THAN_HELD &&
        rbac_missing_for_admin(call->actor.subject, before, after,
                               call->actor.now_s, &missing))
        fail_missing(call, &missing);
    return denied;
}

/* Who signs in as this user from now on? See claim.h. */
static enum status check_claims(struct object_call *call,
                                const struct object_values *values, int64_t row,
                                struct object_need need)
{
    const json_t *entries = values->of[at("Identities")].json;
    const struct claim_asker asker = {call->actor.map, call->actor.engine,
                                      call->actor.subject, call->actor.level,
                                      call->actor.now_s};

    if (values->of[at("IsGroup")].integer)
        return STATUS_OK; /* nobody is a group */
    for (size_t i = 0; i < json_array_size(entries); i++) {
        SCOPED(buf_free) struct buf value = buf_make(IDENTITY_MAX_BYTES);
        struct claim claim = {.row = row,
                              .name = values->of[at("LogonName")].text};
        struct rbac_decision decision;

        TRY(read_identity(call, json_array_get(entries, i), &claim.kind,
                          &value));
        claim.value = buf_text(&value);
        TRY(claim_check(call->store, &asker, &claim, &decision));
        if (decision.verdict != RBAC_ALLOW)
            return deny(call, decision, need);
    }
    return STATUS_OK;
}

/* Who is in this group from outside comes into what names it. */
static enum status check_group_claim(struct object_call *call,
                                     const struct object_values *values)
{
    const struct claim_asker asker = {call->actor.map, call->actor.engine,
                                      call->actor.subject, call->actor.level,
                                      call->actor.now_s};
    struct rbac_decision decision;

    if (!values->of[at("IsGroup")].integer ||
        text_equal(values->of[at("GroupSource")].text, TEXT(GROUP_SOURCE_SITE)))
        return STATUS_OK;
    TRY(claim_check_group(call->store, &asker, values->of[at("LogonName")].text,
                          &decision));
    return decision.verdict == RBAC_ALLOW
               ? STATUS_OK
               : deny(call, decision, class_admin.create);
}

/* Who lists a group's members; a group that nobody says anything of is the
 * site's own. */
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
                            "It is site, host or an issuer of tokens, such as"
                            " https://login.example.com/.");
    return STATUS_OK;
}

/* Adding and changing administrators needs Read on roles (R10). */
static enum status need_roles(struct object_call *call)
{
    return object_actor_may(call, class_role.read, false, NULL, 0);
}

static enum status before_create(struct object_call *call,
                                 struct object_values *values)
{
    SCOPED(permissions_clear) struct permissions given = {0};
    struct rbac_decision decision;
    struct rbac_admin record;

    TRY(need_roles(call));
    TRY(set_source(call, values));
    TRY(permissions_read(call, values->of[at("Permissions")].json, &given));
    record = (struct rbac_admin){.assignments = given.assignments,
                                 .n_assignments = given.n_assignments};
    decision = rbac_check_admin_new(call->actor.subject, &record,
                                    call->actor.level, call->actor.now_s);
    if (decision.verdict != RBAC_ALLOW)
        return deny_change(call, decision, NULL, &record);
    TRY(check_group_claim(call, values));
    return check_claims(call, values, 0, class_admin.create);
}

static enum status store_parts(struct object_call *call,
                               const struct object_values *values, int64_t row)
{
    SCOPED(permissions_clear) struct permissions given = {0};

    if (values->of[at("Permissions")].json) {
        TRY(permissions_read(call, values->of[at("Permissions")].json, &given));
        TRY(admin_drop_assignments(call->store, row));
        for (size_t i = 0; i < given.n_assignments; i++)
            TRY(admin_assign(call->store, row, &given.grants[i]));
    }
    if (values->of[at("Identities")].json)
        TRY(store_identities(call, row, values->of[at("Identities")].json));
    return STATUS_OK;
}

static enum status after_create(struct object_call *call,
                                const struct object_values *values, int64_t row)
{
    return store_parts(call, values, row);
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

/* Is there other text that a person is known by? */
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

/* Whoever may not disable a record may not mislead about whose it is (T61). */
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
    denied = deny(call, decision, class_admin.modify);
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

    TRY(need_roles(call));
    if (index == RBAC_NONE)
        return STATUS_UNAVAILABLE; /* made a moment ago: not loaded yet */
    TRY(check_text(call, index, old, values));
    after = rbac_engine_estate(call->actor.engine)->admins[index];
    after.is_disabled = values->of[at("IsDisabled")].integer != 0;
    if (values->of[at("Permissions")].json) {
        TRY(permissions_read(call, values->of[at("Permissions")].json, &given));
        after.assignments = given.assignments;
        after.n_assignments = given.n_assignments;
    }
    TRY(check_change(call, &after));
    return check_claims(call, values, call->target->row, class_admin.modify);
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
    return check_change(call, NULL);
}

/* ---- ConfirmIdentities ---- */

/* As if the caller gave them all anew, and answers for them from now on. */
static enum status check_all_claims(struct object_call *call)
{
    static const char sql[] =
        "SELECT kind, value FROM admin_identity WHERE admin = ?1";
    const struct claim_asker asker = {call->actor.map, call->actor.engine,
                                      call->actor.subject, call->actor.level,
                                      call->actor.now_s};
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(call->store, sql, &stmt));
    store_bind_int(stmt, 1, call->target->row);
    while ((found = store_step(stmt)) == STATUS_OK) {
        const struct claim claim = {.row = 0, /* as if it were not there */
                                    .name = text_of(call->target->name),
                                    .kind =
                                        identity_kind_read(store_text(stmt, 0)),
                                    .value = store_text(stmt, 1)};
        struct rbac_decision decision;

        TRY(claim_check(call->store, &asker, &claim, &decision));
        if (decision.verdict != RBAC_ALLOW)
            return deny(call, decision, class_admin.modify);
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status confirm_identities(struct object_call *call,
                                      const json_t *args,
                                      struct json_writer *result)
{
    const struct identity_giver giver = giver_of(call);

    (void)args;
    TRY(need_roles(call));
    TRY(check_all_claims(call));
    TRY(admin_confirm_identities(call->store, call->target->row, &giver));
    TRY(estate_touch(call));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_object_end(result);
    return STATUS_OK;
}

/* ---- EndSessions ---- */

/* As if they were disabled and enabled again: all they are signed in with is
 * worth nothing from here on, declared or not. */
static enum status end_sessions(struct object_call *call, const json_t *args,
                                struct json_writer *result)
{
    static const char sql[] =
        "UPDATE admin SET sessions_ended_s = ?2 WHERE row = ?1 AND NOT IsGroup";
    const uint32_t index =
        object_map_index(call->actor.map, MAP_ADMIN, call->target->row);
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct rbac_admin after;

    (void)args;
    if (index == RBAC_NONE)
        return STATUS_UNAVAILABLE; /* made a moment ago: not loaded yet */
    after = rbac_engine_estate(call->actor.engine)->admins[index];
    after.is_disabled = true;
    TRY(check_change(call, &after));
    TRY(store_prepare(call->store, sql, &stmt));
    store_bind_int(stmt, 1, call->target->row);
    store_bind_int(stmt, 2, call->actor.now_s);
    TRY(store_run(stmt));
    if (store_n_changed(call->store) == 0)
        return fail_invalid(call, "", "A group has no sessions of its own.");
    TRY(estate_touch(call));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_object_end(result);
    return STATUS_OK;
}

static const struct object_method methods[] = {
    {
        .name = "EndSessions",
        .describe = "Ends the user's sessions: what they signed in with until"
                    " now counts no more",
        .need = {RBAC_TYPE_ADMIN, RBAC_OP_MODIFY},
        .message_id = 31241,
        .run = end_sessions,
    },
    {
        .name = "ConfirmIdentities",
        .describe = "Answers for the identities of the record from now on, in"
                    " the place of who gave them",
        .need = {RBAC_TYPE_ADMIN, RBAC_OP_MODIFY},
        .message_id = 31241,
        .run = confirm_identities,
    },
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
