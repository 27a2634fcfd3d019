#include "tests/oracle/estate_random.h"

#include <string.h>

/* How large an estate may become. */
struct size {
    size_t types, roles, scopes, collections, admins, assignments, list;
};

static const struct size TINY = {2, 2, 3, 4, 2, 2, 2};
static const struct size SMALL = {4, 5, 8, 12, 5, 3, 4};
static const struct size WIDE = {TYPES_MAX,       ROLES_MAX,  SCOPES_MAX,
                                 COLLECTIONS_MAX, ADMINS_MAX, ASSIGNMENTS_MAX,
                                 LIST_MAX};

static const struct size *size_random(struct random *random)
{
    const size_t dice = random_below(random, 100);

    return dice < 55 ? &TINY : dice < 92 ? &SMALL : &WIDE;
}

/* Few bits, so that questions hit them; the low and the outermost ones. */
static uint32_t operations_random(struct random *random)
{
    static const uint8_t liked[] = {0, 1, 2, 4, 10, 12, 31};
    uint32_t mask = 0;

    for (size_t i = 0; i < 4; i++)
        mask |= 1U << liked[random_below(random, sizeof(liked))];
    return mask | 1U << random_below(random, RBAC_OPERATIONS_MAX);
}

static uint32_t some_of(struct random *random, uint32_t mask)
{
    return mask & (uint32_t)random_next(random);
}

static struct rbac_type type_random(struct random *random, uint16_t id)
{
    struct rbac_type type = {
        .id = id,
        .display_name = "neutral",
        .securing = (enum rbac_securing)random_below(random, 3),
        .operations = operations_random(random),
    };

    type.type_wide =
        some_of(random, some_of(random, some_of(random, type.operations)));
    if (type.securing == RBAC_BY_COLLECTION)
        type.blocked_direct =
            some_of(random, type.operations & ~type.type_wide);
    return type;
}

/* At times one operation of a type implies another one of it. */
static void implied_random(struct random *random, const struct rbac_type *type,
                           uint32_t *implies)
{
    const size_t bit = random_below(random, RBAC_OPERATIONS_MAX);
    const size_t also = random_below(random, RBAC_OPERATIONS_MAX);
    const size_t low = (size_t)__builtin_ctz(type->operations);

    if (random_chance(random, 25) && type->operations >> also & 1 &&
        also != low)
        implies[low] |= 1U << also;
    else if (bit != also && type->operations >> bit & 1 &&
             type->operations >> also & 1)
        implies[bit] |= 1U << also;
}

static void types_neutral(struct random *random, size_t n,
                          struct estate *estate)
{
    uint16_t id = (uint16_t)random_below(random, 3);

    for (size_t i = 0; i < n; i++) {
        estate->types[i] = type_random(random, id);
        implied_random(random, &estate->types[i], estate->implies[i]);
        id = (uint16_t)(id + 1 + random_below(random, 40));
    }
    estate->n_types = n;
}

static void type_add(struct estate *estate, const struct rbac_type *type)
{
    if (type->implies)
        memcpy(estate->implies[estate->n_types], type->implies,
               sizeof(estate->implies[0]));
    estate->types[estate->n_types++] = *type;
}

/* Some of the product's own types, ascending; collections most of the time. */
static void types_product(struct random *random, size_t n,
                          struct estate *estate)
{
    estate->is_product = true;
    for (size_t i = 0; i < rbac_catalog.n_types; i++) {
        const struct rbac_type *type = &rbac_catalog.types[i];
        const bool is_wanted =
            type->securing == RBAC_BY_COLLECTION
                ? random_chance(random, 70)
                : random_below(random, rbac_catalog.n_types) < n;

        if (is_wanted && estate->n_types < n)
            type_add(estate, type);
    }
    if (!estate->n_types)
        type_add(
            estate,
            &rbac_catalog.types[random_below(random, rbac_catalog.n_types)]);
}

static enum auth_level level_random(struct random *random, unsigned percent)
{
    if (!random_chance(random, percent))
        return AUTH_LEVEL_NONE;
    return (enum auth_level)random_below(random, AUTH_LEVEL_MFA + 1);
}

/* One to three rows on a type, at most one of them for any bit. */
static void rights_random(struct random *random, const struct rbac_type *type,
                          struct role *role)
{
    uint32_t left = type->operations;
    size_t rows = 1 + random_below(random, 3);

    for (; rows && role->n_rights < RIGHTS_MAX; rows--) {
        const uint32_t mask = some_of(random, left);

        left &= ~mask;
        if (!mask)
            continue;
        role->rights[role->n_rights++] = (struct rbac_right){
            .type = type->id,
            .operations = mask,
            .level = level_random(random, 40),
        };
    }
}

static void roles_random(struct random *random, size_t n, struct estate *estate)
{
    for (size_t i = 0; i < n; i++) {
        struct role *role = &estate->roles[estate->n_roles++];

        role->level = level_random(random, 25);
        for (size_t t = 0; t < estate->n_types; t++)
            if (random_chance(random, 75))
                rights_random(random, &estate->types[t], role);
    }
}

/* A forest at most DEPTH_MAX deep, in which a parent may follow its child. */
static void collections_random(struct random *random, size_t n,
                               struct estate *estate)
{
    enum { DEPTH_MAX = 8 };
    uint16_t order[COLLECTIONS_MAX];
    uint8_t depth[COLLECTIONS_MAX] = {0};

    estate->n_collections = n;
    random_order(random, order, n);
    for (size_t i = 0; i < n; i++) {
        const size_t reach = i < 3 ? i : 3; /* deep rather than broad */
        const size_t parent = i ? random_chance(random, 60)
                                      ? i - 1 - random_below(random, reach)
                                      : random_below(random, i)
                                : 0;
        const bool is_root =
            i == 0 || random_chance(random, 12) || depth[parent] == DEPTH_MAX;

        depth[i] = is_root ? 0 : (uint8_t)(depth[parent] + 1);
        estate->limiting[order[i]] = is_root ? NO_PARENT : order[parent];
    }
}

/* How many of at most max: seldom none. */
static size_t count_random(struct random *random, size_t max)
{
    return random_chance(random, 8) ? 0 : 1 + random_below(random, max);
}

static struct list list_random(struct random *random, size_t n, size_t max)
{
    struct list list = {.n = 0};

    for (size_t left = count_random(random, max); n && left; left--)
        list_add(&list, (uint16_t)random_below(random, n));
    return list;
}

int64_t time_random(struct random *random)
{
    return random_between(random, NOON_S - 3, NOON_S + 3);
}

static void bounds_random(struct random *random, struct assignment *assignment)
{
    assignment->from_s = INT64_MIN;
    assignment->until_s = INT64_MAX;
    if (random_chance(random, 25))
        assignment->from_s = time_random(random);
    if (random_chance(random, 25))
        assignment->until_s = time_random(random);
}

static void assignment_random(struct random *random, const struct size *size,
                              const struct estate *estate,
                              struct assignment *assignment)
{
    assignment->roles = list_random(random, estate->n_roles, size->list);
    assignment->scopes = list_random(random, estate->n_scopes, size->list);
    assignment->collections =
        list_random(random, estate->n_collections, size->list);
    if (estate->n_scopes && random_chance(random, 6))
        list_add(&assignment->scopes, estate->all_scope);
    bounds_random(random, assignment);
}

static void admins_random(struct random *random, const struct size *size,
                          struct estate *estate)
{
    estate->n_admins = 1 + random_below(random, size->admins);
    for (size_t i = 0; i < estate->n_admins; i++) {
        struct admin *admin = &estate->admins[i];

        admin->is_group = random_chance(random, 40);
        admin->is_disabled = random_chance(random, 8);
        admin->n_assignments = count_random(random, size->assignments);
        for (size_t k = 0; k < admin->n_assignments; k++)
            assignment_random(random, size, estate, &admin->assignments[k]);
    }
}

void estate_random(struct random *random, struct estate *estate)
{
    const struct size *size = size_random(random);
    const size_t n_types = 1 + random_below(random, size->types);

    memset(estate, 0, sizeof(*estate));
    if (random_chance(random, 40))
        types_product(random, n_types, estate);
    else
        types_neutral(random, n_types, estate);
    roles_random(random, count_random(random, size->roles), estate);
    estate->n_scopes = count_random(random, size->scopes);
    if (estate->n_scopes) {
        estate->all_scope = (uint16_t)random_below(random, estate->n_scopes);
        estate->default_scope =
            (uint16_t)((estate->all_scope + 1) % estate->n_scopes);
    }
    collections_random(random, count_random(random, size->collections), estate);
    admins_random(random, size, estate);
}

struct list subject_random(struct random *random, const struct estate *estate)
{
    return list_random(random, estate->n_admins, 4);
}

void trial_random(struct random *random, size_t n_questions,
                  struct trial *trial)
{
    estate_random(random, &trial->estate);
    trial->n_subjects = 1 + random_below(random, SUBJECTS_MAX);
    for (size_t i = 0; i < trial->n_subjects; i++)
        trial->subjects[i] = subject_random(random, &trial->estate);
    trial->n_questions = n_questions;
    for (size_t i = 0; i < n_questions; i++)
        trial->questions[i] = question_random(random, trial);
}
