/*
 * Values that rules ask for, so that a change of one device concerns few of
 * many rules.
 *
 * The keys of a rule are tests of single properties: whatever the rule finds,
 * one of them is true of it. Below AND the keys of one condition suffice, below
 * OR those of each are needed. A rule whose condition implies no such test
 * (NOT IN, an expression, a time) has the key KEY_ANY and is always asked.
 */
#pragma once

#include "provider/object/query/wql_sql.h"

/* As kept in rule_key.kind; statements of rule_match.sql have the numbers. */
enum rule_key_kind {
    KEY_ANY = 0,
    KEY_EQUAL,
    KEY_PREFIX,
    KEY_PATTERN, /* as LIKE takes it */
    KEY_LESS,
    KEY_LESS_EQUAL,
    KEY_GREATER,
    KEY_GREATER_EQUAL,
};

/*
 * Stores the keys of a rule instead of those that it had. q was resolved; NULL:
 * the rule is none, KEY_ANY.
 */
MUST_CHECK
enum status rule_keys_note(struct store *store, int64_t rule, struct wql_sql *q,
                           const struct wql_query *query);
