/*
 * SMS_Scripts: what runs on devices once it is approved.
 *
 * Whoever wrote any of a script's text does not approve it, nor do those behind
 * them (guard/approver.h), and a new text needs approval again. Authors are
 * known by what they sign in with too: that stays when their record is deleted,
 * or made again under another name.
 */
#include <inttypes.h>

#include "provider/base/mutant.h"
#include "provider/object/guard/approver.h"
#include "provider/object/secured/class_script_sql.h"
#include "provider/object/secured/secured_rows.h"

enum { WAITING = 0, DENIED = 1, APPROVED = 3, SCRIPT_MAX_BYTES = 1024 * 1024 };
enum { MESSAGE_APPROVED = 52501, MESSAGE_DENIED = 52503 };

static const struct object_property properties[] = {
    {"ScriptGuid", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY | OBJECT_GUID,
     36, 36, "ScriptGuid", NULL, "Key, given by the site"},
    NAMED("ScriptName"),
    DESCRIBED("ScriptDescription"),
    {"ScriptType", OBJECT_INTEGER, OBJECT_DEFAULT | OBJECT_FIXED, 0, 16,
     "ScriptType", NULL, "Language; 0: PowerShell"},
    {"Script", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_LAZY, 1,
     SCRIPT_MAX_BYTES, "Script", NULL, "Its text"},
    {"ParamsDefinition", OBJECT_STRING, OBJECT_LAZY, 0, 65536,
     "ParamsDefinition", NULL, "Its parameters"},
    {"Timeout", OBJECT_INTEGER, OBJECT_DEFAULT, 0, 86400, "Timeout", NULL,
     "Seconds it may take; 0: no limit"},
    {"ScriptVersion", OBJECT_INTEGER, OBJECT_READ_ONLY, 1, INT64_MAX,
     "ScriptVersion", NULL, "Counts changes of its text"},
    {"ApprovalState", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 3, "ApprovalState",
     NULL, "0 waiting, 1 denied, 3 approved"},
    {"Approver", OBJECT_STRING, OBJECT_READ_ONLY, 0, 512, "Approver", NULL,
     "User who approved or denied it"},
    {"Comment", OBJECT_STRING, OBJECT_READ_ONLY, 0, 512, "Comment", NULL,
     "What the approver said"},
    {"Authors", OBJECT_STRINGS, OBJECT_READ_ONLY | OBJECT_LAZY, 0, 0, NULL,
     SQL_SCRIPT_AUTHORS, "Everybody who wrote of its text"},
    BAG,
    SCOPE_NAMES("213"),
    MADE_AT_SITE,
    MADE_BY("Author"),
    MADE_ON("DateCreated", "CreatedDate"),
    CHANGED_BY("LastModifiedBy"),
    CHANGED_ON("LastUpdateTime", "LastModifiedDate"),
    ROW_VERSION,
};

/* ---- Who wrote it ---- */

static struct object_value *value_at(struct object_values *values,
                                     const char *name)
{
    return &values->of[object_property_at(&class_script, name)];
}

static enum status add_author(struct object_call *call, int64_t row)
{
    const struct text user = text_of(call->actor.user);

    TRY(store_run_with(call->store, SQL_SCRIPT_ADD_AUTHOR,
                       STORE_ARGS(STORE_INT(row), STORE_TEXT(user),
                                  STORE_INT(call->actor.now_s))));
    return store_run_with(call->store, SQL_SCRIPT_ADD_IDENTITIES,
                          STORE_ARGS(STORE_INT(row), STORE_TEXT(user)));
}

static void wait_for_approval(struct object_values *values, int64_t version)
{
    object_value_set_int(value_at(values, "ApprovalState"), WAITING);
    object_value_set_int(value_at(values, "ScriptVersion"), version);
    value_at(values, "Approver")->is_null = true;
    value_at(values, "Comment")->is_null = true;
}

static enum status before_create(struct object_call *call,
                                 struct object_values *values)
{
    (void)call;
    wait_for_approval(values, 1);
    return STATUS_OK;
}

static enum status after_create(struct object_call *call,
                                const struct object_values *values, int64_t row)
{
    (void)values;
    return add_author(call, row);
}

/* What runs: its text, and what is put into it. */
static bool is_rewritten(const struct object_values *old,
                         const struct object_values *values)
{
    static const char *const written[] = {"Script", "ParamsDefinition"};

    for (size_t i = 0; i < ARRAY_SIZE(written); i++) {
        const size_t at = object_property_at(&class_script, written[i]);

        if (!text_equal(old->of[at].text, values->of[at].text))
            return true;
    }
    return false;
}

static enum status before_update(struct object_call *call,
                                 const struct object_values *old,
                                 struct object_values *values)
{
    const size_t version = object_property_at(&class_script, "ScriptVersion");

    if (!is_rewritten(old, values) || MUTANT("e11-script-stays-approved"))
        return STATUS_OK;
    wait_for_approval(values, old->of[version].integer + 1);
    return add_author(call, call->target->row);
}

static const struct object_hooks hooks = {
    .before_create = before_create,
    .after_create = after_create,
    .before_update = before_update,
};

/* ---- UpdateApprovalState ---- */

static const struct object_property approval_args[] = {
    {"ApprovalState", OBJECT_INTEGER, OBJECT_REQUIRED, DENIED, APPROVED, NULL,
     NULL, "1 denied, 3 approved"},
    {"Comment", OBJECT_STRING, 0, 0, 512, NULL, NULL, "Why"},
    {"ScriptVersion", OBJECT_INTEGER, 0, 1, INT64_MAX, NULL, NULL,
     "The version that was read; refused if there is a newer one"},
};

static enum status refuse_approver(struct object_call *call, const char *why)
{
    return fail_guard(call, RBAC_GUARD_SECOND_PERSON,
                      (struct object_need){RBAC_TYPE_SCRIPT, RBAC_OP_APPROVE},
                      "%s", why);
}

static enum status check_author(struct object_call *call, struct text author)
{
    SCOPED(memory_drop) char *name = text_dup(author);
    bool made;

    if (!name)
        return STATUS_NO_MEMORY;
    if (text_equal(author, text_of(call->actor.user)))
        return refuse_approver(call, "You wrote of this script's text. Another "
                                     "administrator must approve it.");
    TRY(approver_made(call->store, call->actor.user, name, &made));
    return made ? refuse_approver(
                      call, "You and an author of this script may be the same "
                            "person, since one created the other or gave an "
                            "identity or the rights of a group. Another "
                            "administrator must approve it.")
                : STATUS_OK;
}

/* The same person under another name. */
static enum status check_identities(struct object_call *call)
{
    int64_t is_same;

    TRY(store_int_with(call->store, SQL_SCRIPT_IS_OF,
                       STORE_ARGS(STORE_INT(call->target->row),
                                  STORE_TEXT(text_of(call->actor.user))),
                       &is_same));
    return is_same && !MUTANT("g3-author-by-name")
               ? refuse_approver(call,
                                 "You sign in as an author of this script did. "
                                 "Another administrator must approve it.")
               : STATUS_OK;
}

static enum status check_authors(struct object_call *call)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(check_identities(call));
    TRY(store_prepare_with(call->store, SQL_SCRIPT_LIST_AUTHORS,
                           STORE_ARGS(STORE_INT(call->target->row)), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        TRY(check_author(call, store_text(stmt, 0)));
    return found == STATUS_END ? STATUS_OK : found;
}

static struct text text_given(const json_t *args, const char *name)
{
    const json_t *value = object_argument(args, name);

    return (struct text){json_string_value(value), json_string_length(value)};
}

/* The author may write on while another reads. */
static enum status check_version(struct object_call *call, const json_t *args)
{
    const json_t *given = object_argument(args, "ScriptVersion");
    int64_t version;

    if (!json_is_integer(given) || MUTANT("f2-any-version"))
        return STATUS_OK;
    TRY(store_int_with(call->store, SQL_SCRIPT_VERSION,
                       STORE_ARGS(STORE_INT(call->target->row)), &version));
    return json_integer_value(given) == version
               ? STATUS_OK
               : fail_conflict(call,
                               "The script has version %" PRId64
                               " by now. Read it again.",
                               version);
}

static enum status update_approval_state(struct object_call *call,
                                         const json_t *args,
                                         struct json_writer *result)
{
    const int64_t state =
        json_integer_value(object_argument(args, "ApprovalState"));
    const struct text comment = text_given(args, "Comment");

    if (state != DENIED && state != APPROVED)
        return fail_invalid(call, "ApprovalState",
                            "It is 1 denied or 3 approved.");
    TRY(check_version(call, args));
    if (state == APPROVED && !MUTANT("e11-approves-own"))
        TRY(check_authors(call));
    TRY(store_run_with(call->store, SQL_SCRIPT_SET_STATE,
                       STORE_ARGS(STORE_INT(call->target->row),
                                  STORE_INT(state),
                                  STORE_TEXT(text_of(call->actor.user)),
                                  STORE_TEXT(comment))));
    call->message_id = state == APPROVED ? MESSAGE_APPROVED : MESSAGE_DENIED;
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_object_end(result);
    return STATUS_OK;
}

static const struct object_method methods[] = {
    {
        .name = "UpdateApprovalState",
        .describe = "Approves or denies it; nobody approves what they wrote",
        .need = {RBAC_TYPE_SCRIPT, RBAC_OP_APPROVE},
        .message_id = MESSAGE_APPROVED,
        .args = approval_args,
        .n_args = ARRAY_SIZE(approval_args),
        .run = update_approval_state,
    },
};

const struct object_class class_script = {
    .name = "SMS_Scripts",
    .describe = "A script that runs on devices once it is approved",
    RIGHTS_OF_ALL(RBAC_TYPE_SCRIPT),
    .messages = {52500, 0, 52502, 0, 0, 0},
    PROPERTIES(properties),
    METHODS(methods),
    .table = "script",
    .key_column = "ScriptGuid",
    .name_column = "Name",
    .since = 2,
    .label_kind = LABELS_SCOPES,
    .hooks = &hooks,
};
