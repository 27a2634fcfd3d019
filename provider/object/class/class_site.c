/*
 * SMS_Site: the site itself, and the level its administrators must reach.
 *
 * The level is set by a full administrator with every scope (A6), never by an
 * excluded account (A8), and never so that callers lock themselves out by
 * mistake (A12).
 */
#include <string.h>

#include "provider/base/datetime.h"
#include "provider/base/log.h"
#include "provider/base/sid.h"
#include "provider/object/class/class_rows.h"
#include "provider/object/class/class_site_sql.h"
#include "provider/object/class/machine_entry.h"
#include "provider/object/guard/lockout.h"
#include "provider/object/guard/shown.h"
#include "provider/object/naming.h"

enum { REASON_MAX_BYTES = 512, EXCEPTIONS_MAX = 1000 };

static const struct object_property properties[] = {
    {"SiteCode", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 3, 3, "SiteCode",
     NULL, "Three characters that begin every key made here"},
    {"SiteName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, "SiteName", NULL,
     "Name from the provider's configuration"},
    {"ServerName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, "ServerName", NULL,
     "Host of the provider"},
    {"Version", OBJECT_STRING, OBJECT_READ_ONLY, 0, 64, NULL,
     "'" SMS_VERSION "'", "Version of the provider"},
    ALWAYS("BuildNumber", OBJECT_INTEGER,
           "CAST(replace('" SMS_VERSION "', '.', '') AS INTEGER)",
           "The version as one number"),
    ALWAYS("InstallDir", OBJECT_STRING, "''",
           "Where packages of the system put it"),
    {"ReportingSiteCode", OBJECT_STRING, OBJECT_READ_ONLY, 0, 3, NULL, "''",
     "Site above it: none"},
    {"Type", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 4, "Type", NULL,
     "2: primary site"},
    ALWAYS("Status", OBJECT_INTEGER, "1", "1: active"),
    ALWAYS("Mode", OBJECT_INTEGER, "0", "0: normal"),
    {"AuthenticationLevel", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 20,
     "AuthenticationLevel", NULL,
     "Minimum level of every administrator: 0 domain, 10 certificate, 20 mfa"},
    {"ExceptionList", OBJECT_STRINGS, OBJECT_READ_ONLY, 0, 0, NULL,
     SQL_SITE_EXCEPTIONS,
     "Exclusions from the minimum level; shown to users who may modify the "
     "site"},
    SCOPE_NAMES("6"),
    ROW_VERSION,
};

/* ---- SetAuthenticationLevel ---- */

static const struct object_property level_args[] = {
    {"AuthenticationLevel", OBJECT_INTEGER, OBJECT_REQUIRED, 0, 20, NULL, NULL,
     "0, 10 or 20"},
    {"ExceptionList", OBJECT_STRINGS, 0, 0, 512, NULL, NULL,
     "Users or groups to which the level does not apply; default: unchanged"},
    {"ExceptionsUntil", OBJECT_STRING, 0, 0, DATETIME_BYTES, NULL, NULL,
     "When the exclusions end, such as 2027-06-30; default: never"},
    {"Force", OBJECT_BOOLEAN, 0, 0, 0, NULL, NULL,
     "Set it even if the caller, or every full administrator, would be locked "
     "out; needs a reason"},
    {"Reason", OBJECT_STRING, 0, 0, REASON_MAX_BYTES, NULL, NULL,
     "Why, for the audit and the exception list"},
};

struct level_request {
    enum auth_level level;
    int64_t number;
    const json_t *exceptions; /* NULL: as they were */
    int64_t until_s;          /* of the exceptions */
    bool is_forced;
    struct text reason;
};

/* By name, or by the SID of the account. */
static enum status check_is_secured(struct object_call *call, const char *name)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    SCOPED(memory_drop) char *user = NULL;
    enum status found;

    TRY(store_prepare_with(call->store, SQL_SITE_USER_OF_SID,
                           STORE_ARGS(STORE_TEXT(text_of(name))), &stmt));
    found = store_step(stmt);
    if (found != STATUS_OK && found != STATUS_END)
        return found;
    user = text_dup(found == STATUS_OK ? store_text(stmt, 0) : text_of(name));
    if (!user)
        return STATUS_NO_MEMORY;
    return lockout_is_security(call, user)
               ? fail_invalid(call, "ExceptionList",
                              "%s is a security administrator and must reach "
                              "the level.",
                              name)
               : STATUS_OK;
}

/* Is the name a user's, or a group's, as far as it is known here? An unknown
 * one without a realm may be either, in the directory. */
static enum status find_kinds(struct object_call *call, struct text name,
                              bool *is_user, bool *is_group)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_row_with(call->store, SQL_SITE_FIND_KINDS,
                       STORE_ARGS(STORE_TEXT(name)), &stmt));
    *is_user = store_int(stmt, 0) != 0;
    *is_group = store_int(stmt, 1) != 0 || sid_is_text(name);
    return STATUS_OK;
}

/* A group is called as it is; a user has one name, however it is spelled. */
static enum status spell(struct object_call *call, const json_t *entry,
                         struct buf *name)
{
    const struct text said = {json_string_value(entry),
                              json_string_length(entry)};
    bool is_user, is_group;

    TRY(find_kinds(call, said, &is_user, &is_group));
    if (is_group) {
        buf_append_text(name, said);
        return buf_status(name);
    }
    return naming_read(call->actor.realms, said, name);
}

static enum status check_exception(struct object_call *call,
                                   const json_t *entry, size_t number)
{
    SCOPED(buf_free) struct buf name = buf_make(IDENTITY_MAX_BYTES);
    SCOPED(memory_drop) char *spelled = NULL;

    if (!text_is_name(
            (struct text){json_string_value(entry), json_string_length(entry)},
            512) ||
        spell(call, entry, &name) != STATUS_OK)
        return fail_invalid(call, "ExceptionList",
                            "Entry %zu is no name of an account.", number);
    spelled = text_dup(buf_text(&name));
    if (!spelled)
        return STATUS_NO_MEMORY;
    return check_is_secured(call, spelled);
}

static enum status check_exceptions(struct object_call *call,
                                    const json_t *exceptions)
{
    if (json_array_size(exceptions) > EXCEPTIONS_MAX)
        return fail_invalid(call, "ExceptionList", "It holds at most %d.",
                            EXCEPTIONS_MAX);
    for (size_t i = 0; i < json_array_size(exceptions); i++)
        TRY(check_exception(call, json_array_get(exceptions, i), i + 1));
    return STATUS_OK;
}

static enum status read_until(struct object_call *call, const json_t *args,
                              int64_t *until_s_out)
{
    const json_t *until = object_argument(args, "ExceptionsUntil");

    *until_s_out = INT64_MAX;
    if (!json_is_string(until))
        return STATUS_OK;
    if (datetime_read(
            (struct text){json_string_value(until), json_string_length(until)},
            until_s_out) != STATUS_OK ||
        *until_s_out <= call->actor.now_s)
        return fail_invalid(call, "ExceptionsUntil",
                            "A future day or time is needed, such as "
                            "2027-06-30 or 2027-06-30T12:00:00Z.");
    return STATUS_OK;
}

static enum status read_request(struct object_call *call, const json_t *args,
                                struct level_request *out)
{
    const json_t *reason = object_argument(args, "Reason");

    out->number =
        json_integer_value(object_argument(args, "AuthenticationLevel"));
    out->level = out->number == 20   ? AUTH_LEVEL_MFA
                 : out->number == 10 ? AUTH_LEVEL_CERTIFICATE
                 : out->number == 0  ? AUTH_LEVEL_DOMAIN
                                     : AUTH_LEVEL_NONE;
    if (out->level == AUTH_LEVEL_NONE)
        return fail_invalid(call, "AuthenticationLevel",
                            "The levels are 0, 10 and 20.");
    out->exceptions = object_argument(args, "ExceptionList");
    if (json_is_null(out->exceptions))
        out->exceptions = NULL;
    out->is_forced = json_is_true(object_argument(args, "Force"));
    out->reason =
        (struct text){json_string_value(reason), json_string_length(reason)};
    if (out->is_forced && out->reason.size == 0)
        return fail_invalid(call, "Reason", "Force needs a reason.");
    if (json_array_size(out->exceptions) > 0 && out->reason.size == 0)
        return fail_invalid(call, "Reason", "Exclusions need a reason.");
    TRY(read_until(call, args, &out->until_s));
    return check_exceptions(call, out->exceptions);
}

/*
 * A12, T84: setting a level that one did not reach sets it on oneself too;
 * worse if nobody else could ever set it back. Security administrators are
 * never exempt from this. Users who reached the level stay in.
 */
static enum status find_others(struct object_call *call, enum auth_level level,
                               bool *others_out)
{
    const struct site *site = call->actor.site;
    struct shown shown;

    TRY(shown_look(call->store, site, site->minimum_level, NULL,
                   call->actor.now_s, &shown));
    if (!shown.is_top_left) { /* nobody has shown anything yet */
        *others_out = lockout_leaves_somebody(call, level);
        return STATUS_OK;
    }
    TRY(shown_look(call->store, site, level, NULL, call->actor.now_s, &shown));
    *others_out = shown.is_top_left;
    return STATUS_OK;
}

static enum status check_lockout(struct object_call *call,
                                 const struct level_request *request)
{
    bool others;

    TRY(find_others(call, request->level, &others));
    if (call->actor.level >= request->level)
        return STATUS_OK;
    if (request->is_forced) {
        call->remark = others ? "locks out its caller"
                              : "locks out every full administrator";
        log_warn("site.level_forced user=%s level=%s why=%s", call->actor.user,
                 auth_level_name(request->level), call->remark);
        return STATUS_OK;
    }
    return fail_conflict(
        call,
        "You are signed in at %s and would lock yourself out of level %s%s. "
        "Sign in at that level first, or repeat with Force and a Reason.",
        auth_level_name(call->actor.level), auth_level_name(request->level),
        others ? "" : ", and every other full administrator too");
}

/* The level and exclusions of policy files cannot be changed here. */
static enum status check_declared(struct object_call *call)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    struct text place;

    found = store_row_with(call->store, SQL_SITE_DECLARED,
                           (struct store_args){0}, &stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    place = store_text(stmt, 0);
    fail_conflict(call, "A policy file declares it. Change it there.");
    snprintf(call->failure.place, sizeof(call->failure.place), "%.*s",
             (int)place.size, place.data);
    return STATUS_CONFLICT;
}

static enum status store_level(struct object_call *call, int64_t number)
{
    return store_run_with(call->store, SQL_SITE_SET_LEVEL,
                          STORE_ARGS(STORE_INT(number)));
}

static enum status store_exception(struct object_call *call, struct text name,
                                   const struct level_request *request,
                                   bool is_group)
{
    return store_run_with(call->store, SQL_SITE_EXCEPT,
                          STORE_ARGS(STORE_TEXT(name), STORE_INT(is_group),
                                     STORE_TEXT(request->reason),
                                     STORE_TEXT(text_of(call->actor.user)),
                                     STORE_INT(request->until_s),
                                     STORE_INT(sid_is_text(name))));
}

static enum status except(struct object_call *call, struct text name,
                          const struct level_request *request)
{
    bool is_user = false, is_group = false;

    TRY(find_kinds(call, name, &is_user, &is_group));
    if (!is_user && !is_group) {
        is_user = true;
        is_group = !memchr(name.data, '@', name.size);
    }
    if (is_user)
        TRY(store_exception(call, name, request, false));
    if (is_group)
        TRY(store_exception(call, name, request, true));
    return STATUS_OK;
}

static enum status store_exceptions(struct object_call *call,
                                    const struct level_request *request)
{
    if (!request->exceptions && request->level != AUTH_LEVEL_DOMAIN)
        return STATUS_OK;
    TRY(store_run_with(call->store, SQL_SITE_DROP_EXCEPTIONS,
                       (struct store_args){0}));
    for (size_t i = 0; i < json_array_size(request->exceptions); i++) {
        SCOPED(buf_free) struct buf name = buf_make(IDENTITY_MAX_BYTES);

        TRY(spell(call, json_array_get(request->exceptions, i), &name));
        TRY(except(call, buf_text(&name), request));
    }
    return STATUS_OK;
}

static enum status set_level(struct object_call *call, const json_t *args,
                             struct json_writer *result)
{
    struct level_request request = {0};

    TRY(read_request(call, args, &request));
    TRY(check_declared(call));
    TRY(check_lockout(call, &request));
    call->is_forced = request.is_forced;
    TRY(store_level(call, request.number));
    TRY(store_exceptions(call, &request));
    TRY(estate_touch(call));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_object_end(result);
    return STATUS_OK;
}

static const struct object_method methods[] = {
    {
        .name = "SetAuthenticationLevel",
        .describe =
            "Sets the minimum level of administrators and its exclusions",
        .need = {RBAC_TYPE_SITE, RBAC_OP_MODIFY},
        .is_static = true,
        .full_administrator = true,
        .refused_when_excepted = true,
        .message_id = 30025,
        .args = level_args,
        .n_args = ARRAY_SIZE(level_args),
        .run = set_level,
    },
    {
        .name = "ImportMachineEntry",
        .describe = "Makes the device of a computer that is to be installed, "
                    "or finds it",
        .need = {RBAC_TYPE_SITE, SITE_OP_IMPORT_MACHINE},
        .is_static = true,
        .is_about_others = true,
        .args = machine_entry_args,
        .n_args = ARRAY_SIZE(machine_entry_args),
        .run = machine_entry_import,
    },
};

const struct object_class class_site = {
    .name = "SMS_Site",
    .describe = "The site",
    RIGHTS_OF(RBAC_TYPE_SITE),
    PROPERTIES(properties),
    METHODS(methods),
    .table = "site",
    .key_column = "SiteCode",
    .name_column = "SiteName",
    .label_kind = LABELS_SCOPES,
};
