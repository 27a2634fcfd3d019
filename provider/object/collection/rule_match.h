/*
 * Which rules a resource may concern, by their keys (rule_key.h): those that
 * find it now, and those that found it before it was changed, are among them,
 * but for those that are always asked (KEY_ANY).
 */
#pragma once

#include "provider/object/object_private.h"
#include "provider/object/query/row_list.h"

enum { MATCH_CLASSES_MAX = 256 }; /* classes that rules can name, or more */

/* A class of which properties are keys. */
struct match_class {
    const struct object_class *class;
    struct store_stmt *stmt;       /* lent: the values of a resource (?1) */
    uint64_t properties;           /* bit i: property i is asked for */
    uint8_t kinds[PROPERTIES_MAX]; /* bit i: by keys of kind i */
};

/* For one resource after another, as long as no rule changes. */
struct rule_match {
    struct store *store;
    struct match_class *classes; /* owned: [n], SCOPED(rule_match_clear) */
    size_t n;
};
void rule_match_clear(struct rule_match *match);

MUST_CHECK
enum status rule_match_begin(struct store *store, struct rule_match *match);

/* What changed of a resource: values of a class that are no longer stored, and
 * the properties that have others. Zeroed: nothing is known. */
struct match_before {
    const struct object_class *class;
    const struct object_values *values; /* NULL: there are none */
    uint64_t changed;                   /* bit i: property i */
    struct row_set *named; /* gets rules with keys of those: they name them */
};

/* Adds rules with a key that is true of the resource, or was. */
MUST_CHECK
enum status rule_match_find(const struct rule_match *match, int64_t resource,
                            struct match_before before, struct row_set *rules);
