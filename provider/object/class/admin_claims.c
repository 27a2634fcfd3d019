#include "provider/object/class/admin_claims.h"

#include <string.h>

#include "provider/base/group_name.h"
#include "provider/object/admin_identity.h"
#include "provider/object/class/admin_claims_sql.h"
#include "provider/object/guard/approver.h"
#include "provider/object/guard/claim.h"
#include "provider/object/naming.h"

static size_t at(const char *name)
{
    return object_property_at(&class_admin, name);
}

enum status admin_deny(struct object_call *call, struct rbac_decision decision,
                       struct object_need need)
{
    const enum status denied = fail_denied(call, decision, need);

    if (decision.reason == RBAC_GUARD_SELF)
        call->failure.denial.message_id = 31247;
    if (decision.reason == RBAC_GUARD_LAST_FULL_ADMINISTRATOR)
        call->failure.denial.message_id = 31248;
    return denied;
}

/* Adding and changing administrators needs Read on roles (R10). */
enum status admin_need_roles(struct object_call *call)
{
    return object_actor_may(call, class_role.read, false, NULL, 0);
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

/* Root is the break-glass administrator, which only a policy file can name. */
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

/* The canonical value, as evidence spells it. */
static enum status canonical(const struct object_call *call,
                             enum identity_kind kind, struct text value,
                             struct buf *out)
{
    SCOPED(buf_free) struct buf principal = buf_make(IDENTITY_MAX_BYTES);
    struct text rest = {0};
    struct text head;

    switch (kind) {
    case IDENTITY_KERBEROS:
        if (naming_read_machine(call->actor.realms, value, out) == STATUS_OK)
            return STATUS_OK; /* of a host: check_machine */
        TRY(naming_read(call->actor.realms, value, &principal));
        return identity_of_kerberos(buf_text(&principal), out);
    case IDENTITY_CERTIFICATE_SERIAL:
        head = until(value, ';', true, &rest);
        return identity_of_serial(head, rest, out);
    case IDENTITY_CERTIFICATE_KEY:
        return identity_of_key(value, out);
    case IDENTITY_TOKEN:
        head = until(value, ' ', false, &rest);
        return identity_of_token(head, rest, out);
    case IDENTITY_SID:
        return identity_of_sid(value, out);
    case IDENTITY_SSH_KEY:
        return identity_of_ssh_key(value, out);
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
                                "An entry needs Kind and Value.");
    }
    *kind_out = identity_kind_read(kind);
    if (canonical(call, *kind_out, value, value_out) != STATUS_OK ||
        buf_status(value_out) != STATUS_OK)
        return fail_invalid(
            call, "Identities",
            "Kind is kerberos, certificate_serial (issuer;serial),"
            " certificate_key (SHA-256), token (issuer and subject), sid (of an"
            " account), local (user id) or ssh_key (TYPE BASE64 level=LEVEL"
            " until=TIME; RSA from 2048 bits on), and Value fits it.");
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

enum status admin_store_identities(struct object_call *call, int64_t row,
                                   const json_t *entries)
{
    const struct identity_giver giver = giver_of(call);

    TRY(admin_identities_begin(call->store, row));
    TRY(approver_keep_lent(call->store, row));
    for (size_t i = 0; i < json_array_size(entries); i++) {
        SCOPED(buf_free) struct buf value = buf_make(IDENTITY_MAX_BYTES);
        enum identity_kind kind;
        enum status stored;

        TRY(read_identity(call, json_array_get(entries, i), &kind, &value));
        stored =
            admin_identify(call->store, row, kind, buf_text(&value), &giver);
        if (stored == STATUS_CONFLICT)
            return fail_conflict(
                call, "An identity already belongs to another administrator.");
        TRY(stored);
    }
    return admin_identities_end(call->store, row);
}

/* ---- Claims ---- */

static struct claim_asker asker_of(const struct object_call *call)
{
    return (struct claim_asker){call->actor.map, call->actor.engine,
                                call->actor.subject, call->actor.level,
                                call->actor.now_s};
}

/* Whoever is a person would be the machine. */
static enum status check_host(struct object_call *call,
                              const struct claim *claim)
{
    if (claim->kind == IDENTITY_LOCAL || claim->kind == IDENTITY_TOKEN ||
        (claim->kind == IDENTITY_KERBEROS && realm_may_be_person(claim->value)))
        return fail_invalid(call, "Identities",
                            "A host signs in by a certificate or as a "
                            "computer: this is a person's.");
    return STATUS_OK;
}

/* A machine's principal is a host's, and no person's; nor the reverse. */
static enum status check_machine(struct object_call *call,
                                 const struct object_values *values,
                                 const struct claim *claim)
{
    if (values->of[at("HostResourceID")].integer != 0)
        return check_host(call, claim);
    if (claim->kind != IDENTITY_KERBEROS || !realm_is_machine(claim->value))
        return STATUS_OK;
    return fail_invalid(call, "Identities",
                        "The principal of a machine is no person's: the record "
                        "of a host has HostResourceID.");
}

/* Users who could sign in as this user from now on: see claim.h. */
enum status admin_check_claims(struct object_call *call,
                               const struct object_values *values, int64_t row,
                               struct object_need need)
{
    const json_t *entries = values->of[at("Identities")].json;
    const struct claim_asker asker = asker_of(call);

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
        TRY(check_machine(call, values, &claim));
        TRY(claim_check(call->store, &asker, &claim, &decision));
        if (decision.verdict != RBAC_ALLOW)
            return admin_deny(call, decision, need);
    }
    return STATUS_OK;
}

/* ---- AdminSid ---- */

/* Empty: none was given, or to a group, which has it for its name. */
static struct text given_sid(const struct object_values *values)
{
    const struct object_value *sid = &values->of[at("AdminSid")];

    if (values->of[at("IsGroup")].integer || !sid->is_given || sid->is_null)
        return (struct text){0};
    return sid->text;
}

enum status admin_check_sid(struct object_call *call,
                            const struct object_values *values)
{
    const struct claim_asker asker = asker_of(call);
    SCOPED(buf_free) struct buf sid = buf_make(IDENTITY_MAX_BYTES);
    struct claim claim = {.name = values->of[at("LogonName")].text,
                          .kind = IDENTITY_SID};
    struct rbac_decision decision;

    if (given_sid(values).size == 0)
        return STATUS_OK;
    if (identity_of_sid(given_sid(values), &sid) != STATUS_OK)
        return fail_invalid(call, "AdminSid",
                            "It is the SID of an account of a domain, such as"
                            " S-1-5-21-1004336348-1177238915-682003330-1104.");
    claim.value = buf_text(&sid);
    TRY(claim_check(call->store, &asker, &claim, &decision));
    return decision.verdict == RBAC_ALLOW
               ? STATUS_OK
               : admin_deny(call, decision, class_admin.create);
}

enum status admin_store_sid(struct object_call *call,
                            const struct object_values *values, int64_t row)
{
    const struct identity_giver giver = giver_of(call);
    const struct text sid = given_sid(values);
    enum status stored;

    if (sid.size == 0)
        return STATUS_OK;
    stored = admin_identify(call->store, row, IDENTITY_SID, sid, &giver);
    return stored == STATUS_CONFLICT
               ? fail_conflict(call, "The SID already belongs to another "
                                     "administrator.")
               : stored;
}

/* Members of this external group become members of whatever names it. */
enum status admin_check_group_claim(struct object_call *call,
                                    const struct object_values *values)
{
    const struct claim_asker asker = asker_of(call);
    struct rbac_decision decision;

    if (!values->of[at("IsGroup")].integer ||
        text_equal(values->of[at("GroupSource")].text, TEXT(GROUP_SOURCE_SITE)))
        return STATUS_OK;
    TRY(claim_check_group(call->store, &asker, values->of[at("LogonName")].text,
                          &decision));
    return decision.verdict == RBAC_ALLOW
               ? STATUS_OK
               : admin_deny(call, decision, class_admin.create);
}

/* ---- ConfirmIdentities ---- */

/* As if the caller gave them all anew, and answered for them from now on. */
static enum status check_all_claims(struct object_call *call)
{
    const struct claim_asker asker = asker_of(call);
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare_with(call->store, SQL_ADMIN_CLAIMED,
                           STORE_ARGS(STORE_INT(call->target->row)), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const struct claim claim = {.row = 0, /* as if it were not there */
                                    .name = text_of(call->target->name),
                                    .kind =
                                        identity_kind_read(store_text(stmt, 0)),
                                    .value = store_text(stmt, 1)};
        struct rbac_decision decision;

        TRY(claim_check(call->store, &asker, &claim, &decision));
        if (decision.verdict != RBAC_ALLOW)
            return admin_deny(call, decision, class_admin.modify);
    }
    return found == STATUS_END ? STATUS_OK : found;
}

enum status admin_run_confirm(struct object_call *call, const json_t *args,
                              struct json_writer *result)
{
    const struct identity_giver giver = giver_of(call);

    (void)args;
    TRY(admin_need_roles(call));
    TRY(check_all_claims(call));
    TRY(approver_keep(call->store, call->target->row, NULL));
    TRY(admin_confirm_identities(call->store, call->target->row, &giver));
    TRY(estate_touch(call));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_object_end(result);
    return STATUS_OK;
}
