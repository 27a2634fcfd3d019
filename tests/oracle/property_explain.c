/* Explanations: the grants named allow by themselves, the changes help. */
#include <string.h>

#include "provider/base/own.h"
#include "rbac/explain.h"
#include "tests/oracle/properties.h"

/* The answer to the trial's first question. */
static bool ask_one(const struct trial *trial, struct rbac_decision *answer_out,
                    struct breach *breach_out)
{
    struct trial *one = malloc(sizeof(*one));
    struct rbac_decision answers[QUESTIONS_MAX];
    bool is_asked;

    if (!one)
        return breach(breach_out, 0, "no memory");
    *one = *trial;
    one->n_questions = 1;
    is_asked = trial_ask(one, answers, breach_out);
    *answer_out = answers[0];
    free(one);
    return is_asked;
}

static void list_only(struct list *list, uint32_t index)
{
    list->n = 0;
    if (index != RBAC_NONE)
        list_add(list, (uint16_t)index);
}

/* Nothing is left of the estate's grants but this one. */
static bool keep_grant(struct trial *trial, const struct rbac_grant *grant)
{
    struct estate *estate = &trial->estate;

    if (grant->admin >= estate->n_admins ||
        grant->assignment >= estate->admins[grant->admin].n_assignments ||
        grant->role >= estate->n_roles)
        return false;
    for (size_t i = 0; i < estate->n_admins; i++)
        if (i != grant->admin)
            estate->admins[i].n_assignments = 0;
    struct admin *admin = &estate->admins[grant->admin];
    admin->assignments[0] = admin->assignments[grant->assignment];
    admin->n_assignments = 1;
    list_only(&admin->assignments[0].roles, grant->role);
    list_only(&admin->assignments[0].scopes, grant->scope);
    list_only(&admin->assignments[0].collections, grant->collection);
    return true;
}

/* A role of its own with just the operation, given here to the admin. */
static bool add_assignment(struct trial *trial, const struct rbac_finding *f)
{
    const struct question *question = &trial->questions[0];
    struct estate *estate = &trial->estate;
    struct admin *admin = &estate->admins[f->grant.admin];
    const struct rbac_type *type = estate_type(estate, question->type);
    struct assignment given = {.from_s = INT64_MIN, INT64_MAX};

    if (estate->n_roles == ROLES_MAX || admin->n_assignments == ASSIGNMENTS_MAX)
        return false;
    estate->roles[estate->n_roles] = (struct role){
        .rights = {{type->id, 1U << question->operation, AUTH_LEVEL_NONE}},
        .n_rights = 1,
    };
    list_add(&given.roles, (uint16_t)estate->n_roles++);
    if (f->change_category != RBAC_NONE)
        list_add(type->securing == RBAC_BY_COLLECTION ? &given.collections
                                                      : &given.scopes,
                 (uint16_t)f->change_category);
    admin->assignments[admin->n_assignments++] = given;
    return true;
}

static bool add_operation(struct trial *trial, const struct rbac_finding *f)
{
    if (f->grant.role >= trial->estate.n_roles)
        return false;
    struct role *role = &trial->estate.roles[f->grant.role];

    if (role->n_rights == RIGHTS_MAX)
        return false;
    role->rights[role->n_rights++] = (struct rbac_right){
        trial->questions[0].type, 1U << trial->questions[0].operation,
        AUTH_LEVEL_NONE};
    return true;
}

/* Makes the change that the finding names; false: no room to make it here. */
static bool change_make(struct trial *trial, const struct rbac_finding *f)
{
    struct admin *admin = &trial->estate.admins[f->grant.admin];
    struct assignment *at = f->grant.assignment < admin->n_assignments
                                ? &admin->assignments[f->grant.assignment]
                                : NULL;

    if (!at && f->change != RBAC_CHANGE_ADD_ASSIGNMENT &&
        f->change != RBAC_CHANGE_ADD_OPERATION &&
        f->change != RBAC_CHANGE_SIGN_IN_AT)
        return false;
    switch (f->change) {
    case RBAC_CHANGE_NONE:
        return false;
    case RBAC_CHANGE_ADD_OPERATION:
        return add_operation(trial, f);
    case RBAC_CHANGE_ADD_SCOPE:
        list_add(&at->scopes, (uint16_t)f->change_category);
        return list_has(&at->scopes, (uint16_t)f->change_category);
    case RBAC_CHANGE_ADD_COLLECTION:
        list_add(&at->collections, (uint16_t)f->change_category);
        return list_has(&at->collections, (uint16_t)f->change_category);
    case RBAC_CHANGE_SIGN_IN_AT:
        trial->questions[0].level = f->level_required;
        return true;
    case RBAC_CHANGE_EXTEND_TIME:
        at->from_s = INT64_MIN;
        at->until_s = INT64_MAX;
        return true;
    case RBAC_CHANGE_ADD_ASSIGNMENT:
        return add_assignment(trial, f);
    case RBAC_CHANGE_REMOVE_COLLECTION:
        list_remove(&at->collections, (uint16_t)f->change_category);
        return true;
    }
    return false;
}

/* The trial with the i-th question as its only one. */
static void cut_to(const struct trial *trial, size_t i, struct trial *one)
{
    *one = *trial;
    one->questions[0] = trial->questions[i];
    one->n_questions = 1;
}

static bool allow_is_true(const struct trial *trial, size_t i,
                          const struct rbac_finding *f,
                          struct breach *breach_out)
{
    static struct trial one;
    struct rbac_decision answer;

    cut_to(trial, i, &one);
    if (!keep_grant(&one, &f->grant))
        return breach(breach_out, i, "names a grant that is not there");
    if (!ask_one(&one, &answer, breach_out))
        return false;
    if (answer.verdict != RBAC_ALLOW ||
        answer.level_required != f->level_required)
        return breach(breach_out, i,
                      "the grant A%u/%u R%u S%d C%d does not allow alone (%s)",
                      f->grant.admin, f->grant.assignment, f->grant.role,
                      (int)f->grant.scope, (int)f->grant.collection,
                      rbac_reason_name(answer.reason));
    return true;
}

static bool change_helps(const struct trial *trial, size_t i,
                         const struct rbac_finding *f,
                         struct breach *breach_out)
{
    static struct trial one;
    struct rbac_decision answer;

    cut_to(trial, i, &one);
    if (f->grant.admin == RBAC_NONE && f->reason == RBAC_NO_ADMINISTRATOR)
        return true; /* there is nobody yet to change */
    if (f->grant.admin >= one.estate.n_admins)
        return breach(breach_out, i, "%s for %s names no administrator",
                      rbac_change_name(f->change), rbac_reason_name(f->reason));
    if (!change_make(&one, f))
        return true;
    if (!ask_one(&one, &answer, breach_out))
        return false;
    if (answer.verdict != RBAC_ALLOW)
        return breach(
            breach_out, i,
            "%s (A%u/%d R%d S%d C%d, category %d, level %d; it missed by %s) "
            "does not allow: %s",
            rbac_change_name(f->change), f->grant.admin,
            (int)f->grant.assignment, (int)f->grant.role, (int)f->grant.scope,
            (int)f->grant.collection, (int)f->change_category,
            (int)f->level_required, rbac_reason_name(f->reason),
            rbac_reason_name(answer.reason));
    return true;
}

static bool explanation_is_true(const struct trial *trial, size_t i,
                                const struct rbac_decision *answer,
                                const struct rbac_explanation *said,
                                struct breach *breach_out)
{
    if (said->decision.verdict != answer->verdict ||
        said->decision.reason != answer->reason ||
        said->decision.level_required != answer->level_required)
        return breach(breach_out, i, "explains %s where check says %s",
                      rbac_reason_name(said->decision.reason),
                      rbac_reason_name(answer->reason));
    if (answer->verdict == RBAC_ALLOW && !said->n_findings)
        return breach(breach_out, i, "allows without a grant");
    if (said->n_findings > RBAC_FINDINGS_MAX)
        return breach(breach_out, i, "too many findings");
    for (size_t k = 0; k < said->n_findings; k++) {
        const struct rbac_finding *f = &said->findings[k];

        if ((answer->verdict == RBAC_ALLOW) != (f->reason == RBAC_ALLOWED))
            return breach(breach_out, i, "a finding says %s where it is %s",
                          rbac_reason_name(f->reason),
                          rbac_reason_name(answer->reason));
        if (!(f->reason == RBAC_ALLOWED
                  ? allow_is_true(trial, i, f, breach_out)
                  : change_helps(trial, i, f, breach_out)))
            return false;
    }
    return true;
}

static void question_explain(const struct question *question,
                             const struct rbac_subject *subject,
                             struct rbac_explanation *said_out)
{
    uint32_t labels[LIST_MAX];
    struct rbac_request request = question_request(question, labels);

    rbac_explain(subject, &request, said_out);
}

bool property_explain(struct random *random, const struct trial *trial,
                      struct breach *breach_out)
{
    static struct rbac_decision answers[QUESTIONS_MAX];
    static struct rbac_explanation said[QUESTIONS_MAX];
    SCOPED(stand_drop) struct stand stand = {0};
    struct rbac_problem problem = {""};

    (void)random;
    if (!trial_ask(trial, answers, breach_out))
        return false;
    if (stand_make(&trial->estate, &stand, &problem) != STATUS_OK)
        return breach(breach_out, 0, "does not build: %s", problem.text);
    for (size_t i = 0; i < trial->n_questions; i++) {
        const struct question *question = &trial->questions[i];
        OWNED(rbac_subject) subject = NULL;

        if (list_subject(&trial->subjects[question->subject], stand.engine,
                         question->now_s, &subject) != STATUS_OK)
            return breach(breach_out, i, "no subject");
        question_explain(question, subject, &said[i]);
        if (!explanation_is_true(trial, i, &answers[i], &said[i], breach_out))
            return false;
    }
    return true;
}
