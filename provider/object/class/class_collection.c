/*
 * SMS_Collection: named sets of devices, each within the one that limits it.
 */
#include "provider/base/mutant.h"
#include "provider/object/class/class_collection_sql.h"
#include "provider/object/class/class_rows.h"
#include "provider/object/collection/collection_pin.h"
#include "provider/object/collection/collection_question.h"
#include "provider/object/collection/collection_rule.h"
#include "provider/object/collection/collection_rules.h"
#include "provider/object/collection/deletion.h"
#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/refresh.h"
#include "provider/object/guard/gain.h"
#include "provider/object/schedule/schedule.h"

enum { NAME_MAX_BYTES = 256, REFRESH_SCHEDULED = 2, REFRESH_INCREMENTAL = 4 };

/* A declared rule names a device that may be created later: its name is shown
 * to callers who may read every device of the name or, while there is none,
 * those of the collection. */
#define MUTANT_DEVICE MUTANT_SQL("a12-declared-rule") " OR "

static const int64_t refresh_types[] = {1, 2, 4, 6};
static const struct object_choices refreshes = {
    refresh_types, ARRAY_SIZE(refresh_types),
    "It is 1 manual, 2 scheduled, 4 incremental or 6 both."};

/* What evaluations did (evaluation_count.h); null before there was one. */
#define EVALUATED(name_, type_, describe_)                                     \
    {                                                                          \
        (name_), (type_), OBJECT_READ_ONLY, 0,                                 \
            (type_) == OBJECT_INTEGER ? INT64_MAX : 0, (name_), NULL,          \
            (describe_), .since = 7                                            \
    }

static const struct object_property properties[] = {
    SITE_KEY("CollectionID"),
    {"Name", OBJECT_STRING,
     OBJECT_REQUIRED | OBJECT_NAME | OBJECT_NO_KEY | OBJECT_INDEX, 1,
     NAME_MAX_BYTES, "Name", NULL, "Name; need not be unique"},
    {"Comment", OBJECT_STRING, 0, 0, 512, "Comment", NULL, "What it is for"},
    {"CollectionType", OBJECT_INTEGER, OBJECT_FIXED, 0, 2, "CollectionType",
     NULL, "1 users, 2 devices; as the limiting collection"},
    {"LimitToCollectionID", OBJECT_STRING, OBJECT_REQUIRED, 8, 8,
     "LimitToCollectionID", NULL,
     "The limiting collection: members are members of it"},
    {"LimitToCollectionName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 0, NULL,
     SQL_COLLECTION_LIMIT_NAME, "Its name, where the caller may read it"},
    {"MemberCount", OBJECT_INTEGER, OBJECT_READ_ONLY | OBJECT_DEFAULT, 0,
     INT64_MAX, "MemberCount", NULL, "Members as last evaluated"},
    {"LocalMemberCount", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX, NULL,
     "t.MemberCount", "The same: all members are of this site"},
    {"MemberClassName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 0, NULL,
     "'SMS_CM_RES_COLL_' || t.CollectionID", "Class of its members"},
    {"IsBuiltIn", OBJECT_BOOLEAN, OBJECT_READ_ONLY, 0, 1, "IsBuiltIn", NULL,
     "Came with the product: neither changed nor deleted"},
    {"IsReferenceCollection", OBJECT_BOOLEAN, OBJECT_READ_ONLY, 0, 1, NULL,
     "t.LimitToCollectionID IS NULL", "Not limited by another"},
    {"RefreshType", OBJECT_INTEGER, OBJECT_DEFAULT, 1, 6, "RefreshType", NULL,
     "1 manual, 2 scheduled, 4 incremental, 6 both", .otherwise = 1,
     .choices = &refreshes},
    {"RefreshSchedule", OBJECT_EMBEDDED, OBJECT_LAZY, 0, SCHEDULE_TOKENS_MAX,
     "RefreshSchedule", NULL,
     "When it refreshes (RefreshType 2, 6), up to 15 tokens: {TokenType:"
     " SMS_ST_RecurInterval, StartTime, DaySpan, ..}; none: once a day"},
    {"FullEvaluationLastRefreshTime", OBJECT_DATETIME, OBJECT_READ_ONLY, 0, 0,
     NULL, "t.LastRefreshTime", "When it was evaluated last"},
    {"FullEvaluationNextRefreshTime", OBJECT_DATETIME, OBJECT_READ_ONLY, 0, 0,
     NULL, SQL_COLLECTION_NEXT_REFRESH, "When it refreshes next"},
    EVALUATED("FullEvaluationMemberChanges", OBJECT_INTEGER,
              "Members that came and went in its last full evaluation, or so "
              "far in that which goes on"),
    EVALUATED("FullEvaluationMemberChangeTime", OBJECT_DATETIME,
              "When a full evaluation changed its members last"),
    EVALUATED("FullEvaluationRunTime", OBJECT_INTEGER,
              "Milliseconds that one took, with what was evaluated meanwhile"),
    {"IncrementalEvaluationLastRefreshTime", OBJECT_DATETIME, OBJECT_READ_ONLY,
     0, 0, NULL, "t.IncrementalEvaluationMemberChangeTime",
     "When devices or users that came, went or were changed last changed its "
     "members; other changes are not noted"},
    EVALUATED("IncrementalEvaluationMemberChanges", OBJECT_INTEGER,
              "Members that came and went then"),
    EVALUATED("IncrementalEvaluationMemberChangeTime", OBJECT_DATETIME,
              "The same time"),
    EVALUATED("IncrementalEvaluationRunTime", OBJECT_INTEGER,
              "Milliseconds that took, with other collections of the change"),
    {"CurrentStatus", OBJECT_INTEGER, OBJECT_READ_ONLY | OBJECT_DEFAULT, 0, 8,
     "CurrentStatus", NULL,
     "1 ready, 5 waits to be evaluated, 8 its queries are run, 4 members "
     "follow, 6 members are being deleted",
     .otherwise = 1},
    {"RefreshProgress", OBJECT_INTEGER, OBJECT_READ_ONLY | OBJECT_LAZY, 0, 100,
     NULL, SQL_COLLECTION_PROGRESS,
     "Percent of an evaluation that goes on; null when ready"},
    {"IncludeExcludeCollectionsCount", OBJECT_INTEGER, OBJECT_READ_ONLY, 0,
     INT64_MAX, NULL, SQL_COLLECTION_N_OTHERS,
     "Collections that its rules include or exclude and the caller may read"},
    {"CollectionVariablesCount", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX,
     NULL, SQL_COLLECTION_N_VARIABLES,
     "Its variables in SMS_CollectionSettings"},
    {"ServiceWindowsCount", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX,
     NULL, SQL_COLLECTION_N_WINDOWS, "Its maintenance windows there"},
    {"PowerConfigsCount", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX, NULL,
     SQL_COLLECTION_N_PLANS, "Its power plans there"},
    ALWAYS("HasProvisionedMember", OBJECT_BOOLEAN, "0",
           "No member is provisioned for management out of band"),
    ALWAYS("MonitoringFlags", OBJECT_INTEGER, "0", "It raises no alerts"),
    ALWAYS("UseCluster", OBJECT_BOOLEAN, "0", "It is no group of servers"),
    ALWAYS("OwnedByThisSite", OBJECT_BOOLEAN, "1", "There is one site"),
    ALWAYS("ReplicateToSubSites", OBJECT_BOOLEAN, "0", "There are no others"),
    ALWAYS("CloudSyncCount", OBJECT_INTEGER, "0",
           "Groups of a cloud directory that follow it: none"),
    ALWAYS("ServicePartners", OBJECT_INTEGER, "0",
           "Services that it is given to: none"),
    LATER_TEXT("ISVString", 0, 512, 3, "Kept for the program that set it"),
    LATER_TEXT("ISVData", OBJECT_LAZY, 64 * 1024, 3,
               "Bytes in base64, kept for the program that set them"),
    ALWAYS("ISVDataSize", OBJECT_INTEGER,
           "ifnull(length(t.ISVData) / 4 * 3 - (substr(t.ISVData, -1) = '=')"
           " - (substr(t.ISVData, -2, 1) = '='), 0)",
           "How many bytes ISVData are"),
    {"ObjectPath", OBJECT_STRING, OBJECT_READ_ONLY | OBJECT_LAZY, 0, 4096, NULL,
     SQL_COLLECTION_PATH,
     "The folder that it is in, such as /Leeds/Laptops, if the caller may read"
     " that and those above; else /"},
    {"CollectionRules", OBJECT_EMBEDDED, OBJECT_READ_ONLY | OBJECT_LAZY, 0, 0,
     NULL, SQL_COLLECTION_RULES " AND (" MUTANT_DEVICE SQL_COLLECTION_RULES_END,
     "Rules, except those about devices and collections the caller may not "
     "read; see AddMembershipRule"},
    HISTORY("LastChangeTime", "LastChangeTime", OBJECT_DATETIME, 0,
            OBJECT_CHANGED_ON, "When its properties changed last"),
    {"LastMemberChangeTime", OBJECT_DATETIME, OBJECT_READ_ONLY, 0, 0,
     "LastMemberChangeTime", NULL, "When its members changed last"},
    {"LastRefreshTime", OBJECT_DATETIME, OBJECT_READ_ONLY, 0, 0,
     "LastRefreshTime", NULL, "When it was evaluated last"},
    ROW_VERSION,
};

/* ---- The limiting collection ---- */

static size_t at(const char *name)
{
    return object_property_at(&class_collection, name);
}

/* R7.5.5: the limit, which the caller can see, is of the same kind. */
static enum status check_limit(struct object_call *call,
                               struct object_values *values)
{
    struct object_value *type = &values->of[at("CollectionType")];
    int64_t limit_type;

    TRY(collection_type(call->store, values->of[at("LimitToCollectionID")].text,
                        &limit_type));
    if (!type->is_given || type->is_null)
        object_value_set_int(type, limit_type);
    if (type->integer != limit_type)
        return fail_invalid(call, "CollectionType",
                            "The limiting collection holds the other kind.");
    return STATUS_OK;
}

static enum status before_create(struct object_call *call,
                                 struct object_values *values)
{
    TRY(check_limit(call, values));
    return refresh_check(call, NULL, values);
}

static enum status after_create(struct object_call *call,
                                const struct object_values *values, int64_t row)
{
    (void)values;
    TRY(refresh_plan(call->store, row, call->actor.now_s));
    TRY(store_run_with(
        call->store, SQL_COLLECTION_MADE_BY,
        STORE_ARGS(STORE_INT(row), STORE_TEXT(text_of(call->actor.user)))));
    return members_evaluate(call->store, row, call->actor.now_s,
                            EVALUATION_HOLD_MS, NULL);
}

static bool is_same_limit(const struct object_values *old,
                          const struct object_values *values)
{
    return text_equal(old->of[at("LimitToCollectionID")].text,
                      values->of[at("LimitToCollectionID")].text);
}

/* The limit of a collection as its values name it. */
static enum status read_limit(struct object_call *call,
                              const struct object_values *values,
                              struct object_target *limit)
{
    return object_target_read(call->store, call->actor.map, &class_collection,
                              values->of[at("LimitToCollectionID")].text,
                              limit);
}

static enum status before_update(struct object_call *call,
                                 const struct object_values *old,
                                 struct object_values *values)
{
    SCOPED(object_target_clear) struct object_target from = {0};
    SCOPED(object_target_clear) struct object_target to = {0};
    bool is_cycle;

    TRY(refresh_check(call, old, values));
    if (is_same_limit(old, values))
        return STATUS_OK;
    TRY(check_limit(call, values));
    TRY(read_limit(call, values, &to));
    TRY(collection_depends_on(call->store, to.row, call->target->row,
                              &is_cycle));
    if (is_cycle)
        return fail_invalid(call, "LimitToCollectionID",
                            "It is this collection, or depends on it.");
    TRY(read_limit(call, old, &from));
    return gain_ask_move(call, from.row, to.row);
}

/* Letting a query find others makes them members, as creating it does. What
 * they are need not be known before the top may ask for it: it may give
 * anything. */
static enum status evaluate_again(struct object_call *call)
{
    struct gain_act act = {.collection = call->target->row};
    struct member_outcome outcome;
    bool is_done = false;

    if (rbac_is_full_administrator(call->actor.subject, call->actor.now_s))
        TRY(evaluation_join(call->store, call->target->row, call->actor.now_s,
                            &is_done));
    if (is_done)
        return STATUS_OK;
    TRY(evaluation_refresh(call->store, call->target->row, call->actor.now_s,
                           &outcome));
    act.comes = outcome.comes;
    act.goes = outcome.goes;
    return gain_ask(call, &act);
}

/* What the site will find on schedule is asked about when that is wished for:
 * tried, and undone. A rule that asks for the time may find anything then. */
static enum status foresee_refresh(struct object_call *call)
{
    const struct gain_act anything = {
        .collection = call->target->row, .comes = true, .goes = true};
    int64_t is_timed;
    enum status asked;

    TRY(store_int_with(call->store, SQL_COLLECTION_IS_TIMED,
                       STORE_ARGS(STORE_INT(call->target->row)), &is_timed));
    if (is_timed)
        return gain_ask(call, &anything);
    TRY(store_part_begin(call->store));
    asked = evaluate_again(call);
    TRY(store_part_undo(call->store));
    return asked;
}

/* C15, C16: it holds at once what its queries did not find while it waited. */
static enum status follow_refresh(struct object_call *call,
                                  const struct object_values *old,
                                  const struct object_values *values)
{
    const int64_t was = old->of[at("RefreshType")].integer;
    const int64_t now = values->of[at("RefreshType")].integer;

    if (now & ~was & REFRESH_INCREMENTAL)
        return MUTANT("m6-deaf") ? STATUS_OK : evaluate_again(call);
    return now & ~was & REFRESH_SCHEDULED && !MUTANT("f11-schedule-unasked")
               ? foresee_refresh(call)
               : STATUS_OK;
}

/* Another limit: other members, and other labels even for those that stay. */
static enum status after_update(struct object_call *call,
                                const struct object_values *old,
                                const struct object_values *values)
{
    SCOPED(object_target_clear) struct object_target was = {0};

    TRY(refresh_plan(call->store, call->target->row, call->actor.now_s));
    if (!is_same_limit(old, values)) {
        TRY(read_limit(call, old, &was));
        TRY(members_move(call->store,
                         (struct member_move){call->target->row, was.row},
                         call->actor.now_s));
    }
    return follow_refresh(call, old, values);
}

static enum status before_delete(struct object_call *call)
{
    const struct row_list which = {.of = &call->target->row, .n = 1};

    return members_clear(call->store, &which, call->actor.now_s);
}

static const struct object_reference references[] = {
    {"LimitToCollectionID", NULL, &class_collection},
};

static const struct object_hooks hooks = {
    .before_create = before_create,
    .after_create = after_create,
    .before_update = before_update,
    .after_update = after_update,
    .may_delete = collection_check_pins,
    .before_delete = before_delete,
};

/* ---- Methods ---- */

static enum status refresh(struct object_call *call, const json_t *args,
                           struct json_writer *result)
{
    (void)args;
    TRY(store_run_with(call->store, SQL_COLLECTION_REFRESHED,
                       STORE_ARGS(STORE_INT(call->target->row),
                                  STORE_INT(call->actor.now_s))));
    TRY(evaluate_again(call));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_object_end(result);
    return STATUS_OK;
}

static const struct object_method methods[] = {
    {
        .name = "AddMembershipRule",
        .describe = "A device, a query, or a collection to include or exclude",
        .need = {RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY},
        .message_id = 30016,
        .args = collection_rule_args,
        .n_args = ARRAY_SIZE(collection_rule_args),
        .run = collection_add_rule,
    },
    {
        .name = "AddMembershipRules",
        .describe = "Many rules: all of them or none",
        .need = {RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY},
        .message_id = 30016,
        .args = collection_rules_args,
        .n_args = ARRAY_SIZE(collection_rules_args),
        .run = collection_add_rules,
    },
    {
        .name = "DeleteMembershipRule",
        .describe = "Removes a rule",
        .need = {RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY},
        .message_id = 30016,
        .args = collection_rule_args,
        .n_args = ARRAY_SIZE(collection_rule_args),
        .run = collection_delete_rule,
    },
    {
        .name = "DeleteMembershipRules",
        .describe = "Removes many rules: all of them or none",
        .need = {RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY},
        .message_id = 30016,
        .args = collection_rules_args,
        .n_args = ARRAY_SIZE(collection_rules_args),
        .run = collection_delete_rules,
    },
    {
        .name = "DeleteAllMembers",
        .describe =
            "Deletes the devices or users that are its members, from the "
            "site; many go on to be deleted afterwards, until the caller "
            "loses the right to it",
        .need = {RBAC_TYPE_COLLECTION, RBAC_OP_DELETE_RESOURCE},
        .message_id = 30067,
        .run = collection_delete_members,
    },
    {
        .name = "ReleaseCollection",
        .describe = "Removes the rules by which other collections include or "
                    "exclude it, so that it can be deleted",
        .need = {RBAC_TYPE_COLLECTION, RBAC_OP_DELETE},
        .message_id = 30016,
        .run = collection_release,
    },
    {
        .name = "RequestRefresh",
        .describe = "Evaluates the members now",
        .need = {RBAC_TYPE_COLLECTION, RBAC_OP_READ},
        .message_id = 30104,
        .run = refresh,
    },
    {
        .name = "VerifyNoCircularDependencies",
        .describe = "Could one collection limit the other?",
        .need = {RBAC_TYPE_COLLECTION, RBAC_OP_READ},
        .is_static = true,
        .is_reading = true,
        .args = collection_cycle_args,
        .n_args = ARRAY_SIZE(collection_cycle_args),
        .run = collection_verify_no_cycle,
    },
    {
        .name = "GetNumResults",
        .describe = "How many members a collection has, as last evaluated",
        .need = {RBAC_TYPE_COLLECTION, RBAC_OP_READ},
        .is_static = true,
        .is_reading = true,
        .args = collection_count_args,
        .n_args = ARRAY_SIZE(collection_count_args),
        .run = collection_count,
    },
    {
        .name = "GetTotalNumResults",
        .describe = "The same over all sites, of which this is the only one",
        .need = {RBAC_TYPE_COLLECTION, RBAC_OP_READ},
        .is_static = true,
        .is_reading = true,
        .args = collection_count_args,
        .n_args = ARRAY_SIZE(collection_count_args),
        .run = collection_count,
    },
};

const struct object_class class_collection = {
    .name = "SMS_Collection",
    .describe = "A set of devices or users, within the one that limits it",
    RIGHTS_OF(RBAC_TYPE_COLLECTION),
    .messages = {30015, 30016, 30017, 0, 0, 0},
    FOR_ALL_VERBS,
    PROPERTIES(properties),
    METHODS(methods),
    .table = "collection",
    .key_column = "CollectionID",
    .name_column = "Name",
    .extra = "declared TEXT, made_by TEXT",
    .first_row = 0x14,
    .is_estate = true,
    .label_kind = LABELS_COLLECTION,
    REFERENCES(references),
    .uses = collection_uses,
    .n_uses = N_COLLECTION_USES,
    .hooks = &hooks,
};
