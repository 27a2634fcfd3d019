/*
 * One rule after another, as if each came alone: what it needs, and what its
 * collection's members bring to others.
 *
 * Changing the rules needs Modify on the collection and Read on what a rule
 * names: the device or user of a direct rule (R7.6.2), the included or excluded
 * collection, and for a query the resources that it selects from: those of the
 * limiting collection.
 */
#include "provider/object/collection/collection_rule.h"

#include <stdio.h>

#include "provider/object/collection/collection_rule_sql.h"
#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/rule_statement.h"
#include "provider/object/resource.h"
#include "provider/wql/wql.h"

enum {
    QUERIES_MAX = 100, /* of one collection */
};

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

enum status rule_act_begin(struct object_call *call, struct rule_act *act)
{
    const size_t built_in = object_property_at(&class_collection, "IsBuiltIn");

    if (store_int(call->target->stmt,
                  object_class_sql(&class_collection)->column_of[built_in]))
        return fail_guard(call, RBAC_GUARD_BUILT_IN, class_collection.modify,
                          "Built-in collections cannot be changed.");
    TRY(actor_check_declared(call));
    return collection_type(call->store, text_of(call->target->key), &act->type);
}

void rule_act_clear(struct rule_act *act)
{
    gain_takers_clear(&act->of_coming.takers);
    gain_takers_clear(&act->of_going.takers);
    row_list_clear(&act->devices);
}

/* ---- What a rule names ---- */

/* A resource of the kind that the collection holds: what its number alone says
 * is no secret. */
static enum status find_resource(struct object_call *call,
                                 const struct rule *rule,
                                 const struct rule_act *act,
                                 struct object_target *resource)
{
    const struct object_class *class = object_class_of_resource(rule->resource);
    const struct text given = rule->resource_class;
    char key[24];

    if (rule->resource <= 0)
        return fail_invalid(call, "ResourceID", "The rule names no resource.");
    if (resource_collection_type(rule->resource) != act->type)
        return fail_invalid(
            call, "CollectionRule", "This collection does not contain %s.",
            act->type == COLLECTION_OF_USERS ? "devices" : "users");
    if (given.size && !text_equal_nocase(given, text_of(class->name)))
        return fail_invalid(call, "ResourceClassName",
                            "A resource of this number is of %s.", class->name);
    snprintf(key, sizeof(key), "%lld", (long long)rule->resource);
    return actor_refer(call, "ResourceID", class, text_of(key), resource);
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

static enum status check_expression(struct object_call *call,
                                    const struct rule *rule,
                                    const struct rule_act *act)
{
    struct wql_problem problem;
    const enum status checked = rule_check(
        call->store, rule->wql, act->type == COLLECTION_OF_USERS, &problem);

    if (checked == STATUS_INVALID)
        return fail_invalid(call, "QueryExpression", "Column %u: %s",
                            problem.column, problem.why);
    TRY(checked);
    return check_limit(call);
}

static enum status check_room(struct object_call *call)
{
    int64_t n;

    TRY(store_int_with(call->store, SQL_RULE_COUNT_QUERIES,
                       STORE_ARGS(STORE_INT(call->target->row)), &n));
    if (n >= QUERIES_MAX)
        return fail_invalid(call, "QueryExpression",
                            "A collection has at most %d query rules.",
                            QUERIES_MAX);
    return STATUS_OK;
}

/* ---- Gains ---- */

/* Rules of a collection do not change what depends on it. */
static enum status ask_takers(struct object_call *call, bool comes,
                              struct rule_takers *of,
                              const struct object_target *named)
{
    const struct gain_act act = {
        .collection = call->target->row, .comes = comes, .goes = !comes};

    if (!of->is_read)
        TRY(gain_read_takers(call, &act, &of->takers));
    of->is_read = true;
    return gain_ask_takers(call, &of->takers, named ? named->labels : NULL,
                           named ? named->n_labels : 0);
}

/*
 * Adding a rule brings members, removing one removes some; for an exclusion the
 * other way round. They are in what the rule names, NULL for a query, and in
 * the limit.
 */
static enum status ask_gain(struct object_call *call, struct rule_act *act,
                            bool comes, const struct object_target *named)
{
    act->goes |= !comes;
    return ask_takers(call, comes, comes ? &act->of_coming : &act->of_going,
                      named);
}

/* ---- Adding ---- */

static enum status add_direct(struct object_call *call, const struct rule *rule,
                              struct rule_act *act)
{
    SCOPED(object_target_clear) struct object_target resource = {0};

    TRY(find_resource(call, rule, act, &resource));
    TRY(ask_gain(call, act, true, &resource));
    TRY(store_run_with(
        call->store, SQL_RULE_ADD_DIRECT,
        STORE_ARGS(STORE_INT(call->target->row), STORE_INT(rule->resource),
                   STORE_TEXT(rule->name.size ? rule->name
                                              : text_of(resource.name)))));
    return row_list_add(&act->devices, rule->resource);
}

static enum status add_other(struct object_call *call, const struct rule *rule,
                             struct rule_act *act)
{
    SCOPED(object_target_clear) struct object_target other = {0};

    TRY(find_other(call, rule, act->type, &other));
    TRY(ask_gain(call, act, rule->kind != MEMBER_EXCLUDE, &other));
    act->is_wide = true;
    return store_run_with(
        call->store, SQL_RULE_ADD_OTHER,
        STORE_ARGS(
            STORE_INT(call->target->row), STORE_INT(rule->kind),
            STORE_INT(other.row),
            STORE_TEXT(rule->name.size ? rule->name : text_of(other.name))));
}

/* Another expression: what the old one found may go. */
static enum status change_query(struct object_call *call,
                                const struct rule *rule, struct rule_act *act)
{
    TRY(ask_gain(call, act, false, NULL));
    TRY(store_run_with(call->store, SQL_RULE_CHANGE_QUERY,
                       STORE_ARGS(STORE_INT(call->target->row),
                                  STORE_INT(rule->query), STORE_TEXT(rule->wql),
                                  STORE_TEXT(rule->name))));
    if (store_n_changed(call->store) == 0)
        return fail_invalid(call, "QueryID",
                            "The collection has no such rule.");
    act->query = rule->query;
    return STATUS_OK;
}

static enum status store_query(struct object_call *call,
                               const struct rule *rule, struct rule_act *act)
{
    if (rule->query)
        return change_query(call, rule, act);
    TRY(check_room(call));
    TRY(store_run_with(call->store, SQL_RULE_ADD_QUERY,
                       STORE_ARGS(STORE_INT(call->target->row),
                                  STORE_TEXT(rule->wql),
                                  STORE_TEXT(rule->name))));
    act->query = store_last_row(call->store);
    return STATUS_OK;
}

/* What takes long goes on after the act: until then the rule finds nothing, so
 * that nothing stays that another expression found. */
static enum status run_query(struct object_call *call, struct rule_act *act)
{
    bool is_done;

    TRY(evaluation_query_rule(call->store, call->target->row, act->query,
                              call->actor.now_s, &is_done));
    act->is_wide |= is_done || act->goes;
    return is_done ? STATUS_OK : members_forget_rule(call->store, act->query);
}

static enum status add_query(struct object_call *call, const struct rule *rule,
                             struct rule_act *act)
{
    TRY(check_expression(call, rule, act));
    TRY(ask_gain(call, act, true, NULL));
    TRY(store_query(call, rule, act));
    return run_query(call, act);
}

enum status rule_add(struct object_call *call, const struct rule *rule,
                     struct rule_act *act)
{
    act->query = 0;
    switch (rule->kind) {
    case MEMBER_DIRECT:
        return add_direct(call, rule, act);
    case MEMBER_QUERY:
        return add_query(call, rule, act);
    case MEMBER_INCLUDE:
    case MEMBER_EXCLUDE:
        break;
    }
    return add_other(call, rule, act);
}

/* ---- Deleting ---- */

/* What identifies the rule among those of its kind (C27), and the gains when it
 * is removed. */
static enum status find_identity(struct object_call *call,
                                 const struct rule *rule, struct rule_act *act,
                                 int64_t *row_out)
{
    SCOPED(object_target_clear) struct object_target named = {0};

    switch (rule->kind) {
    case MEMBER_DIRECT:
        TRY(find_resource(call, rule, act, &named));
        break;
    case MEMBER_QUERY:
        *row_out = rule->query;
        return ask_gain(call, act, false, NULL);
    case MEMBER_INCLUDE:
    case MEMBER_EXCLUDE:
        TRY(actor_refer(call, property_of(rule->kind), &class_collection,
                        rule->other, &named));
        break;
    }
    *row_out = named.row;
    return ask_gain(call, act, rule->kind == MEMBER_EXCLUDE, &named);
}

/* Each is found by an index: there may be many. */
static const char *deleting(enum member_rule kind)
{
    if (kind == MEMBER_DIRECT)
        return SQL_RULE_DELETE_DIRECT;
    return kind == MEMBER_QUERY ? SQL_RULE_DELETE_QUERY : SQL_RULE_DELETE_OTHER;
}

enum status rule_delete(struct object_call *call, const struct rule *rule,
                        struct rule_act *act)
{
    int64_t row;

    TRY(find_identity(call, rule, act, &row));
    TRY(store_run_with(call->store, deleting(rule->kind),
                       STORE_ARGS(STORE_INT(call->target->row),
                                  STORE_INT(rule->kind), STORE_INT(row))));
    if (store_n_changed(call->store) == 0)
        return fail_invalid(call, "CollectionRule",
                            "The collection has no such rule.");
    if (rule->kind == MEMBER_DIRECT)
        return row_list_add(&act->devices, row);
    act->is_wide = true;
    return STATUS_OK;
}

/* ---- Afterwards ---- */

/* Rules about devices concern nothing else. */
enum status rule_act_finish(struct object_call *call, struct rule_act *act)
{
    if (act->devices.n)
        TRY(members_evaluate_devices(call->store, call->target->row,
                                     &act->devices, call->actor.now_s));
    if (!act->is_wide)
        return STATUS_OK;
    return evaluation_follow(call->store, call->target->row, act->goes,
                             call->actor.now_s);
}
