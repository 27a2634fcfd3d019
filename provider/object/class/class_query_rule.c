/*
 * SMS_CollectionRuleQuery: query rules, seen as their collections are. They are
 * changed by methods of SMS_Collection.
 */
#include "provider/object/class/class_rows.h"
#include "provider/object/collection/rule_statement.h"

static const struct object_property properties[] = {
    {"QueryID", OBJECT_INTEGER, OBJECT_KEY | OBJECT_READ_ONLY, 1, INT64_MAX,
     "QueryID", NULL, "Number of the rule"},
    {"CollectionID", OBJECT_STRING, OBJECT_READ_ONLY, 8, 8, "CollectionID",
     NULL, "The collection that it is a rule of"},
    {"RuleName", OBJECT_STRING, OBJECT_READ_ONLY, 0, 256, "RuleName", NULL,
     "Its name"},
    {"QueryExpression", OBJECT_STRING, OBJECT_READ_ONLY, 0, INT32_MAX,
     "QueryExpression", NULL, "What it selects"},
};

static const struct object_property validate_args[] = {
    {"WQLQuery", OBJECT_STRING, OBJECT_REQUIRED, 1, WQL_MAX_BYTES, NULL, NULL,
     "The query"},
};

/* Which kind of collection is it for? */
static bool is_of_users(const struct wql_query *query)
{
    static const struct text head = {"SMS_R_User", 10};
    const struct text class = query->sources->class_name;

    return class.size >= head.size &&
           text_equal_nocase((struct text){class.data, head.size}, head);
}

static enum status check(struct store *store, struct text text,
                         struct wql_problem *problem)
{
    OWNED(wql) wql = NULL;

    TRY(wql_read(text, &wql, problem));
    return rule_check(store, text, is_of_users(wql_query(wql)), problem);
}

static enum status validate(struct object_call *call, const json_t *args,
                            struct json_writer *result)
{
    const json_t *text = object_argument(args, validate_args[0].name);
    struct wql_problem problem = {0};
    const enum status checked =
        check(call->store,
              (struct text){json_string_value(text), json_string_length(text)},
              &problem);

    if (checked != STATUS_INVALID)
        TRY(checked);
    writer_object_begin(result);
    writer_put_bool(result, "ReturnValue", checked == STATUS_OK);
    if (checked == STATUS_INVALID) {
        writer_put_int(result, "Column", problem.column);
        writer_put_string(result, "Why", problem.why);
    }
    writer_object_end(result);
    return STATUS_OK;
}

static const struct object_method methods[] = {
    {
        .name = "ValidateQuery",
        .describe = "May it be a query rule? If not: where and why",
        .need = {RBAC_TYPE_COLLECTION, RBAC_OP_READ},
        .is_static = true,
        .is_reading = true,
        .args = validate_args,
        .n_args = ARRAY_SIZE(validate_args),
        .run = validate,
    },
};

const struct object_class class_query_rule = {
    .name = "SMS_CollectionRuleQuery",
    .describe = "A query rule of a collection",
    .type = RBAC_TYPE_COLLECTION,
    .read = {RBAC_TYPE_COLLECTION, RBAC_OP_READ},
    PROPERTIES(properties),
    METHODS(methods),
    .table = "query_rule",
    .key_column = "QueryID",
    .name_column = "RuleName",
    .has_integer_key = true,
    .is_view = true,
    .label_kind = LABELS_COLLECTION,
    .labels = "t.collection",
};
