/*
 * Estates with something to steal: the product's own types, a full
 * administrator (the first, who is never the caller), and roles that may change
 * administrators and roles.
 */
#include <string.h>

#include "tests/oracle/estate_random.h"
#include "tests/oracle/properties.h"

static void add_type(struct estate *estate, uint16_t id)
{
    const struct rbac_type *type = rbac_catalog_type(&rbac_catalog, id);

    if (type->implies)
        memcpy(estate->implies[estate->n_types], type->implies,
               sizeof(estate->implies[0]));
    estate->types[estate->n_types++] = *type;
}

static uint32_t liked_random(struct random *random, uint32_t operations)
{
    static const uint32_t liked = 1U << RBAC_OP_READ | 1U << RBAC_OP_MODIFY |
                                  1U << RBAC_OP_DELETE | 1U << RBAC_OP_CREATE |
                                  1U << RBAC_OP_SET_SCOPE | 1U << 6 | 1U << 28;

    return operations & liked & (uint32_t)random_next(random);
}

static enum auth_level level_seldom(struct random *random)
{
    return random_chance(random, 75)
               ? AUTH_LEVEL_NONE
               : (enum auth_level)random_below(random, AUTH_LEVEL_MFA + 1);
}

static void add_right(struct random *random, const struct rbac_type *type,
                      struct role *role)
{
    uint32_t mask = liked_random(random, type->operations);

    if (type->id == RBAC_TYPE_ADMIN || type->id == RBAC_TYPE_ROLE)
        mask |= 1U << RBAC_OP_MODIFY | 1U << RBAC_OP_CREATE;
    if (mask)
        role->rights[role->n_rights++] =
            (struct rbac_right){type->id, mask, level_seldom(random)};
}

static void add_roles(struct random *random, struct estate *estate)
{
    for (size_t t = 0; t < estate->n_types; t++)
        estate->roles[0].rights[t] = (struct rbac_right){
            estate->types[t].id, estate->types[t].operations, AUTH_LEVEL_NONE};
    estate->roles[0].n_rights = estate->n_types;
    estate->n_roles = 2 + random_below(random, 3);
    for (size_t i = 1; i < estate->n_roles; i++) {
        estate->roles[i].level = level_seldom(random);
        for (size_t t = 0; t < estate->n_types; t++)
            if (random_chance(random, 55))
                add_right(random, &estate->types[t], &estate->roles[i]);
    }
}

static void add_some(struct random *random, size_t from, size_t n, size_t max,
                     struct list *list)
{
    for (size_t left = random_below(random, max + 1); left && n > from; left--)
        list_add(list, (uint16_t)(from + random_below(random, n - from)));
}

void assignment_secured(struct random *random, const struct estate *estate,
                        struct assignment *assignment)
{
    *assignment = (struct assignment){.from_s = INT64_MIN, INT64_MAX};
    list_add(&assignment->roles,
             (uint16_t)(1 + random_below(random, estate->n_roles - 1)));
    add_some(random, random_chance(random, 5) ? 0 : 1, estate->n_roles, 2,
             &assignment->roles);
    add_some(random, random_chance(random, 20) ? 0 : 1, estate->n_scopes, 2,
             &assignment->scopes);
    add_some(random, 0, estate->n_collections, 2, &assignment->collections);
    if (random_chance(random, 15))
        assignment->from_s = time_random(random);
    if (random_chance(random, 15))
        assignment->until_s = time_random(random);
}

static void add_top(struct estate *estate)
{
    struct admin *top = &estate->admins[estate->n_admins++];
    struct assignment *all = &top->assignments[top->n_assignments++];

    *all = (struct assignment){.from_s = INT64_MIN, INT64_MAX};
    list_add(&all->roles, 0);
    list_add(&all->scopes, estate->all_scope);
    for (size_t i = 0; i < estate->n_collections; i++)
        if (estate->limiting[i] == NO_PARENT)
            list_add(&all->collections, (uint16_t)i);
}

static void add_collections(struct random *random, struct estate *estate)
{
    estate->n_collections = 1 + random_below(random, 5);
    for (size_t i = 0; i < estate->n_collections; i++)
        estate->limiting[i] = i == 0 || random_chance(random, 15)
                                  ? NO_PARENT
                                  : (uint16_t)random_below(random, i);
}

void trial_secured(struct random *random, struct trial *trial)
{
    static const uint16_t types[] = {RBAC_TYPE_COLLECTION, RBAC_TYPE_ROLE,
                                     RBAC_TYPE_ADMIN, RBAC_TYPE_APPLICATION};
    struct estate *estate = &trial->estate;

    memset(trial, 0, sizeof(*trial));
    estate->is_product = true;
    estate->has_top = true;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        add_type(estate, types[i]);
    add_roles(random, estate);
    estate->n_scopes = 2 + random_below(random, 2);
    estate->all_scope = 0;
    estate->default_scope = 1;
    add_collections(random, estate);
    add_top(estate);
    for (size_t left = 1 + random_below(random, 3); left; left--) {
        struct admin *admin = &estate->admins[estate->n_admins++];

        admin->is_disabled = random_chance(random, 5);
        admin->n_assignments = 1 + random_below(random, 2);
        for (size_t k = 0; k < admin->n_assignments; k++)
            assignment_secured(random, estate, &admin->assignments[k]);
    }
    trial->n_subjects = 1;
    for (size_t i = 0; i < 2; i++)
        list_add(&trial->subjects[0],
                 (uint16_t)(1 + random_below(random, estate->n_admins - 1)));
    trial->n_questions = 1;
    trial->questions[0].type = RBAC_TYPE_COLLECTION;
}
