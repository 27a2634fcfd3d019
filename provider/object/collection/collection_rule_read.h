/*
 * A rule of a collection, as callers write it.
 */
#pragma once

#include "provider/object/collection/member_rule.h"
#include "provider/object/object_private.h"

struct rule {
    enum member_rule kind; /* 0: not said yet */
    int64_t resource;
    struct text resource_class; /* empty: not said */
    int64_t query;              /* QueryID of one that is there; 0: none */
    struct text wql;            /* empty where QueryID says which */
    struct text other;          /* CollectionID */
    struct text name;           /* may be empty */
};

/* The texts are the JSON's. */
MUST_CHECK
enum status rule_read(struct object_call *call, const json_t *json,
                      struct rule *rule);
