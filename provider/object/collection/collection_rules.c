#include "provider/object/collection/collection_rules.h"

#include <stdio.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/collection_rule.h"

enum { RULES_MAX = 10000 }; /* of one act */

const struct object_property collection_rule_args[1] = {
    {"CollectionRule", OBJECT_EMBEDDED, OBJECT_REQUIRED, 1, 1, NULL, NULL,
     "{\"ResourceID\": 16777217}, {\"QueryExpression\": \"select ..\"},"
     " {\"IncludeCollectionID\": ..} or {\"ExcludeCollectionID\": ..}; and"
     " RuleName; a query with the QueryID of a rule replaces its expression"},
};

const struct object_property collection_rules_args[1] = {
    {"CollectionRules", OBJECT_EMBEDDED, OBJECT_REQUIRED, 1, RULES_MAX, NULL,
     NULL, "Up to 10,000 rules, each as for the method of one rule"},
};

typedef enum status (*rule_step)(struct object_call *call,
                                 const struct rule *rule, struct rule_act *act);

/* The argument of either method. */
static const json_t *argument(const json_t *args)
{
    return json_object_iter_value(json_object_iter((json_t *)(uintptr_t)args));
}

/* ---- One rule ---- */

/* An object, or an array of one. */
static enum status one_of(struct object_call *call, const json_t *given,
                          const json_t **one_out)
{
    const bool is_list = json_is_array(given);

    if (is_list && json_array_size(given) != 1)
        return fail_invalid(call, collection_rule_args[0].name,
                            "One rule is due here; AddMembershipRules and "
                            "DeleteMembershipRules take several.");
    *one_out = is_list ? json_array_get(given, 0) : given;
    return STATUS_OK;
}

static enum status run_one(struct object_call *call, const json_t *args,
                           rule_step step, struct json_writer *result)
{
    SCOPED(rule_act_clear) struct rule_act act = {0};
    const json_t *one;
    struct rule rule;

    TRY(one_of(call, argument(args), &one));
    TRY(rule_read(call, one, &rule));
    TRY(rule_act_begin(call, &act));
    TRY(step(call, &rule, &act));
    TRY(rule_act_finish(call, &act));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_put_int(result, "QueryID", act.query);
    writer_object_end(result);
    return STATUS_OK;
}

enum status collection_add_rule(struct object_call *call, const json_t *args,
                                struct json_writer *result)
{
    return run_one(call, args, rule_add, result);
}

enum status collection_delete_rule(struct object_call *call, const json_t *args,
                                   struct json_writer *result)
{
    return run_one(call, args, rule_delete, result);
}

/* ---- Many: all of them or none ---- */

/* A failure says which rule it is about, counting from 1. */
static enum status number_failure(struct object_call *call, size_t number,
                                  enum status status)
{
    char why[sizeof(call->failure.why)];

    if (status != STATUS_INVALID && status != STATUS_DENIED &&
        status != STATUS_CONFLICT)
        return status;
    snprintf(why, sizeof(why), "%s", call->failure.why);
    snprintf(call->failure.why, sizeof(call->failure.why), "Rule %zu: %.480s",
             number, why);
    return status;
}

static enum status run_rule(struct object_call *call, const json_t *json,
                            rule_step step, struct rule_act *act)
{
    struct rule rule;

    TRY(rule_read(call, json, &rule));
    return step(call, &rule, act);
}

static enum status run_all(struct object_call *call, const json_t *rules,
                           rule_step step, struct rule_act *act,
                           struct json_writer *queries)
{
    for (size_t i = 0; i < json_array_size(rules); i++) {
        const enum status status =
            run_rule(call, json_array_get(rules, i), step, act);

        if (status != STATUS_OK)
            return number_failure(call, i + 1, status);
        if (queries)
            writer_int(queries, act->query);
    }
    return STATUS_OK;
}

static const json_t *rules_of(struct object_call *call, const json_t *args)
{
    const json_t *rules = argument(args);

    if (json_array_size(rules) == 0)
        (void)fail_invalid(call, collection_rules_args[0].name,
                           "1 to %d rules.", RULES_MAX);
    return json_array_size(rules) ? rules : NULL;
}

enum status collection_add_rules(struct object_call *call, const json_t *args,
                                 struct json_writer *result)
{
    const json_t *rules = rules_of(call, args);
    SCOPED(rule_act_clear) struct rule_act act = {0};

    if (!rules)
        return STATUS_INVALID;
    TRY(rule_act_begin(call, &act));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_key(result, "QueryIDs");
    writer_array_begin(result);
    TRY(run_all(call, rules, rule_add, &act, result));
    writer_array_end(result);
    writer_object_end(result);
    return rule_act_finish(call, &act);
}

enum status collection_delete_rules(struct object_call *call,
                                    const json_t *args,
                                    struct json_writer *result)
{
    const json_t *rules = rules_of(call, args);
    SCOPED(rule_act_clear) struct rule_act act = {0};

    if (!rules)
        return STATUS_INVALID;
    TRY(rule_act_begin(call, &act));
    TRY(run_all(call, rules, rule_delete, &act, NULL));
    TRY(rule_act_finish(call, &act));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_object_end(result);
    return STATUS_OK;
}
