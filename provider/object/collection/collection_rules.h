/*
 * Rules of collections over RPC: AddMembershipRule, AddMembershipRules,
 * DeleteMembershipRule and DeleteMembershipRules.
 */
#pragma once

#include "provider/object/object_private.h"

extern const struct object_property collection_rule_args[1];
extern const struct object_property collection_rules_args[1];

MUST_CHECK
enum status collection_add_rule(struct object_call *call, const json_t *args,
                                struct json_writer *result);
MUST_CHECK
enum status collection_add_rules(struct object_call *call, const json_t *args,
                                 struct json_writer *result);
MUST_CHECK
enum status collection_delete_rule(struct object_call *call, const json_t *args,
                                   struct json_writer *result);
MUST_CHECK
enum status collection_delete_rules(struct object_call *call,
                                    const json_t *args,
                                    struct json_writer *result);
