/* Scopes of new objects, changed scopes, and what may be handed out. */
#include <string.h>

#include "provider/base/own.h"
#include "rbac/administer.h"
#include "tests/oracle/estate_random.h"
#include "tests/oracle/properties.h"

enum { SCOPES_ASKED = SCOPES_MAX };

/* A set of the estate's scopes. */
struct scopes {
    bool has[SCOPES_ASKED];
};

/* From which level on the role does any of the operations; 100: never. */
static int role_cost(const struct estate *estate, const struct role *role,
                     const struct rbac_type *type, uint32_t operations)
{
    const uint32_t *implies = estate->implies[type - estate->types];
    uint32_t said = 0;
    int cost = 100;

    for (size_t i = 0; i < role->n_rights; i++)
        if (role->rights[i].type == type->id)
            said |= role->rights[i].operations;
    for (size_t i = 0; i < role->n_rights; i++) {
        const struct rbac_right *right = &role->rights[i];
        uint32_t held = right->operations;
        int level = (int)right->level;

        for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
            if (right->operations >> bit & 1)
                held |= implies[bit] & ~said;
        if (level < (int)role->level)
            level = (int)role->level;
        if (level < AUTH_LEVEL_DOMAIN)
            level = AUTH_LEVEL_DOMAIN;
        if (right->type == type->id && held & operations && level < cost)
            cost = level;
    }
    return cost;
}

/* The scopes that the caller's roles with an operation are paired with. */
static struct scopes scopes_of(const struct trial *trial,
                               const struct question *question,
                               uint32_t operations)
{
    const struct estate *estate = &trial->estate;
    const struct rbac_type *type = estate_type(estate, question->type);
    const struct list *admins = &trial->subjects[question->subject];
    struct scopes scopes = {{false}};

    for (size_t i = 0; i < admins->n; i++) {
        const struct admin *admin = &estate->admins[admins->at[i]];

        for (size_t k = 0; k < admin->n_assignments; k++) {
            const struct assignment *at = &admin->assignments[k];

            if (admin->is_disabled || !assignment_holds(at, question->now_s))
                continue;
            for (size_t r = 0; r < at->roles.n; r++)
                if (role_cost(estate, &estate->roles[at->roles.at[r]], type,
                              operations) <= (int)question->level)
                    for (size_t s = 0; s < at->scopes.n; s++)
                        scopes.has[at->scopes.at[s]] = true;
        }
    }
    return scopes;
}

/* The scopes of a new object (R8.2, R8.3). */
static bool creation_agrees(const struct trial *trial, size_t i,
                            const struct rbac_subject *subject,
                            struct breach *breach_out)
{
    const struct estate *estate = &trial->estate;
    struct question create = trial->questions[i];
    uint32_t none[LIST_MAX], got[SCOPES_ASKED];
    struct rbac_request request;
    struct scopes want;
    size_t n, at = 0;

    create.operation = RBAC_OP_CREATE;
    create.is_type_wide = true;
    create.labels.n = 0;
    request = question_request(&create, none);
    if (rbac_check(subject, &request).verdict != RBAC_ALLOW)
        return true;
    want = scopes_of(trial, &create,
                     1U << RBAC_OP_CREATE | 1U << RBAC_OP_SET_SCOPE);
    if (want.has[estate->all_scope]) {
        want.has[estate->all_scope] = false;
        if (estate->n_scopes > 1)
            want.has[estate->default_scope] = true;
    }
    n = rbac_creation_scopes(subject, &request, got, SCOPES_ASKED);
    for (uint32_t s = 0; s < estate->n_scopes; s++) {
        const bool has = at < n && got[at] == s;

        at += has;
        if (has != want.has[s])
            return breach(breach_out, i, "a new object %s scope S%u",
                          has ? "wrongly gets" : "misses", s);
    }
    return at == n || breach(breach_out, i, "creation scopes out of order");
}

/* R8.5 to R8.7: may before become after? */
static bool may_change(const struct trial *trial,
                       const struct question *set_scope,
                       const struct rbac_subject *subject,
                       const struct list *after)
{
    const struct list *before = &set_scope->labels;
    const struct scopes mine =
        scopes_of(trial, set_scope, 1U << RBAC_OP_SET_SCOPE);
    const bool has_all = mine.has[trial->estate.all_scope];

    if (!after->n || list_has(after, trial->estate.all_scope) ||
        question_check(set_scope, subject).verdict != RBAC_ALLOW)
        return false;
    for (uint16_t s = 0; s < trial->estate.n_scopes; s++)
        if (list_has(before, s) != list_has(after, s) && !mine.has[s] &&
            !has_all)
            return false;
    return true;
}

static bool change_agrees(struct random *random, const struct trial *trial,
                          size_t i, const struct rbac_subject *subject,
                          struct breach *breach_out)
{
    const struct estate *estate = &trial->estate;
    struct question set_scope = trial->questions[i];
    uint32_t labels[LIST_MAX], wanted[LIST_MAX];
    struct rbac_request request;
    struct list after;

    set_scope.operation = RBAC_OP_SET_SCOPE;
    set_scope.is_type_wide = false;
    list_remove(&set_scope.labels, estate->all_scope);
    after = set_scope.labels;
    for (size_t k = 0; k < after.n; k++)
        if (after.at[k] >= estate->n_scopes)
            return true; /* labels of another kind */
    if (after.n && random_chance(random, 50))
        list_remove(&after, after.at[random_below(random, after.n)]);
    for (int adds = 0; adds < 2 && random_chance(random, 60); adds++)
        list_add(&after, (uint16_t)random_below(random, estate->n_scopes));
    for (size_t k = 0; k < after.n; k++)
        wanted[k] = after.at[k];
    request = question_request(&set_scope, labels);

    const struct rbac_decision said =
        rbac_check_scopes(subject, &request, wanted, after.n);
    const bool may = may_change(trial, &set_scope, subject, &after);
    if ((said.verdict == RBAC_ALLOW) != may)
        return breach(breach_out, i,
                      "changing its scopes to %u, the first #%u: %s", after.n,
                      after.n ? after.at[0] : 0, rbac_reason_name(said.reason));
    return true;
}

bool property_scopes(struct random *random, const struct trial *trial,
                     struct breach *breach_out)
{
    SCOPED(stand_drop) struct stand stand = {0};
    struct rbac_problem problem = {""};

    if (!trial->estate.n_scopes)
        return true;
    if (stand_make(&trial->estate, &stand, &problem) != STATUS_OK)
        return breach(breach_out, 0, "does not build: %s", problem.text);
    for (size_t i = 0; i < trial->n_questions; i++) {
        const struct question *question = &trial->questions[i];
        const struct rbac_type *type =
            estate_type(&trial->estate, question->type);
        OWNED(rbac_subject) subject = NULL;

        if (!type || type->securing != RBAC_BY_SCOPE ||
            type->type_wide >> RBAC_OP_SET_SCOPE & 1)
            continue;
        if (list_subject(&trial->subjects[question->subject], stand.engine,
                         question->now_s, &subject) != STATUS_OK)
            return breach(breach_out, i, "no subject");
        if (!creation_agrees(trial, i, subject, breach_out) ||
            !change_agrees(random, trial, i, subject, breach_out))
            return false;
    }
    return true;
}

/* Does the assignment hold a role that may change administrators? */
static bool may_administer(const struct estate *estate,
                           const struct assignment *assignment)
{
    const struct rbac_type *type = estate_type(estate, RBAC_TYPE_ADMIN);

    if (!type || !assignment->scopes.n) /* nothing without a scope (R7.2.5) */
        return false;
    for (size_t i = 0; i < assignment->roles.n; i++)
        if (role_cost(estate, &estate->roles[assignment->roles.at[i]], type,
                      1U << RBAC_OP_MODIFY | 1U << RBAC_OP_CREATE) < 100)
            return true;
    return false;
}

/* Does it grant what a direct assignment blocks? Then it is not all held. */
static bool may_be_blocked(const struct estate *estate,
                           const struct assignment *assignment)
{
    for (size_t i = 0; i < assignment->roles.n; i++)
        for (size_t t = 0; t < estate->n_types; t++)
            if (role_cost(estate, &estate->roles[assignment->roles.at[i]],
                          &estate->types[t],
                          estate->types[t].blocked_direct) < 100)
                return true;
    return false;
}

bool property_hand_out(struct random *random, const struct trial *trial,
                       struct breach *breach_out)
{
    SCOPED(stand_drop) struct stand stand = {0};
    OWNED(rbac_subject) subject = NULL;
    struct rbac_problem problem = {""};
    const struct list *admins = &trial->subjects[0];

    (void)random;
    if (stand_make(&trial->estate, &stand, &problem) != STATUS_OK ||
        list_subject(admins, stand.engine, NOON_S, &subject) != STATUS_OK)
        return breach(breach_out, 0, "does not build: %s", problem.text);
    for (size_t i = 0; i < admins->n; i++) {
        const size_t a = admins->at[i];
        const struct admin *admin = &trial->estate.admins[a];

        for (size_t k = 0; k < admin->n_assignments; k++) {
            const struct assignment *own = &admin->assignments[k];
            struct rbac_decision said;

            if (admin->is_disabled || !assignment_holds(own, NOON_S) ||
                !may_administer(&trial->estate, own) ||
                may_be_blocked(&trial->estate, own))
                continue;
            said = rbac_check_hand_out(
                subject, &stand.built.estate.admins[a].assignments[k],
                AUTH_LEVEL_MFA, NOON_S);
            if (said.verdict != RBAC_ALLOW)
                return breach(breach_out, 0,
                              "A%zu may not hand out assignment %zu: %s", a, k,
                              rbac_reason_name(said.reason));
        }
    }
    return true;
}
