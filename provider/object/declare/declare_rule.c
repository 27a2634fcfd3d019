/*
 * The rules of collections that policy files declare.
 */
#include <inttypes.h>

#include "provider/object/collection/rule_statement.h"
#include "provider/object/declare/declare_collection.h"
#include "provider/object/declare/declare_rule_sql.h"

enum status declared_rules_read(struct declare *declare, int64_t row,
                                struct declared_rules *seen)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    seen->devices = buf_make(CANONICAL_MAX_BYTES);
    TRY(store_prepare_with(declare->store, SQL_DECLARED_RULES,
                           STORE_ARGS(STORE_INT(row)), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const int64_t kind = store_int(stmt, 0);

        if (kind == MEMBER_INCLUDE)
            TRY(row_list_add(&seen->includes, store_int(stmt, 1)));
        else if (kind == MEMBER_EXCLUDE)
            TRY(row_list_add(&seen->excludes, store_int(stmt, 1)));
        else
            buf_append_format(
                &seen->devices, "%" PRId64 " %.*s\n%.*s\n", store_int(stmt, 2),
                (int)store_text(stmt, 3).size, store_text(stmt, 3).data,
                (int)store_text(stmt, 4).size, store_text(stmt, 4).data);
    }
    return found == STATUS_END ? buf_status(&seen->devices) : found;
}

void declared_rules_clear(struct declared_rules *seen)
{
    row_list_clear(&seen->includes);
    row_list_clear(&seen->excludes);
    buf_free(&seen->devices);
}

static enum status store_rule(struct declare *declare,
                              const struct policy_rule *rule, int64_t row,
                              int64_t other)
{
    static const enum member_rule kinds[] = {
        [POLICY_RULE_QUERY] = MEMBER_QUERY,
        [POLICY_RULE_DIRECT] = MEMBER_DIRECT,
        [POLICY_RULE_INCLUDE] = MEMBER_INCLUDE,
        [POLICY_RULE_EXCLUDE] = MEMBER_EXCLUDE,
    };
    const bool is_query = rule->kind == POLICY_RULE_QUERY;
    const bool is_direct = rule->kind == POLICY_RULE_DIRECT;
    const struct text value = text_of(rule->value);

    return store_run_with(
        declare->store, SQL_DECLARE_RULE,
        STORE_ARGS(STORE_INT(row), STORE_INT(kinds[rule->kind]),
                   other ? STORE_INT(other) : STORE_NULL,
                   is_direct ? STORE_TEXT(value) : STORE_NULL,
                   is_query ? STORE_TEXT(value) : STORE_NULL,
                   STORE_TEXT(is_query ? text_of(rule->name) : value)));
}

static enum status check_query(struct declare *declare,
                               const struct policy_collection *collection,
                               const struct policy_rule *rule)
{
    struct wql_problem problem;
    const enum status checked = rule_check(declare->store, text_of(rule->value),
                                           collection->is_user, &problem);

    if (checked == STATUS_INVALID)
        return declare_fail(declare, PLACE_OF(rule),
                            "column %u of the query: %s", problem.column,
                            problem.why);
    return checked;
}

enum status declared_rules_store(struct declare *declare,
                                 const struct policy_collection *collection,
                                 int64_t row, const int64_t *others)
{
    for (size_t i = 0; i < collection->n_rules; i++) {
        const struct policy_rule *rule = &collection->rules[i];

        if (rule->kind == POLICY_RULE_QUERY)
            TRY(check_query(declare, collection, rule));
        TRY(store_rule(declare, rule, row, others[i + 1]));
    }
    return members_query(declare->store, row, declare->now_s, 0);
}
