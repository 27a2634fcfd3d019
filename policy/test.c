/*
 * The tests of policy files, each one question to an engine.
 */
#include <stdlib.h>

#include "policy/builtin.h"
#include "policy/check.h"
#include "policy/estate.h"
#include "policy/realm/spelling.h"
#include "policy/set.h"
#include "rbac/explain.h"
#include "rbac/rbac.h"

enum { TEST_ADMINS_MAX = 256, TEST_SCOPES_MAX = 1024 };

struct testing {
    struct policy_set *set;
    const struct policy_facts *facts;
    const struct rbac_engine *engine;
    const struct policy_people *people;
    struct policy_test_count count;
};

/* One test under way. */
struct question {
    const struct policy_test *test;
    const struct rbac_type *type;
    struct rbac_request request;
    uint32_t labels[TEST_SCOPES_MAX];
    bool needs_store; /* names an object only the store knows */
};

static void label_scopes(const struct testing *testing, struct question *asked)
{
    const struct policy_test *test = asked->test;

    for (size_t i = 0; i < test->n_scopes && i < TEST_SCOPES_MAX; i++)
        asked->labels[asked->request.n_labels++] =
            policy_find_scope(testing->engine, test->scopes[i]);
    asked->request.is_type_wide = test->n_scopes == 0;
    asked->needs_store = test->key != NULL && test->n_scopes == 0;
}

static void label_collection(const struct testing *testing,
                             struct question *asked)
{
    const char *key = asked->test->key;

    asked->request.is_type_wide = key == NULL;
    if (!key)
        return;
    asked->needs_store = asked->type->id != RBAC_TYPE_COLLECTION;
    asked->labels[0] = policy_find_collection(testing->engine, key);
    asked->request.n_labels = 1;
}

static void ask(const struct testing *testing, const struct policy_test *test,
                struct question *asked)
{
    *asked = (struct question){.test = test};
    asked->type = rbac_catalog_class(&rbac_catalog, text_of(test->class_name));
    asked->request = (struct rbac_request){
        .type = asked->type->id,
        .operation =
            (uint8_t)rbac_operation_bit(asked->type, text_of(test->operation)),
        .level = test->level ? test->level : AUTH_LEVEL_MFA,
        .now_s = test->at_s != INT64_MIN ? test->at_s : testing->facts->now_s,
    };
    switch (asked->type->securing) {
    case RBAC_BY_ROLE:
        break;
    case RBAC_BY_SCOPE:
        label_scopes(testing, asked);
        break;
    case RBAC_BY_COLLECTION:
        label_collection(testing, asked);
        break;
    }
    asked->request.labels = asked->labels;
}

/* "role Web Deployers in scope Web, from group helpdesk" */
static const char *grant_text(const struct testing *testing,
                              const struct rbac_grant *grant)
{
    const struct rbac_estate *estate = rbac_engine_estate(testing->engine);
    const struct rbac_admin *admin = &estate->admins[grant->admin];
    const bool by_scope = grant->scope != RBAC_NONE;
    const bool by_collection = grant->collection != RBAC_NONE;
    const char *made = arena_format(
        testing->set->arena, "role \"%s\"%s%s%s, assigned to %s \"%s\"",
        estate->roles[grant->role].name,
        by_collection ? " on \""
        : by_scope    ? " in \""
                      : "",
        by_collection ? estate->collections[grant->collection].name
        : by_scope    ? estate->scopes[grant->scope].name
                      : "",
        by_collection || by_scope ? "\"" : "",
        admin->is_group ? "group" : "user", admin->name);

    return made ? made : "";
}

/* The nearest miss may be "a new assignment", which is no grant. */
static bool has_grant(const struct rbac_explanation *why)
{
    return why->n_findings && why->findings[0].grant.admin != RBAC_NONE &&
           why->findings[0].grant.role != RBAC_NONE;
}

static void fail_can(struct testing *testing, const struct question *asked,
                     const struct rbac_explanation *why)
{
    const struct policy_test *test = asked->test;
    const char *near = "";

    if (why->decision.verdict == RBAC_ALLOW_AT_LEVEL)
        near = arena_format(testing->set->arena, " It can at level %s.",
                            auth_level_name(why->decision.level_required));
    else if (has_grant(why))
        near = arena_format(testing->set->arena, " Nearest: %s.",
                            grant_text(testing, &why->findings[0].grant));
    messages_error(&testing->set->messages, test->place,
                   "test failed: %s cannot %s on %s. %s%s", test->user,
                   test->operation, test->class_name,
                   rbac_reason_text(why->decision.reason), near ? near : "");
}

static void fail_cannot(struct testing *testing, const struct question *asked,
                        const struct rbac_explanation *why)
{
    const struct policy_test *test = asked->test;

    messages_error(&testing->set->messages, test->place,
                   "test failed: %s can %s on %s by %s", test->user,
                   test->operation, test->class_name,
                   has_grant(why) ? grant_text(testing, &why->findings[0].grant)
                                  : "a grant");
}

/* Below the site's minimum nobody is served, save who is excluded. */
static bool is_served(const struct testing *testing,
                      const struct question *asked)
{
    return asked->request.level >= testing->set->policy.minimum_level ||
           policy_people_is_excluded(testing->people, asked->test->user,
                                     asked->request.now_s);
}

/* What nobody can sign in as is allowed nothing. */
static bool may_sign_in(const struct testing *testing,
                        const struct question *asked)
{
    return spelling_may_sign_in(&testing->set->policy, testing->set->realms,
                                asked->test->user);
}

static void fail_name(struct testing *testing, const struct question *asked)
{
    const char *user = asked->test->user;

    messages_error(
        &testing->set->messages, asked->test->place,
        "test failed: nobody can sign in as %s: its realm is not listed, and "
        "there is no identity%s",
        user, spelling_hint(testing->set->realms, user, testing->set->arena));
}

static void judge(struct testing *testing, const struct question *asked,
                  const struct rbac_explanation *why)
{
    const bool may = why->decision.verdict == RBAC_ALLOW;

    if (!may_sign_in(testing, asked) && asked->test->can)
        fail_name(testing, asked);
    else if (!may_sign_in(testing, asked))
        testing->count.n_passed++; /* NOLINT(bugprone-branch-clone): in order */
    else if (!is_served(testing, asked) && asked->test->can)
        messages_error(&testing->set->messages, asked->test->place,
                       "test failed: %s signs in at level %s; the minimum is "
                       "%s",
                       asked->test->user, auth_level_name(asked->request.level),
                       auth_level_name(testing->set->policy.minimum_level));
    else if (asked->test->can && !may)
        fail_can(testing, asked, why);
    else if (!asked->test->can && may && is_served(testing, asked))
        fail_cannot(testing, asked, why);
    else
        testing->count.n_passed++;
}

static enum status run(struct testing *testing, const struct policy_test *test)
{
    OWNED(rbac_subject) subject = NULL;
    struct rbac_explanation why;
    struct question asked;
    uint32_t admins[TEST_ADMINS_MAX];
    const size_t n = policy_people_admins(testing->people, test->user, admins,
                                          TEST_ADMINS_MAX);

    ask(testing, test, &asked);
    if (asked.needs_store) {
        testing->count.n_skipped++;
        messages_warn(&testing->set->messages, test->place,
                      "the test names an object of %s and runs only where the "
                      "store is; give \"scopes\" to run it here",
                      test->class_name);
        return STATUS_OK;
    }
    if (n > TEST_ADMINS_MAX)
        return STATUS_LIMIT;
    TRY(rbac_subject_new(testing->engine, admins, n, &subject));
    rbac_explain(subject, &asked.request, &why);
    judge(testing, &asked, &why);
    return STATUS_OK;
}

enum status policy_set_test(struct policy_set *set,
                            const struct policy_facts *facts,
                            struct policy_test_count *count_out)
{
    OWNED(rbac_engine) engine = NULL;
    OWNED(policy_people) people = NULL;
    struct testing testing = {.set = set, .facts = facts};
    struct rbac_problem problem;
    enum status status = policy_engine_build(&set->policy, &engine, &problem);

    if (status == STATUS_INVALID)
        messages_error(&set->messages, (struct policy_place){.file = NULL},
                       "%s", problem.text);
    TRY(status);
    TRY(policy_people_new(&set->policy, &people));
    testing.engine = engine;
    testing.people = people;
    for (size_t i = 0; i < set->policy.n_tests; i++)
        TRY(run(&testing, &set->policy.tests[i]));
    messages_sort(&set->messages);
    testing.count.n_failed =
        set->policy.n_tests - testing.count.n_passed - testing.count.n_skipped;
    *count_out = testing.count;
    return testing.count.n_failed ? STATUS_INVALID : STATUS_OK;
}
