/* Questions, most of them aimed at something that a caller nearly has. */
#include "tests/oracle/estate_random.h"

/* A grant to aim at; any part may be missing. */
struct aim {
    const struct assignment *assignment;
    const struct rbac_right *right;
};

static struct aim aim_random(struct random *random, const struct trial *trial,
                             uint16_t subject)
{
    const struct estate *estate = &trial->estate;
    const struct list *admins = &trial->subjects[subject];
    struct aim aim = {0};

    if (!admins->n)
        return aim;
    const struct admin *admin =
        &estate->admins[admins->at[random_below(random, admins->n)]];
    if (!admin->n_assignments)
        return aim;
    aim.assignment =
        &admin->assignments[random_below(random, admin->n_assignments)];
    if (!aim.assignment->roles.n)
        return aim;
    const struct role *role =
        &estate->roles[aim.assignment->roles
                           .at[random_below(random, aim.assignment->roles.n)]];
    if (role->n_rights)
        aim.right = &role->rights[random_below(random, role->n_rights)];
    return aim;
}

/* The number of one set bit; mask must not be 0. */
static uint8_t bit_random(struct random *random, uint32_t mask)
{
    uint8_t bit = (uint8_t)random_below(random, RBAC_OPERATIONS_MAX);

    while (!(mask >> bit & 1))
        bit = (uint8_t)((bit + 1) % RBAC_OPERATIONS_MAX);
    return bit;
}

/* The collection, or one that is limited to it at some depth. */
static uint16_t below_random(struct random *random, const struct estate *estate,
                             uint16_t collection)
{
    for (int steps = 0; steps < 4 && random_chance(random, 55); steps++)
        for (size_t tries = 0; tries < 2 * estate->n_collections; tries++) {
            const size_t i = random_below(random, estate->n_collections);

            if (estate->limiting[i] == collection) {
                collection = (uint16_t)i;
                break;
            }
        }
    return collection;
}

static void label_by_scope(struct random *random, const struct estate *estate,
                           const struct assignment *near, struct list *labels)
{
    const size_t n = 1 + random_below(random, 3);

    if (near && near->scopes.n && random_chance(random, 75))
        list_add(labels, near->scopes.at[random_below(random, near->scopes.n)]);
    while (labels->n < n && estate->n_scopes) {
        list_add(labels, (uint16_t)random_below(random, estate->n_scopes));
        if (random_chance(random, 30))
            break;
    }
    if (random_chance(random, 97)) /* no object is a member of All (R8.6) */
        list_remove(labels, estate->all_scope);
}

static void label_by_collection(struct random *random,
                                const struct estate *estate,
                                const struct assignment *near,
                                struct list *labels)
{
    if (!estate->n_collections)
        return;
    if (near && near->collections.n && random_chance(random, 88)) {
        const struct list *held = &near->collections;

        list_add(labels, below_random(random, estate,
                                      held->at[random_below(random, held->n)]));
    }
    while (!labels->n || random_chance(random, 15))
        list_add(labels, (uint16_t)random_below(random, estate->n_collections));
}

static void labels_random(struct random *random, const struct estate *estate,
                          const struct assignment *near,
                          struct question *question)
{
    const struct rbac_type *type = estate_type(estate, question->type);

    question->is_type_wide = random_chance(random, 12);
    if (!type || question->is_type_wide || random_chance(random, 2))
        return;
    switch (type->securing) {
    case RBAC_BY_ROLE:
        break;
    case RBAC_BY_SCOPE:
        label_by_scope(random, estate, near, &question->labels);
        break;
    case RBAC_BY_COLLECTION:
        label_by_collection(random, estate, near, &question->labels);
        break;
    }
}

/* A type or a bit that the catalog may not have. */
static void make_unknown(struct random *random, struct question *question)
{
    static const uint16_t types[] = {0, 255, 9999, UINT16_MAX};

    if (random_chance(random, 50))
        question->type = types[random_below(random, ARRAY_SIZE(types))];
    else
        question->operation =
            (uint8_t)(random_chance(random, 70) ? random_below(random, 32)
                                                : random_below(random, 256));
}

static int64_t now_random(struct random *random)
{
    if (random_chance(random, 1))
        return random_chance(random, 50) ? INT64_MIN : INT64_MAX - 1;
    return random_chance(random, 70) ? NOON_S : time_random(random);
}

static enum auth_level level_asked(struct random *random)
{
    const size_t dice = random_below(random, 100);

    return dice < 4    ? AUTH_LEVEL_NONE
           : dice < 40 ? AUTH_LEVEL_DOMAIN
           : dice < 65 ? AUTH_LEVEL_CERTIFICATE
                       : AUTH_LEVEL_MFA;
}

struct question question_random(struct random *random,
                                const struct trial *trial)
{
    const struct estate *estate = &trial->estate;
    const struct rbac_type *type =
        &estate->types[random_below(random, estate->n_types)];
    struct question question = {
        .subject = (uint16_t)random_below(random, trial->n_subjects),
        .type = type->id,
        .operation = bit_random(random, type->operations),
        .level = level_asked(random),
        .now_s = now_random(random),
    };
    const struct aim aim = aim_random(random, trial, question.subject);

    if (aim.right && random_chance(random, 88)) {
        question.type = aim.right->type;
        question.operation = bit_random(random, aim.right->operations);
    }
    labels_random(random, estate, aim.assignment, &question);
    if (random_chance(random, 4))
        make_unknown(random, &question);
    return question;
}
