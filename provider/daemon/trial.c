#include "provider/daemon/trial.h"

#include <stdio.h>
#include <string.h>

#include "policy/builtin.h"
#include "provider/daemon/gate.h"

enum { TRIAL_ADMINS_MAX = 1024 };

/* One test as a question. */
struct trial {
    const struct site *site;
    const struct policy_test *test;
    struct object_target target;
    struct gate_question question;
    const char *lacks; /* what the test names and is not there, or NULL */
};

static void trial_clear(struct trial *trial)
{
    object_target_clear(&trial->target);
}

/* ---- What is asked about ---- */

static uint32_t scope_named(const struct site *site, const char *name)
{
    const struct rbac_estate *estate = rbac_engine_estate(site->engine);

    for (size_t i = 0; i < estate->n_scopes; i++)
        if (text_equal_nocase(text_of(estate->scopes[i].name), text_of(name)))
            return (uint32_t)i;
    return rbac_find_scope(site->engine, text_of(name));
}

/* An assumed object in the scopes that are said. */
static enum status assume(struct trial *trial)
{
    const struct policy_test *test = trial->test;

    trial->target.labels = calloc(test->n_scopes, sizeof(uint32_t));
    if (!trial->target.labels)
        return STATUS_NO_MEMORY;
    trial->question.target = &trial->target;
    for (size_t i = 0; i < test->n_scopes; i++) {
        const uint32_t scope = scope_named(trial->site, test->scopes[i]);

        if (scope == RBAC_NONE)
            trial->lacks = test->scopes[i];
        else
            trial->target.labels[trial->target.n_labels++] = scope;
    }
    return STATUS_OK;
}

static enum status find_object(struct trial *trial, struct store *store)
{
    const struct policy_test *test = trial->test;
    const struct object_class *class =
        object_class_find(text_of(test->class_name));
    char key[OBJECT_KEY_MAX_BYTES + 1];
    enum status status;

    trial->question.target = &trial->target;
    status = class ? object_key_find(store, class, text_of(test->key), key)
                   : STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = object_target_read(store, trial->site->map, class,
                                    text_of(key), &trial->target);
    if (status == STATUS_NOT_FOUND || status == STATUS_CONFLICT) {
        trial->lacks = test->key;
        return STATUS_OK;
    }
    return status;
}

static enum status ask(struct trial *trial, struct store *store, int64_t now_s)
{
    const struct policy_test *test = trial->test;
    const struct rbac_type *type = builtin_type_find(text_of(test->class_name));
    const int bit =
        type ? rbac_operation_bit(type, text_of(test->operation)) : -1;

    trial->question.now_s = test->at_s != INT64_MIN ? test->at_s : now_s;
    trial->question.level = test->level ? test->level : AUTH_LEVEL_MFA;
    if (!type || bit < 0) {
        trial->lacks = type ? test->operation : test->class_name;
        return STATUS_OK;
    }
    trial->question.need = (struct object_need){type->id, (uint8_t)bit};
    if (type->securing == RBAC_BY_SCOPE && test->n_scopes)
        return assume(trial);
    return test->key ? find_object(trial, store) : STATUS_OK;
}

/* ---- Who ---- */

static enum status decide(struct trial *trial, struct rbac_decision *out)
{
    const struct site *site = trial->site;
    const char *user = trial->test->user;
    struct gate_question *q = &trial->question;
    OWNED(rbac_subject) subject = NULL;
    uint32_t admins[TRIAL_ADMINS_MAX];
    uint32_t own;
    const size_t n =
        site_admins_of(site, user, NULL, 0, admins, ARRAY_SIZE(admins), &own);

    if (n > ARRAY_SIZE(admins))
        return STATUS_LIMIT;
    TRY(rbac_subject_new(site->engine, admins, n, &subject));
    q->subject = subject;
    if (q->level < site->minimum_level &&
        !site_exclusion_of(site, user, NULL, 0, q->now_s))
        q->minimum = site->minimum_level;
    *out = gate_decide(q);
    q->subject = NULL;
    return STATUS_OK;
}

/* ---- The answer ---- */

static void say(const struct trial *trial, struct rbac_decision decision,
                struct trial_result *result)
{
    const struct policy_test *test = trial->test;
    const bool may = decision.verdict == RBAC_ALLOW;

    result->ok = may == test->can;
    snprintf(result->sentence, sizeof(result->sentence),
             "%.256s, at level %s, %s %.128s on %.128s%s%.256s%s%s%s",
             test->user, auth_level_name(trial->question.level),
             may ? "can" : "cannot", test->operation, test->class_name,
             test->key ? " " : "", test->key ? test->key : "", may ? "." : ": ",
             may ? "" : rbac_reason_text(decision.reason),
             may || decision.verdict != RBAC_ALLOW_AT_LEVEL ? ""
             : decision.level_required == AUTH_LEVEL_MFA    ? " (mfa)"
                                                            : " (certificate)");
}

enum status trial_run(struct store *store, const struct site *site,
                      const struct policy_test *test, int64_t now_s,
                      struct trial_result *result_out)
{
    SCOPED(trial_clear) struct trial trial = {.site = site, .test = test};
    struct rbac_decision decision;

    TRY(ask(&trial, store, now_s));
    if (trial.lacks) {
        result_out->ok = false;
        snprintf(result_out->sentence, sizeof(result_out->sentence),
                 "The test names %.256s, and there is none, or several.",
                 trial.lacks);
        return STATUS_OK;
    }
    TRY(decide(&trial, &decision));
    say(&trial, decision, result_out);
    return STATUS_OK;
}

static void blame(struct source *source, const struct policy_test *test,
                  const struct trial_result *result)
{
    char text[sizeof(result->sentence) + 32];

    snprintf(text, sizeof(text), "test failed: %s", result->sentence);
    policy_set_blame(source->set, test->place, text);
}

enum status trial_run_source(struct store *store, const struct site *site,
                             struct source *source, int64_t now_s,
                             struct trial_count *count_out)
{
    const struct policy *policy = source->policy;

    *count_out = (struct trial_count){0};
    for (size_t i = 0; i < policy->n_tests; i++) {
        struct trial_result result;

        TRY(trial_run(store, site, &policy->tests[i], now_s, &result));
        if (result.ok) {
            count_out->n_passed++;
            continue;
        }
        count_out->n_failed++;
        blame(source, &policy->tests[i], &result);
    }
    return count_out->n_failed ? STATUS_INVALID : STATUS_OK;
}
