/*
 * Adding and deleting rules of one collection in an act: any number of them,
 * each decided as if it came alone; members follow once, at the end.
 */
#pragma once

#include "provider/object/collection/collection_rule_read.h"
#include "provider/object/guard/gain.h"
#include "provider/object/query/row_list.h"

struct rule_takers {
    bool is_read;
    struct gain_takers takers;
};

/* For SCOPED(rule_act_clear) struct rule_act act = {0}. */
struct rule_act {
    int64_t type; /* CollectionType */
    struct rule_takers of_coming;
    struct rule_takers of_going;
    struct row_list devices; /* that rules named */
    bool is_wide;            /* rules named more than that */
    bool goes;               /* members may go */
    int64_t query;           /* QueryID of the rule that was added, or 0 */
};
void rule_act_clear(struct rule_act *act);

/* May the rules of call->target be changed at all? */
MUST_CHECK
enum status rule_act_begin(struct object_call *call, struct rule_act *act);

MUST_CHECK
enum status rule_add(struct object_call *call, const struct rule *rule,
                     struct rule_act *act);
MUST_CHECK
enum status rule_delete(struct object_call *call, const struct rule *rule,
                        struct rule_act *act);

/* Evaluates the members. */
MUST_CHECK
enum status rule_act_finish(struct object_call *call, struct rule_act *act);

/* CollectionType of one that is there. */
MUST_CHECK
enum status collection_type(struct store *store, struct text id,
                            int64_t *type_out);
