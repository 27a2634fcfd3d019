/* More grants and more level never mean less. */
#include "tests/oracle/estate_random.h"
#include "tests/oracle/properties.h"

static void add_assignment(struct random *random, struct estate *estate,
                           struct admin *admin)
{
    struct assignment *assignment = &admin->assignments[admin->n_assignments];

    if (admin->n_assignments == ASSIGNMENTS_MAX)
        return;
    admin->n_assignments++;
    *assignment = (struct assignment){.from_s = INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < 2; i++) {
        if (estate->n_roles)
            list_add(&assignment->roles,
                     (uint16_t)random_below(random, estate->n_roles));
        if (estate->n_scopes)
            list_add(&assignment->scopes,
                     (uint16_t)random_below(random, estate->n_scopes));
        if (estate->n_collections)
            list_add(&assignment->collections,
                     (uint16_t)random_below(random, estate->n_collections));
    }
}

static void widen_assignment(struct random *random, struct estate *estate,
                             struct assignment *assignment)
{
    switch (random_below(random, 5)) {
    case 0:
        if (estate->n_roles)
            list_add(&assignment->roles,
                     (uint16_t)random_below(random, estate->n_roles));
        break;
    case 1:
        if (estate->n_scopes)
            list_add(&assignment->scopes,
                     (uint16_t)random_below(random, estate->n_scopes));
        break;
    case 2:
        if (estate->n_collections)
            list_add(&assignment->collections,
                     (uint16_t)random_below(random, estate->n_collections));
        break;
    case 3:
        assignment->from_s = INT64_MIN;
        break;
    default:
        assignment->until_s = INT64_MAX;
        break;
    }
}

/* A bit that no row of the role has yet, from no level on. */
static void add_right(struct random *random, struct estate *estate)
{
    struct role *role = &estate->roles[random_below(random, estate->n_roles)];
    const struct rbac_type *type =
        &estate->types[random_below(random, estate->n_types)];
    uint32_t left = type->operations;

    for (size_t i = 0; i < role->n_rights; i++)
        if (role->rights[i].type == type->id)
            left &= ~role->rights[i].operations;
    left &= (uint32_t)random_next(random);
    if (left && role->n_rights < RIGHTS_MAX)
        role->rights[role->n_rights++] =
            (struct rbac_right){type->id, left, AUTH_LEVEL_NONE};
}

static void add_grant(struct random *random, struct trial *trial)
{
    struct estate *estate = &trial->estate;
    struct admin *admin =
        &estate->admins[random_below(random, estate->n_admins)];

    switch (random_below(random, 5)) {
    case 0:
        add_assignment(random, estate, admin);
        break;
    case 1:
        if (estate->n_roles && estate->n_types)
            add_right(random, estate);
        break;
    case 2:
        admin->is_disabled = false;
        list_add(&trial->subjects[random_below(random, trial->n_subjects)],
                 (uint16_t)(admin - estate->admins));
        break;
    default:
        if (admin->n_assignments)
            widen_assignment(
                random, estate,
                &admin
                     ->assignments[random_below(random, admin->n_assignments)]);
        break;
    }
}

bool property_grants_add(struct random *random, const struct trial *trial,
                         struct breach *breach_out)
{
    static struct rbac_decision before[QUESTIONS_MAX], after[QUESTIONS_MAX];
    static struct trial more;

    if (!trial->estate.n_admins || !trial->n_subjects)
        return true;
    more = *trial;
    add_grant(random, &more);
    if (!trial_ask(trial, before, breach_out) ||
        !trial_ask(&more, after, breach_out))
        return false;
    for (size_t i = 0; i < trial->n_questions; i++)
        if (decision_cost(&after[i]) > decision_cost(&before[i]) &&
            !question_is_direct(&more, &trial->questions[i]))
            return breach(breach_out, i, "a grant more took away");
    return true;
}

/* The four answers to one question, from nothing proved up to mfa. */
static bool levels_agree(const struct rbac_decision at[], size_t question,
                         struct breach *breach_out)
{
    for (int level = AUTH_LEVEL_NONE; level <= AUTH_LEVEL_MFA; level++) {
        if (decision_cost(&at[level]) != decision_cost(&at[0]))
            return breach(breach_out, question,
                          "the level required depends on the level (%d)",
                          level);
        if ((at[level].verdict == RBAC_ALLOW) !=
            (decision_cost(&at[level]) <= level))
            return breach(breach_out, question,
                          "allowed below the level required, or not at it "
                          "(%d)",
                          level);
    }
    if (at[0].verdict == RBAC_ALLOW)
        return breach(breach_out, question, "allowed without a sign-in");
    return true;
}

bool property_levels_add(struct random *random, const struct trial *trial,
                         struct breach *breach_out)
{
    static struct rbac_decision answers[AUTH_LEVEL_MFA + 1][QUESTIONS_MAX];
    static struct trial asked;

    (void)random;
    asked = *trial;
    for (int level = AUTH_LEVEL_NONE; level <= AUTH_LEVEL_MFA; level++) {
        for (size_t i = 0; i < asked.n_questions; i++)
            asked.questions[i].level = (enum auth_level)level;
        if (!trial_ask(&asked, answers[level], breach_out))
            return false;
    }
    for (size_t i = 0; i < asked.n_questions; i++) {
        const struct rbac_decision at[] = {answers[0][i], answers[1][i],
                                           answers[2][i], answers[3][i]};

        if (!levels_agree(at, i, breach_out))
            return false;
    }
    return true;
}
