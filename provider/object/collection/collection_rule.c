/*
 * Rules of collections over RPC.
 *
 * Changing the rules needs Modify on the collection and Read on what a rule
 * names: the device of a direct rule (R7.6.2), the included or excluded
 * collection, and for a query the devices that it selects from: those of the
 * limiting collection.
 */
#include "provider/object/collection/collection_rule.h"
#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/rule_statement.h"

#include <stdio.h>

#include "provider/object/collection/collection_rule_sql.h"
#include "provider/object/guard/gain.h"
#include "provider/wql/wql.h"

enum {
    NAME_MAX_BYTES = 256,
    QUERIES_MAX = 100, /* of one collection */
    TYPE_DEVICES = 2,
};

const struct object_property collection_rule_args[N_COLLECTION_RULE_ARGS] = {
    {"CollectionRule", OBJECT_EMBEDDED, OBJECT_REQUIRED, 1, 1, NULL, NULL,
     "{\"ResourceID\": 16777217}, {\"QueryExpression\": \"select ..\"},"
     " {\"IncludeCollectionID\": ..} or {\"ExcludeCollectionID\": ..}; and"
     " RuleName"},
};

struct rule {
    enum member_rule kind; /* 0: not said yet */
    int64_t resource;
    int64_t query; /* QueryID, to delete one */
    struct text wql;
    struct text other; /* CollectionID */
    struct text name;  /* may be empty */
};

/* ---- Reading ---- */

static const struct kind {
    enum member_rule kind;
    struct text type;
    struct text key; /* the property that says which */
} kinds[] = {
    {MEMBER_DIRECT, {"SMS_CollectionRuleDirect", 24}, {"ResourceID", 10}},
    {MEMBER_QUERY, {"SMS_CollectionRuleQuery", 23}, {"QueryExpression", 15}},
    {MEMBER_QUERY, {"SMS_CollectionRuleQuery", 23}, {"QueryID", 7}},
    {MEMBER_INCLUDE,
     {"SMS_CollectionRuleIncludeCollection", 35},
     {"IncludeCollectionID", 19}},
    {MEMBER_EXCLUDE,
     {"SMS_CollectionRuleExcludeCollection", 35},
     {"ExcludeCollectionID", 19}},
};

static enum status fail_rule(struct object_call *call)
{
    return fail_invalid(
        call, "CollectionRule",
        "A rule needs one of ResourceID (a number), QueryExpression, "
        "IncludeCollectionID and ExcludeCollectionID, and RuleName.");
}

/* What follows the last '.' or '#' of "#AdminService.SMS_CollectionRule..". */
static struct text bare(struct text type)
{
    size_t i = type.size;

    while (i > 0 && type.data[i - 1] != '.' && type.data[i - 1] != '#')
        i--;
    return (struct text){type.data + i, type.size - i};
}

static enum status set_kind(struct object_call *call, struct rule *rule,
                            enum member_rule kind)
{
    if (rule->kind && rule->kind != kind)
        return fail_rule(call);
    rule->kind = kind;
    return STATUS_OK;
}

static enum status set_type(struct object_call *call, struct rule *rule,
                            struct text type)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (text_equal_nocase(bare(type), kinds[i].type))
            return set_kind(call, rule, kinds[i].kind);
    return fail_rule(call);
}

/* The property that makes it what it is. */
static enum status set_key(struct object_call *call, struct rule *rule,
                           const struct kind *kind, const json_t *value)
{
    const struct text text = {json_string_value(value),
                              json_string_length(value)};
    const bool is_number = text_equal(kind->key, TEXT("ResourceID")) ||
                           text_equal(kind->key, TEXT("QueryID"));

    if (is_number ? !json_is_integer(value) : !json_is_string(value))
        return fail_rule(call);
    if (kind->kind == MEMBER_DIRECT)
        rule->resource = json_integer_value(value);
    else if (kind->kind == MEMBER_QUERY && is_number)
        rule->query = json_integer_value(value);
    else if (kind->kind == MEMBER_QUERY)
        rule->wql = text;
    else
        rule->other = text;
    return set_kind(call, rule, kind->kind);
}

static enum status set_property(struct object_call *call, struct rule *rule,
                                struct text name, const json_t *value)
{
    const struct text text = {json_string_value(value),
                              json_string_length(value)};

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (text_equal_nocase(name, kinds[i].key))
            return set_key(call, rule, &kinds[i], value);
    if (!json_is_string(value))
        return fail_rule(call);
    if (text_equal_nocase(name, TEXT("RuleType")) ||
        text_equal_nocase(name, TEXT("@odata.type")))
        return set_type(call, rule, text);
    if (text_equal_nocase(name, TEXT("ResourceClassName")) &&
        text_equal_nocase(text, TEXT("SMS_R_System")))
        return set_kind(call, rule, MEMBER_DIRECT);
    if (!text_equal_nocase(name, TEXT("RuleName")))
        return fail_rule(call);
    rule->name = text;
    return STATUS_OK;
}

/* An object, or an array of one. */
static enum status read_rule(struct object_call *call, const json_t *args,
                             struct rule *rule)
{
    const json_t *given =
        json_object_iter_value(json_object_iter((json_t *)(uintptr_t)args));
    const char *key;
    json_t *value;

    if (json_is_array(given))
        given = json_array_get(given, 0);
    json_object_foreach ((json_t *)(uintptr_t)given, key, value)
        TRY(set_property(call, rule, text_of(key), value));
    if (rule->name.size && !text_is_name(rule->name, NAME_MAX_BYTES))
        return fail_invalid(call, "RuleName", "This is not a valid name.");
    if (!rule->kind)
        return fail_rule(call);
    return STATUS_OK;
}

/* ---- The collection ---- */

enum status collection_type(struct store *store, struct text id,
                            int64_t *type_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_RULE_COLLECTION_TYPE, &stmt));
    store_bind_text(stmt, 1, id);
    TRY(store_step(stmt));
    *type_out = store_int(stmt, 0);
    return STATUS_OK;
}

static enum status check_collection(struct object_call *call,
                                    const struct rule *rule, int64_t *type_out)
{
    const size_t built_in = object_property_at(&class_collection, "IsBuiltIn");

    if (store_int(call->target->stmt,
                  object_class_sql(&class_collection)->column_of[built_in]))
        return fail_guard(call, RBAC_GUARD_BUILT_IN, class_collection.modify,
                          "Built-in collections cannot be changed.");
    TRY(actor_check_declared(call));
    TRY(collection_type(call->store, text_of(call->target->key), type_out));
    if (*type_out != TYPE_DEVICES &&
        (rule->kind == MEMBER_DIRECT || rule->kind == MEMBER_QUERY))
        return fail_invalid(call, "CollectionRule",
                            "This collection does not contain devices.");
    return STATUS_OK;
}

/* ---- What a rule names ---- */

static enum status find_device(struct object_call *call,
                               const struct rule *rule,
                               struct object_target *device)
{
    char key[24];

    if (rule->resource <= 0)
        return fail_invalid(call, "ResourceID", "The rule names no device.");
    snprintf(key, sizeof(key), "%lld", (long long)rule->resource);
    return actor_refer(call, "ResourceID", &class_device, text_of(key), device);
}

static const char *property_of(enum member_rule kind)
{
    return kind == MEMBER_INCLUDE ? "IncludeCollectionID"
                                  : "ExcludeCollectionID";
}

/* Another of the same kind that does not depend on this one (C21, C23). */
static enum status find_other(struct object_call *call, const struct rule *rule,
                              int64_t type, struct object_target *other)
{
    const char *property = property_of(rule->kind);
    int64_t other_type;
    bool is_circle;

    TRY(actor_refer(call, property, &class_collection, rule->other, other));
    TRY(collection_type(call->store, text_of(other->key), &other_type));
    if (type != other_type)
        return fail_invalid(call, property,
                            "That collection holds the other kind.");
    TRY(collection_depends_on(call->store, other->row, call->target->row,
                              &is_circle));
    if (is_circle)
        return fail_invalid(call, property,
                            "It is this collection, or depends on it.");
    return STATUS_OK;
}

/* Devices are selected by their properties: the caller must be able to read
 * those of the limit. */
static enum status check_limit(struct object_call *call)
{
    const size_t at =
        object_property_at(&class_collection, "LimitToCollectionID");
    const struct text id = store_text(
        call->target->stmt, object_class_sql(&class_collection)->column_of[at]);
    const struct object_need need = {RBAC_TYPE_COLLECTION,
                                     RBAC_OP_READ_RESOURCE};
    SCOPED(object_target_clear) struct object_target limit = {0};

    TRY(object_target_read(call->store, call->actor.map, &class_collection, id,
                           &limit));
    return actor_need(call, need, &limit);
}

static enum status check_query(struct object_call *call,
                               const struct rule *rule)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct wql_problem problem;
    const enum status checked = rule_check(rule->wql, false, &problem);

    if (checked == STATUS_INVALID)
        return fail_invalid(call, "QueryExpression", "Column %u: %s",
                            problem.column, problem.why);
    TRY(checked);
    TRY(check_limit(call));
    TRY(store_prepare(call->store, SQL_RULE_COUNT_QUERIES, &stmt));
    store_bind_int(stmt, 1, call->target->row);
    TRY(store_step(stmt));
    if (store_int(stmt, 0) >= QUERIES_MAX)
        return fail_invalid(call, "QueryExpression",
                            "A collection has at most %d query rules.",
                            QUERIES_MAX);
    return STATUS_OK;
}

/* ---- Gains ---- */

/*
 * Adding a rule brings members, removing one removes some; for an exclusion the
 * other way round. They are in what the rule names, NULL for a query, and in
 * the limit.
 */
static enum status ask_gain(struct object_call *call, enum member_rule kind,
                            bool is_added, const struct object_target *named)
{
    const bool comes = is_added == (kind != MEMBER_EXCLUDE);
    const struct gain_act act = {
        .collection = call->target->row,
        .comes = comes,
        .goes = !comes,
        .sources = named ? named->labels : NULL,
        .n_sources = named ? named->n_labels : 0,
    };

    return gain_ask(call, &act);
}

/* ---- Storing ---- */

/* A rule about one device concerns nothing else. */
static enum status evaluate(struct object_call *call, const struct rule *rule)
{
    if (rule->kind == MEMBER_DIRECT)
        return members_evaluate_one(call->store, call->target->row,
                                    rule->resource, call->actor.now_s);
    return members_evaluate(call->store, call->target->row, call->actor.now_s,
                            EVALUATION_HOLD_MS, NULL);
}

static enum status finish(struct object_call *call, const struct rule *rule,
                          int64_t query, struct json_writer *result)
{
    TRY(evaluate(call, rule));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_put_int(result, "QueryID", query);
    writer_object_end(result);
    return STATUS_OK;
}

static enum status add_direct(struct object_call *call, const struct rule *rule)
{
    SCOPED(object_target_clear) struct object_target device = {0};
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(find_device(call, rule, &device));
    TRY(ask_gain(call, rule->kind, true, &device));
    TRY(store_prepare(call->store, SQL_RULE_ADD_DIRECT, &stmt));
    store_bind_int(stmt, 1, call->target->row);
    store_bind_int(stmt, 2, rule->resource);
    store_bind_text(stmt, 3,
                    rule->name.size ? rule->name : text_of(device.name));
    return store_run(stmt);
}

static enum status add_other(struct object_call *call, const struct rule *rule,
                             int64_t type)
{
    SCOPED(object_target_clear) struct object_target other = {0};
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(find_other(call, rule, type, &other));
    TRY(ask_gain(call, rule->kind, true, &other));
    TRY(store_prepare(call->store, SQL_RULE_ADD_OTHER, &stmt));
    store_bind_int(stmt, 1, call->target->row);
    store_bind_int(stmt, 2, rule->kind);
    store_bind_int(stmt, 3, other.row);
    store_bind_text(stmt, 4,
                    rule->name.size ? rule->name : text_of(other.name));
    return store_run(stmt);
}

static enum status add_query(struct object_call *call, const struct rule *rule,
                             int64_t *query_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(check_query(call, rule));
    TRY(ask_gain(call, rule->kind, true, NULL));
    TRY(store_prepare(call->store, SQL_RULE_ADD_QUERY, &stmt));
    store_bind_int(stmt, 1, call->target->row);
    store_bind_text(stmt, 2, rule->wql);
    store_bind_text(stmt, 3, rule->name);
    TRY(store_run(stmt));
    *query_out = store_last_row(call->store);
    return members_query_rule(call->store, *query_out, call->actor.now_s, 0);
}

enum status collection_add_rule(struct object_call *call, const json_t *args,
                                struct json_writer *result)
{
    struct rule rule = {0};
    int64_t query = 0;
    int64_t type;

    TRY(read_rule(call, args, &rule));
    TRY(check_collection(call, &rule, &type));
    switch (rule.kind) {
    case MEMBER_DIRECT:
        TRY(add_direct(call, &rule));
        break;
    case MEMBER_QUERY:
        TRY(add_query(call, &rule, &query));
        break;
    case MEMBER_INCLUDE:
    case MEMBER_EXCLUDE:
        TRY(add_other(call, &rule, type));
        break;
    }
    return finish(call, &rule, query, result);
}

/* What identifies the rule among those of its kind (C27), and the gains when it
 * is removed. */
static enum status find_identity(struct object_call *call,
                                 const struct rule *rule, int64_t *row_out)
{
    SCOPED(object_target_clear) struct object_target named = {0};

    switch (rule->kind) {
    case MEMBER_DIRECT:
        TRY(find_device(call, rule, &named));
        break;
    case MEMBER_QUERY:
        *row_out = rule->query;
        return ask_gain(call, rule->kind, false, NULL);
    case MEMBER_INCLUDE:
    case MEMBER_EXCLUDE:
        TRY(actor_refer(call, property_of(rule->kind), &class_collection,
                        rule->other, &named));
        break;
    }
    *row_out = named.row;
    return ask_gain(call, rule->kind, false, &named);
}

enum status collection_delete_rule(struct object_call *call, const json_t *args,
                                   struct json_writer *result)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct rule rule = {0};
    int64_t row;
    int64_t type;

    TRY(read_rule(call, args, &rule));
    TRY(check_collection(call, &rule, &type));
    TRY(find_identity(call, &rule, &row));
    TRY(store_prepare(call->store, SQL_RULE_DELETE, &stmt));
    store_bind_int(stmt, 1, call->target->row);
    store_bind_int(stmt, 2, rule.kind);
    store_bind_int(stmt, 3, row);
    TRY(store_run(stmt));
    if (store_n_changed(call->store) == 0)
        return fail_invalid(call, "CollectionRule",
                            "The collection has no such rule.");
    return finish(call, &rule, 0, result);
}
