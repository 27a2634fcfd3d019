/*
 * Query rules as statements: compiled once, and kept with the connection for as
 * long as the rule has this text. Only the writer evaluates rules.
 */
#pragma once

#include "provider/object/query/row_list.h"
#include "provider/wql/wql.h"

/* Which devices a rule is asked about. */
struct rule_range {
    int64_t first;
    int64_t last;   /* 0: all devices */
    int64_t max_ms; /* STATUS_LIMIT if it takes longer; 0: as any statement */
};

/* A rule: its row and its text. */
struct rule_text {
    int64_t rule;
    struct text wql;
    bool is_user; /* of a collection of users */
};

/*
 * Adds the resources that a rule finds. A rule that cannot be run finds
 * nothing (C12), which is logged. A query that exceeds its limit is a read, and
 * leaves the change that it is part of intact.
 */
MUST_CHECK
enum status rule_find(struct store *store, struct rule_text rule,
                      struct rule_range range, int64_t now_s,
                      struct row_list *found);

/* May it be a rule? STATUS_INVALID with the problem. */
MUST_CHECK
enum status rule_check(struct store *store, struct text wql, bool is_user,
                       struct wql_problem *problem_out);

/*
 * Stores which properties a rule names, for rule_property, and its keys. A
 * property that is computed from others stands for all of its class.
 */
MUST_CHECK
enum status rule_note_properties(struct store *store, struct rule_text rule);
