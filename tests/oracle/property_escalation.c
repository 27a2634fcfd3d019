/* Nobody but full administrators gains anything by administering. */
#include <string.h>

#include "provider/base/own.h"
#include "rbac/administer.h"
#include "tests/oracle/estate_random.h"
#include "tests/oracle/properties.h"

enum {
    ACTS_MAX = 4,
    WALKS = 8,
    TRIES = 12, /* proposals until one is allowed */
    TIMES = 6,  /* from now on: what was is not handed out */
    LABELS_MAX = 8,
};

/* The cost of every operation on every label at every time. */
struct reach {
    uint8_t cost[TIMES][TYPES_MAX][RBAC_OPERATIONS_MAX][LABELS_MAX];
};

static size_t labels_of(const struct estate *estate,
                        const struct rbac_type *type)
{
    const size_t n = type->securing == RBAC_BY_SCOPE ? estate->n_scopes
                     : type->securing == RBAC_BY_COLLECTION
                         ? estate->n_collections
                         : 1;

    return n < LABELS_MAX ? n : LABELS_MAX;
}

static void reach_type(const struct estate *estate, size_t t,
                       const struct rbac_subject *subject,
                       struct reach *reach_out)
{
    const struct rbac_type *type = &estate->types[t];
    struct question question = {.type = type->id, .level = AUTH_LEVEL_MFA};

    for (size_t at = 0; at < TIMES; at++)
        for (uint8_t bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
            for (size_t i = 0; i < labels_of(estate, type); i++) {
                struct rbac_decision answer;

                if (!(type->operations >> bit & 1))
                    continue;
                question.operation = bit;
                question.now_s = NOON_S + (int64_t)at;
                question.labels = (struct list){{(uint16_t)i}, 1};
                if (type->securing == RBAC_BY_ROLE)
                    question.labels.n = 0;
                answer = question_check(&question, subject);
                reach_out->cost[at][t][bit][i] =
                    (uint8_t)decision_cost(&answer);
            }
}

/* What a caller of these records reaches; false: the estate does not build. */
static bool reach_of(const struct estate *estate, const struct list *admins,
                     struct reach *reach_out)
{
    SCOPED(stand_drop) struct stand stand = {0};
    OWNED(rbac_subject) subject = NULL;
    struct rbac_problem problem;

    if (stand_make(estate, &stand, &problem) != STATUS_OK ||
        list_subject(admins, stand.engine, NOON_S, &subject) != STATUS_OK)
        return false;
    memset(reach_out, 0, sizeof(*reach_out));
    for (size_t t = 0; t < estate->n_types; t++)
        reach_type(estate, t, subject, reach_out);
    return true;
}

/* The actor, the estate, and their acts so far. */
struct walk {
    struct trial now;
    struct list made; /* records that the caller made */
    enum auth_level level;
    char *done; /* a stream's text */
    FILE *log;
};

/* A proposal: the estate after it, and what it touched. */
struct proposal {
    struct estate after;
    enum act { ACT_MAKE, ACT_CHANGE, ACT_REMOVE, ACT_ROLE, ACT_RELIMIT } act;
    uint16_t which;
    uint16_t limiting;
};

static void propose_admin(struct random *random, struct estate *after,
                          uint16_t which)
{
    struct admin *admin = &after->admins[which];
    const size_t n = admin->n_assignments;
    const size_t k = n ? random_below(random, n) : 0;

    switch (random_below(random, 4)) {
    case 0:
        if (n) {
            memmove(&admin->assignments[k], &admin->assignments[k + 1],
                    (n - k - 1) * sizeof(admin->assignments[0]));
            admin->n_assignments--;
        }
        break;
    case 1:
        if (n) {
            struct assignment *at = &admin->assignments[k];

            if (at->collections.n)
                list_remove(&at->collections,
                            at->collections
                                .at[random_below(random, at->collections.n)]);
        }
        break;
    case 2:
        if (n)
            assignment_secured(random, after, &admin->assignments[k]);
        break;
    default:
        if (n < ASSIGNMENTS_MAX)
            assignment_secured(random, after,
                               &admin->assignments[admin->n_assignments++]);
        break;
    }
    if (random_chance(random, 10))
        admin->is_disabled = !admin->is_disabled;
}

static void propose_role(struct random *random, struct role *role,
                         const struct estate *estate)
{
    const struct rbac_type *type =
        &estate->types[random_below(random, estate->n_types)];
    const uint32_t bit = 1U << random_below(random, RBAC_OPERATIONS_MAX);
    struct rbac_right *right = NULL;

    if (random_chance(random, 15))
        role->level = AUTH_LEVEL_NONE;
    for (size_t i = 0; i < role->n_rights; i++)
        if (role->rights[i].type == type->id)
            right = &role->rights[i];
    if (!right && role->n_rights < RIGHTS_MAX) {
        right = &role->rights[role->n_rights++];
        *right = (struct rbac_right){type->id, type->operations & 7,
                                     AUTH_LEVEL_NONE};
    } else if (right && random_chance(random, 25)) {
        right->level = AUTH_LEVEL_NONE;
    } else if (right && type->operations & bit) {
        right->operations ^= bit;
        if (!right->operations)
            right->operations = bit;
    }
}

static void propose(struct random *random, const struct estate *estate,
                    struct proposal *out)
{
    struct estate *after = &out->after;
    const size_t dice = random_below(random, 100);

    *after = *estate;
    if (dice < 25 && after->n_admins < ADMINS_MAX) {
        out->act = ACT_MAKE;
        out->which = (uint16_t)after->n_admins++;
        after->admins[out->which] = (struct admin){.n_assignments = 1};
        assignment_secured(random, after,
                           &after->admins[out->which].assignments[0]);
    } else if (dice < 60) {
        out->act = ACT_CHANGE;
        out->which = (uint16_t)random_below(random, after->n_admins);
        propose_admin(random, after, out->which);
    } else if (dice < 65) {
        out->act = ACT_REMOVE;
        out->which = (uint16_t)random_below(random, after->n_admins);
        after->admins[out->which].is_disabled = true;
        after->admins[out->which].n_assignments = 0;
    } else if (dice < 85) {
        out->act = ACT_ROLE;
        out->which = (uint16_t)random_below(random, after->n_roles);
        propose_role(random, &after->roles[out->which], after);
    } else {
        out->act = ACT_RELIMIT;
        out->which = (uint16_t)random_below(random, after->n_collections);
        out->limiting = (uint16_t)random_below(random, after->n_collections);
        after->limiting[out->which] = out->limiting;
    }
}

/* May the caller do the operation on the type, or on that collection? */
static bool gate_allows(const struct rbac_subject *subject, uint16_t type,
                        uint8_t operation, const uint16_t *collection,
                        enum auth_level level)
{
    struct question question = {
        .type = type,
        .operation = operation,
        .level = level,
        .now_s = NOON_S,
    };

    if (collection)
        list_add(&question.labels, *collection);
    return question_check(&question, subject).verdict == RBAC_ALLOW;
}

static bool guard_allows(const struct proposal *p,
                         const struct rbac_subject *subject,
                         const struct rbac_estate *after, enum auth_level level)
{
    struct rbac_decision said = {0};

    switch (p->act) {
    case ACT_MAKE:
        said = rbac_check_hand_out(
            subject, &after->admins[p->which].assignments[0], level, NOON_S);
        return gate_allows(subject, RBAC_TYPE_ADMIN, RBAC_OP_CREATE, NULL,
                           level) &&
               said.verdict == RBAC_ALLOW;
    case ACT_CHANGE:
        said = rbac_check_admin_change(subject, p->which,
                                       &after->admins[p->which], level, NOON_S);
        return gate_allows(subject, RBAC_TYPE_ADMIN, RBAC_OP_MODIFY, NULL,
                           level) &&
               said.verdict == RBAC_ALLOW;
    case ACT_REMOVE:
        said = rbac_check_admin_change(subject, p->which, NULL, level, NOON_S);
        return gate_allows(subject, RBAC_TYPE_ADMIN, RBAC_OP_DELETE, NULL,
                           level) &&
               said.verdict == RBAC_ALLOW;
    case ACT_ROLE:
        said = rbac_check_role_change(subject, &after->roles[p->which],
                                      p->which, level, NOON_S);
        return gate_allows(subject, RBAC_TYPE_ROLE, RBAC_OP_MODIFY, NULL,
                           level) &&
               said.verdict == RBAC_ALLOW;
    case ACT_RELIMIT:
        said =
            rbac_check_relimit(subject, p->which, p->limiting, level, NOON_S);
        return gate_allows(subject, RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY,
                           &p->which, level) &&
               gate_allows(subject, RBAC_TYPE_COLLECTION, RBAC_OP_READ,
                           &p->limiting, level) &&
               said.verdict == RBAC_ALLOW;
    }
    return false;
}

static void log_act(const struct walk *walk, const struct proposal *p)
{
    static const char *const names[] = {"makes", "changes", "removes",
                                        "changes", "limits"};

    fprintf(walk->log, "  at level %s %s ", auth_level_name(walk->level),
            names[p->act]);
    if (p->act == ACT_ROLE)
        role_print(p->which, &p->after.roles[p->which], walk->log);
    else if (p->act == ACT_RELIMIT)
        fprintf(walk->log, "C%u by C%u\n", p->which, p->limiting);
    else
        admin_print(p->which, &p->after.admins[p->which], walk->log);
}

/* One act, if the guards allow any of some proposals. */
static bool walk_step(struct random *random, struct walk *walk)
{
    static struct proposal p;
    SCOPED(stand_drop) struct stand stand = {0};
    OWNED(rbac_subject) subject = NULL;
    struct rbac_problem problem;

    if (stand_make(&walk->now.estate, &stand, &problem) != STATUS_OK ||
        list_subject(&walk->now.subjects[0], stand.engine, NOON_S, &subject) !=
            STATUS_OK ||
        rbac_is_full_administrator(subject, NOON_S))
        return false;
    for (int tries = 0; tries < TRIES; tries++) {
        SCOPED(built_drop) struct built built = {0};
        SCOPED(stand_drop) struct stand then = {0};

        walk->level = (enum auth_level)(1 + random_below(random, 3));
        propose(random, &walk->now.estate, &p);
        if (built_make(&p.after, &built) != STATUS_OK)
            return false;
        if (stand_make(&p.after, &then, &problem) != STATUS_OK)
            continue; /* a circle: no such estate comes to be */
        if (!guard_allows(&p, subject, &built.estate, walk->level))
            continue;
        log_act(walk, &p);
        if (p.act == ACT_MAKE)
            list_add(&walk->made, p.which);
        walk->now.estate = p.after;
        return true;
    }
    return false;
}

static bool gained(const struct walk *walk, const struct list *admins,
                   const struct reach *before, struct breach *breach_out)
{
    static struct reach after;
    const struct estate *estate = &walk->now.estate;

    if (!reach_of(&walk->now.estate, admins, &after)) {
        breach(breach_out, 0, "an allowed act leaves no good estate\n%s",
               walk->done);
        return true;
    }
    for (size_t at = 0; at < TIMES; at++)
        for (size_t t = 0; t < estate->n_types; t++)
            for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
                for (size_t i = 0; i < LABELS_MAX; i++)
                    if (after.cost[at][t][bit][i] <
                        before->cost[at][t][bit][i]) {
                        breach(breach_out, 0,
                               "A%u gains bit %d on type %u label #%zu at "
                               "%zu (from level %u, before %u)\n%s",
                               admins->at[0], bit, estate->types[t].id, i,
                               NOON_S + at, after.cost[at][t][bit][i],
                               before->cost[at][t][bit][i], walk->done);
                        return true;
                    }
    return false;
}

static bool walk_gains(struct random *random, const struct trial *trial,
                       const struct reach *before, struct breach *breach_out)
{
    static struct walk walk;
    size_t size;
    bool is_gain = false;

    walk = (struct walk){.now = *trial};
    walk.log = open_memstream(&walk.done, &size);
    for (int act = 0; act < ACTS_MAX && !is_gain; act++) {
        if (!walk_step(random, &walk))
            break;
        fflush(walk.log);
        is_gain = gained(&walk, &trial->subjects[0], before, breach_out);
        for (size_t i = 0; i < walk.made.n && !is_gain; i++) {
            const struct list made = {{walk.made.at[i]}, 1};

            is_gain = gained(&walk, &made, before, breach_out);
        }
    }
    fclose(walk.log);
    free(walk.done);
    return is_gain;
}

bool property_escalation(struct random *random, const struct trial *trial,
                         struct breach *breach_out)
{
    static struct reach before;

    if (!trial->subjects[0].n || trial->estate.n_roles < 2 ||
        !trial->estate.n_collections || !trial->estate.n_types ||
        list_has(&trial->subjects[0], 0) ||
        !reach_of(&trial->estate, &trial->subjects[0], &before))
        return true;
    for (int walks = 0; walks < WALKS; walks++)
        if (walk_gains(random, trial, &before, breach_out))
            return false;
    return true;
}
