/*
 * Oracles: who answer a trial from the rules, without the engine.
 *
 * Each is written from the text of the rules in another language (SQL, Cedar)
 * and shares nothing with rbac/ but the words of rbac/rbac.h.
 */
#pragma once

#include "provider/base/own.h"
#include "tests/oracle/trial.h"

/*
 * What an oracle says of one question. reasons is a set, 1 << enum rbac_reason,
 * with more than one where the contract leaves the engine a choice (a grant
 * too early beside one too late; no record beside an unknown operation).
 * 0: this oracle does not say.
 */
struct answer {
    enum rbac_verdict verdict;
    enum auth_level level_required;
    bool is_level_known; /* for an allow; else it always is */
    uint32_t reasons;
};

struct oracle {
    const char *name;
    /* answers[trial->n_questions] */
    enum status (*answer)(void *self, const struct trial *trial,
                          struct answer *answers);
    void (*free)(void *self);
    void *self;
};

MUST_CHECK
enum status oracle_sql_open(struct oracle *oracle_out);

/*
 * Runs cedar_oracle.cjs (at script) in node; package is the directory of
 * the npm package @cedar-policy/cedar-wasm.
 */
MUST_CHECK
enum status oracle_cedar_open(const char *script, const char *package,
                              struct oracle *oracle_out);

void oracle_close(struct oracle *oracle);

/* How the engine's answer differs from an oracle's. */
enum difference {
    DIFFERENCE_NONE = 0,
    DIFFERENCE_VERDICT,
    DIFFERENCE_LEVEL,
    DIFFERENCE_REASON,
    DIFFERENCE_BUILD, /* the engine refused the estate, or failed */
};

const char *difference_name(enum difference difference);

enum difference answer_compare(const struct answer *answer,
                               const struct rbac_decision *decision);
