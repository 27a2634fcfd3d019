#include "provider/rollout/trial.h"

#include <stdio.h>
#include <string.h>

#include "policy/builtin.h"
#include "provider/base/mutant.h"
#include "provider/call/call.h"
#include "provider/call/gate.h"
#include "provider/object/naming.h"
#include "provider/object/question.h"

enum { TRIAL_ADMINS_MAX = 1024 };

/* One test as a question. */
struct trial {
    const struct trial_context *context;
    const struct policy_test *test;
    const struct trial_sight *sight; /* NULL: the site's own sight */
    struct object_target target;
    struct question question;
    const char *lacks; /* the object of the test that is not there, or NULL */
};

static void trial_clear(struct trial *trial)
{
    object_target_clear(&trial->target);
}

/* ---- The object ---- */

static uint32_t scope_named(const struct site *site, const char *name)
{
    const struct rbac_estate *estate = rbac_engine_estate(site->engine);

    for (size_t i = 0; i < estate->n_scopes; i++)
        if (text_equal_nocase(text_of(estate->scopes[i].name), text_of(name)))
            return (uint32_t)i;
    return rbac_find_scope(site->engine, text_of(name));
}

/* A hypothetical object in the scopes given. */
static enum status assume(struct trial *trial)
{
    const struct policy_test *test = trial->test;

    trial->target.labels = calloc(test->n_scopes, sizeof(uint32_t));
    if (!trial->target.labels)
        return STATUS_NO_MEMORY;
    trial->question.target = &trial->target;
    for (size_t i = 0; i < test->n_scopes; i++) {
        const uint32_t scope =
            scope_named(trial->context->site, test->scopes[i]);

        if (scope == RBAC_NONE)
            trial->lacks = test->scopes[i];
        else
            trial->target.labels[trial->target.n_labels++] = scope;
    }
    return STATUS_OK;
}

/* By the key that was seen; else by its key or its unique name. */
static enum status read_target(const struct trial *trial,
                               const struct object_class *class,
                               struct object_target *out)
{
    const struct trial_context *context = trial->context;
    const struct trial_sight *sight = trial->sight;
    char key[OBJECT_KEY_MAX_BYTES + 1];

    if (!class || (sight && sight->is_hidden))
        return STATUS_NOT_FOUND;
    if (sight && sight->key[0])
        return object_target_read(context->store, context->site->map, class,
                                  text_of(sight->key), out);
    TRY(object_key_find(context->store, class, text_of(trial->test->key), key));
    return object_target_read(context->store, context->site->map, class,
                              text_of(key), out);
}

static enum status find_object(struct trial *trial)
{
    const struct policy_test *test = trial->test;
    const struct object_class *class =
        object_class_find(text_of(test->class_name));
    const enum status status = read_target(trial, class, &trial->target);

    trial->question.target = &trial->target;
    if (status == STATUS_NOT_FOUND || status == STATUS_CONFLICT) {
        trial->lacks = test->key;
        return STATUS_OK;
    }
    return status;
}

static enum status ask(struct trial *trial)
{
    const struct policy_test *test = trial->test;
    const struct rbac_type *type =
        rbac_catalog_class(&rbac_catalog, text_of(test->class_name));
    const int bit =
        type ? rbac_operation_bit(type, text_of(test->operation)) : -1;

    trial->question.now_s =
        test->at_s != INT64_MIN ? test->at_s : trial->context->now_s;
    trial->question.level = test->level ? test->level : AUTH_LEVEL_MFA;
    if (!type || bit < 0) {
        trial->lacks = type ? test->operation : test->class_name;
        return STATUS_OK;
    }
    trial->question.need = (struct object_need){type->id, (uint8_t)bit};
    if (type->securing == RBAC_BY_SCOPE && test->n_scopes)
        return assume(trial);
    return test->key ? find_object(trial) : STATUS_OK;
}

/* ---- The subject ---- */

static enum status decide(struct trial *trial, struct rbac_decision *out)
{
    const struct site *site = trial->context->site;
    const char *user = trial->test->user;
    struct question *q = &trial->question;
    struct gate_person person = {.user = user};
    OWNED(rbac_subject) subject = NULL;
    uint32_t admins[TRIAL_ADMINS_MAX];
    uint32_t own;
    const size_t n = site_admins_of(site, (struct site_member){.user = user},
                                    admins, ARRAY_SIZE(admins), &own);

    if (n > ARRAY_SIZE(admins))
        return STATUS_LIMIT;
    TRY(rbac_subject_new(site->engine, admins, n, &subject));
    person.subject = q->subject = subject;
    if (q->level < site->minimum_level &&
        !gate_exclusion(site, &person, q->now_s))
        q->minimum = site->minimum_level;
    *out = question_decide(q);
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

/* What nobody can sign in as is allowed nothing. */
static void say_nobody(const struct trial_context *context,
                       const struct policy_test *test,
                       struct trial_result *result)
{
    SCOPED(buf_free) struct buf why = buf_make(sizeof(result->sentence) - 1);

    naming_write_why(context->realms, test->user, &why);
    result->ok = !test->can;
    snprintf(result->sentence, sizeof(result->sentence), "%.*s",
             (int)buf_text(&why).size, buf_text(&why).data);
}

/* ---- What the caller sees ---- */

struct looking {
    const struct call *call;
    const struct object_class *class;
};

/* May the caller read it? */
static enum status may_see(void *context, struct text key, bool *may_out)
{
    const struct looking *looking = context;
    const struct call *call = looking->call;
    SCOPED(object_target_clear) struct object_target target = {0};

    TRY(object_target_read(call->ground->store,
                           call->ground->generation->site->map, looking->class,
                           key, &target));
    *may_out = gate_may_read(call, looking->class, &target) ||
               MUTANT("a10-several-are-named");
    return STATUS_OK;
}

enum status trial_look(const struct call *call, const struct policy_test *test,
                       struct trial_sight *sight_out)
{
    struct looking looking = {call, NULL};
    enum status status;
    size_t n_hidden;

    *sight_out = (struct trial_sight){0};
    looking.class = object_class_find(text_of(test->class_name));
    if (!looking.class || !test->key)
        return STATUS_OK;
    status = object_key_find_among(
        call->ground->store, looking.class, text_of(test->key),
        (struct object_acceptance){may_see, &looking}, sight_out->key,
        &n_hidden);
    /* The caller may read several: treated as none, like hidden ones. */
    sight_out->is_hidden = status == STATUS_CONFLICT ||
                           (status == STATUS_NOT_FOUND && n_hidden > 0);
    return status == STATUS_NOT_FOUND || status == STATUS_CONFLICT ? STATUS_OK
                                                                   : status;
}

enum status trial_run(const struct trial_context *context,
                      const struct policy_test *test,
                      const struct trial_sight *sight,
                      struct trial_result *result_out)
{
    SCOPED(trial_clear)
    struct trial trial = {.context = context, .test = test, .sight = sight};
    struct rbac_decision decision;

    TRY(ask(&trial));
    if (trial.lacks) {
        result_out->ok = false;
        snprintf(result_out->sentence, sizeof(result_out->sentence),
                 "The test names %.256s, and there is none, or several.",
                 trial.lacks);
        return STATUS_OK;
    }
    if (!naming_may_sign_in(context->site, context->realms, test->user)) {
        say_nobody(context, test, result_out);
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

enum status trial_run_source(const struct trial_context *context,
                             struct source *source,
                             const struct trial_sight *sights,
                             struct trial_count *count_out)
{
    const struct policy *policy = source->policy;

    *count_out = (struct trial_count){0};
    for (size_t i = 0; i < policy->n_tests; i++) {
        struct trial_result result;

        TRY(trial_run(context, &policy->tests[i], sights ? &sights[i] : NULL,
                      &result));
        if (result.ok) {
            count_out->n_passed++;
            continue;
        }
        count_out->n_failed++;
        blame(source, &policy->tests[i], &result);
    }
    return count_out->n_failed ? STATUS_INVALID : STATUS_OK;
}
