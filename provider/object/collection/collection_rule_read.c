#include "provider/object/collection/collection_rule_read.h"

enum { NAME_MAX_BYTES = 256 };

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

/* In two spellings: which one is meant is not guessed. */
static bool is_given(const struct rule *rule, const struct kind *kind)
{
    switch (kind->kind) {
    case MEMBER_DIRECT:
        return rule->resource != 0;
    case MEMBER_QUERY:
        return text_equal(kind->key, TEXT("QueryID")) ? rule->query != 0
                                                      : rule->wql.data != NULL;
    case MEMBER_INCLUDE:
    case MEMBER_EXCLUDE:
        break;
    }
    return rule->other.data != NULL;
}

static enum status set_property(struct object_call *call, struct rule *rule,
                                struct text name, const json_t *value)
{
    const struct text text = {json_string_value(value),
                              json_string_length(value)};

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (text_equal_nocase(name, kinds[i].key))
            return is_given(rule, &kinds[i])
                       ? fail_rule(call)
                       : set_key(call, rule, &kinds[i], value);
    if (!json_is_string(value))
        return fail_rule(call);
    if (text_equal_nocase(name, TEXT("RuleType")) ||
        text_equal_nocase(name, TEXT("@odata.type")))
        return set_type(call, rule, text);
    if (text_equal_nocase(name, TEXT("ResourceClassName"))) {
        rule->resource_class = text;
        return set_kind(call, rule, MEMBER_DIRECT);
    }
    if (!text_equal_nocase(name, TEXT("RuleName")))
        return fail_rule(call);
    rule->name = text;
    return STATUS_OK;
}

enum status rule_read(struct object_call *call, const json_t *json,
                      struct rule *rule)
{
    const char *key;
    json_t *value;

    *rule = (struct rule){0};
    json_object_foreach ((json_t *)(uintptr_t)json, key, value)
        TRY(set_property(call, rule, text_of(key), value));
    if (rule->name.size && !text_is_name(rule->name, NAME_MAX_BYTES))
        return fail_invalid(call, "RuleName", "This is not a valid name.");
    if (!rule->kind)
        return fail_rule(call);
    return STATUS_OK;
}
