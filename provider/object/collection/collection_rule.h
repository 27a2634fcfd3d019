/*
 * Rules of collections over RPC: AddMembershipRule, DeleteMembershipRule.
 */
#pragma once

#include "provider/object/object_private.h"

enum { N_COLLECTION_RULE_ARGS = 1 };
extern const struct object_property
    collection_rule_args[N_COLLECTION_RULE_ARGS];

MUST_CHECK
enum status collection_add_rule(struct object_call *call, const json_t *args,
                                struct json_writer *result);
MUST_CHECK
enum status collection_delete_rule(struct object_call *call, const json_t *args,
                                   struct json_writer *result);

/* CollectionType of one that is there. */
MUST_CHECK
enum status collection_type(struct store *store, struct text id,
                            int64_t *type_out);
