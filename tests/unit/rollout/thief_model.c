#include "tests/unit/rollout/thief_model.h"

#include <stdio.h>
#include <string.h>

enum { NOW_S = 15000 * 86400 };

const int64_t thief_times[4] = {NOW_S, NOW_S + 100, NOW_S + 200, NOW_S + 300};

const uint16_t thief_types[THIEF_TYPES] = {
    RBAC_TYPE_ADMIN,      RBAC_TYPE_ROLE,        RBAC_TYPE_SCOPE,
    RBAC_TYPE_COLLECTION, RBAC_TYPE_APPLICATION, RBAC_TYPE_SITE,
};

const char *thief_name(char kind, int number)
{
    static char names[4][16];
    static int next;
    char *name = names[next++ % 4];

    snprintf(name, sizeof(names[0]), "%c%d%s", kind, number,
             kind == 'u' ? "@X" : "");
    return name;
}

/* ---- Random sites ---- */

static bool chance(struct random *random, unsigned percent)
{
    return random_chance(random, percent);
}

static unsigned some_of(struct random *random, unsigned n)
{
    return (unsigned)random_next(random) & ((1U << n) - 1);
}

static enum auth_level level_seldom(struct random *random)
{
    return chance(random, 85) ? AUTH_LEVEL_NONE
                              : (enum auth_level)random_below(random, 4);
}

static uint32_t liked(struct random *random, uint16_t type)
{
    static const uint32_t bits = 1U << RBAC_OP_READ | 1U << RBAC_OP_MODIFY |
                                 1U << RBAC_OP_DELETE | 1U << RBAC_OP_CREATE |
                                 1U << RBAC_OP_SET_SCOPE | 1U << 5 | 1U << 6 |
                                 1U << 12 | 1U << 28;

    return rbac_catalog_type(&rbac_catalog, type)->operations & bits &
           (uint32_t)random_next(random);
}

static void make_role(struct random *random, struct thief_role *role,
                      bool is_security)
{
    *role =
        (struct thief_role){.is_there = true, .level = level_seldom(random)};
    for (size_t t = 0; t < THIEF_TYPES; t++) {
        if (chance(random, is_security ? 80 : 45))
            role->masks[t] = liked(random, thief_types[t]);
        role->levels[t] = level_seldom(random);
        if (is_security && t < 3)
            role->masks[t] |=
                liked(random, thief_types[t]) | 1U << RBAC_OP_READ;
    }
    if (is_security)
        role->masks[0] |= 1U << RBAC_OP_MODIFY | 1U << RBAC_OP_CREATE;
    if (is_security)
        role->masks[3] |= 1U << RBAC_OP_READ;
}

static void make_given(struct random *random, const struct thief_model *model,
                       struct thief_given *given)
{
    *given = (struct thief_given){.roles = some_of(random, THIEF_ROLES) &
                                           some_of(random, THIEF_ROLES),
                                  .scopes = some_of(random, THIEF_SCOPES),
                                  .collections = some_of(random, THIEF_TREE) &
                                                 some_of(random, THIEF_TREE),
                                  .from = -1,
                                  .until = -1};
    for (int i = 0; i < THIEF_ROLES; i++)
        if (!model->roles[i].is_there)
            given->roles &= ~(1U << i);
    for (int i = 0; i < THIEF_SCOPES; i++)
        if (!model->scopes[i])
            given->scopes &= ~(1U << i);
    for (int i = 0; i < THIEF_TREE; i++)
        if (!model->tree[i])
            given->collections &= ~(1U << i);
    if (!given->roles)
        given->roles = 1;
    if (chance(random, 10))
        given->scopes |= SCOPE_ALL;
    if (!given->scopes || chance(random, 15))
        given->scopes |= SCOPE_DEFAULT;
    if (chance(random, 15))
        given->collections |= ALL_SYSTEMS;
    if (chance(random, 15))
        given->from = (int)random_below(random, 2);
    if (chance(random, 15))
        given->until = 2 + (int)random_below(random, 2);
}

static void make_admin(struct random *random, const struct thief_model *model,
                       struct thief_admin *admin, bool is_group)
{
    *admin = (struct thief_admin){.is_there = true, .kerberos = -1};
    admin->n_given = 1 + random_below(random, THIEF_GIVEN);
    for (size_t i = 0; i < admin->n_given; i++)
        make_given(random, model, &admin->given[i]);
    if (!is_group && chance(random, 30))
        admin->identities = 1U << random_below(random, THIEF_IDENTITIES);
}

static void make_group(struct random *random, struct thief_model *model, int i)
{
    model->groups[i] =
        (struct thief_group){.is_there = true,
                             .users = some_of(random, THIEF_USERS) &
                                      some_of(random, THIEF_USERS) & ~1U,
                             .groups = i ? some_of(random, (unsigned)i) : 0};
}

/* The one who tries: wide, with a security role, never the top. */
static void make_thief(struct random *random, struct thief_model *model)
{
    struct thief_admin *admin = &model->admins[0];

    make_admin(random, model, admin, false);
    admin->given[0].roles |= 1;
    admin->given[0].from = admin->given[0].until = -1;
    if (chance(random, 50))
        admin->given[0].scopes |= SCOPE_ALL;
    if (chance(random, 40))
        admin->given[0].collections |= ALL_SYSTEMS;
    if (chance(random, 50))
        admin->given[0].roles |= 2;
}

/* Two never have the same identity. */
static void part_identities(struct thief_model *model)
{
    unsigned seen = 0;
    unsigned taken = 0;

    for (int i = 0; i < THIEF_USERS; i++) {
        struct thief_admin *admin = &model->admins[i];

        if (!admin->is_there)
            continue;
        admin->identities &= ~seen;
        seen |= admin->identities;
        if (admin->kerberos >= 0 && taken >> admin->kerberos & 1)
            admin->kerberos = -1;
        if (admin->kerberos >= 0)
            taken |= 1U << admin->kerberos;
    }
}

struct thief_model thief_random(struct random *random)
{
    struct thief_model model = {.excluded = -1};

    for (int i = 0; i < THIEF_ROLES - 1; i++)
        make_role(random, &model.roles[i], i == 0);
    for (int i = 0; i < THIEF_SCOPES; i++)
        model.scopes[i] = chance(random, 80);
    for (int i = 0; i < THIEF_TREE; i++) {
        model.tree[i] = chance(random, 85);
        model.limits[i] = (int)random_below(random, (size_t)i + 1) - 1;
        if (model.limits[i] >= 0 && !model.tree[model.limits[i]])
            model.limits[i] = -1;
    }
    for (int i = 0; i < THIEF_GROUPS; i++)
        if (chance(random, 60))
            make_group(random, &model, i);
    for (int i = 1; i < THIEF_ADMINS; i++)
        if (chance(random, 60))
            make_admin(random, &model, &model.admins[i], i >= THIEF_USERS);
    make_thief(random, &model);
    if (chance(random, 30))
        model.excluded = (int)random_below(random, THIEF_GROUPS);
    part_identities(&model);
    return model;
}

/* ---- Changes ---- */

static void change_given(struct random *random, const struct thief_model *model,
                         struct thief_admin *admin)
{
    struct thief_given *given =
        &admin->given[random_below(random, admin->n_given)];
    struct thief_given other;

    make_given(random, model, &other);
    switch (random_below(random, 6)) {
    case 0:
        given->roles = other.roles;
        break;
    case 1:
        given->scopes = other.scopes;
        break;
    case 2:
        given->collections = other.collections;
        break;
    case 3: /* one collection less: a block that ends */
        given->collections &= some_of(random, 9);
        break;
    case 4:
        given->from = other.from;
        given->until = other.until;
        break;
    default:
        *given = other;
    }
}

static void change_admin(struct random *random, struct thief_model *model)
{
    const int i = (int)random_below(random, THIEF_ADMINS);
    struct thief_admin *admin = &model->admins[i];

    if (!admin->is_there) {
        make_admin(random, model, admin, i >= THIEF_USERS);
        /* rather something small */
        admin->n_given = 1;
        return;
    }
    if (admin->is_console) { /* the file takes it over, as it is or not */
        admin->is_console = false;
        if (chance(random, 50))
            return;
    }
    switch (random_below(random, 6)) {
    case 0:
        admin->is_there = i == 0 && chance(random, 50);
        break;
    case 1:
        if (i < THIEF_USERS)
            admin->identities ^= 1U << random_below(random, THIEF_IDENTITIES);
        break;
    case 2:
        if (i < THIEF_USERS && chance(random, 40))
            admin->kerberos = (int)random_below(random, THIEF_USERS);
        break;
    default:
        change_given(random, model, admin);
    }
    if (admin->kerberos == i)
        admin->kerberos = -1;
}

static void change_role(struct random *random, struct thief_model *model)
{
    struct thief_role *role = &model->roles[random_below(random, THIEF_ROLES)];
    const size_t t = random_below(random, THIEF_TYPES);

    if (!role->is_there) {
        make_role(random, role, chance(random, 50));
        return;
    }
    switch (random_below(random, 5)) {
    case 0: /* a copy under another name */
        model->roles[THIEF_ROLES - 1] = *role;
        break;
    case 1:
        role->levels[t] = level_seldom(random);
        break;
    case 2:
        role->level = level_seldom(random);
        break;
    default:
        role->masks[t] ^=
            liked(random, thief_types[t]) & (uint32_t)random_next(random);
    }
}

static bool is_above(const struct thief_model *model, int at, int above)
{
    for (; at >= 0; at = model->limits[at])
        if (at == above)
            return true;
    return false;
}

/* Out of the tree: what it limited goes up, nobody has it. */
static void drop_collection(struct thief_model *model, int c)
{
    model->tree[c] = false;
    for (int i = 0; i < THIEF_TREE; i++)
        if (model->limits[i] == c)
            model->limits[i] = model->limits[c];
    for (int a = 0; a < THIEF_ADMINS; a++)
        for (size_t g = 0; g < THIEF_GIVEN; g++)
            model->admins[a].given[g].collections &= ~(1U << c);
}

static void change_tree(struct random *random, struct thief_model *model)
{
    const int c = (int)random_below(random, THIEF_TREE);
    const int limit = (int)random_below(random, THIEF_TREE + 1) - 1;

    if (model->tree[c] && chance(random, 20)) {
        drop_collection(model, c);
        return;
    }
    if (limit >= 0 && (!model->tree[limit] || is_above(model, limit, c)))
        return;
    model->limits[c] = limit;
    if (model->tree[c] && chance(random, 10))
        model->is_commented[c] = !model->is_commented[c];
    model->tree[c] = true;
}

static void change_group(struct random *random, struct thief_model *model)
{
    const int i = (int)random_below(random, THIEF_GROUPS);
    struct thief_group *group = &model->groups[i];

    if (!group->is_there) {
        make_group(random, model, i);
        if (chance(random, 50))
            group->users |= 1;
    } else if (chance(random, 15)) {
        group->is_there = false;
    } else if (i && chance(random, 30)) {
        group->groups ^= 1U << random_below(random, (size_t)i);
    } else {
        group->users ^= 1U << random_below(random, THIEF_USERS);
    }
}

static void change_scopes(struct random *random, struct thief_model *model)
{
    const size_t s = random_below(random, THIEF_SCOPES);

    model->scopes[s] = !model->scopes[s];
    for (int a = 0; a < THIEF_ADMINS && !model->scopes[s]; a++)
        for (size_t g = 0; g < THIEF_GIVEN; g++) {
            struct thief_given *given = &model->admins[a].given[g];

            given->scopes &= ~(1U << s);
            if (!given->scopes)
                given->scopes = SCOPE_DEFAULT;
        }
}

static void change_once(struct random *random, struct thief_model *model)
{
    const size_t dice = random_below(random, 100);

    if (dice < 45)
        change_admin(random, model);
    else if (dice < 60)
        change_role(random, model);
    else if (dice < 75)
        change_tree(random, model);
    else if (dice < 92)
        change_group(random, model);
    else if (dice < 97)
        change_scopes(random, model);
    else if (dice < 98)
        model->has_level = !model->has_level;
    else
        model->excluded = (int)random_below(random, THIEF_GROUPS + 1) - 1;
}

void thief_change(struct random *random, struct thief_model *model)
{
    const size_t n = 1 + (chance(random, 35) ? random_below(random, 3) : 0);

    for (size_t i = 0; i < n; i++)
        change_once(random, model);
    part_identities(model);
}

/* ---- As a policy ---- */

static const char *keep(struct arena *arena, const char *text)
{
    return arena_text(arena, text_of(text));
}

static const char **names_of(struct arena *arena, char kind, unsigned set,
                             const char *const *extra, size_t *n_out)
{
    const char **names = arena_alloc(arena, 16, sizeof(*names));

    *n_out = 0;
    for (int i = 0; i < 8; i++)
        if (set >> i & 1)
            names[(*n_out)++] = keep(arena, thief_name(kind, i));
    for (int i = 8; i < 10; i++)
        if (set >> i & 1)
            names[(*n_out)++] = extra[i - 8];
    return names;
}

static const struct policy_place place = {.file = "a.yaml", .line = 1};

static void put_roles(const struct thief_model *model, struct policy *policy,
                      struct arena *arena)
{
    struct policy_role *roles = arena_alloc(arena, THIEF_ROLES, sizeof(*roles));

    policy->roles = roles;
    for (int i = 0; i < THIEF_ROLES; i++) {
        const struct thief_role *from = &model->roles[i];
        struct policy_role *role = &roles[policy->n_roles];
        struct rbac_right *rights =
            arena_alloc(arena, THIEF_TYPES, sizeof(*rights));

        if (!from->is_there)
            continue;
        *role = (struct policy_role){.place = place,
                                     .name = keep(arena, thief_name('r', i)),
                                     .description = "",
                                     .copied_from = "",
                                     .rights = rights,
                                     .level = from->level};
        for (size_t t = 0; t < THIEF_TYPES; t++)
            if (from->masks[t])
                rights[role->n_rights++] = (struct rbac_right){
                    thief_types[t], from->masks[t], from->levels[t]};
        policy->n_roles++;
    }
}

static void put_places(const struct thief_model *model, struct policy *policy,
                       struct arena *arena)
{
    struct policy_scope *scopes =
        arena_alloc(arena, THIEF_SCOPES, sizeof(*scopes));
    struct policy_collection *tree =
        arena_alloc(arena, THIEF_TREE, sizeof(*tree));

    policy->scopes = scopes;
    policy->collections = tree;
    for (int i = 0; i < THIEF_SCOPES; i++)
        if (model->scopes[i])
            scopes[policy->n_scopes++] = (struct policy_scope){
                place, keep(arena, thief_name('s', i)), ""};
    for (int i = 0; i < THIEF_TREE; i++)
        if (model->tree[i])
            tree[policy->n_collections++] = (struct policy_collection){
                .place = place,
                .name = keep(arena, thief_name('c', i)),
                .comment = model->is_commented[i] ? "said" : "",
                .limiting =
                    model->limits[i] < 0
                        ? "All Systems"
                        : keep(arena, thief_name('c', model->limits[i]))};
}

static void put_groups(const struct thief_model *model, struct policy *policy,
                       struct arena *arena)
{
    struct policy_group *groups =
        arena_alloc(arena, THIEF_GROUPS, sizeof(*groups));

    policy->groups = groups;
    for (int i = 0; i < THIEF_GROUPS; i++) {
        const struct thief_group *from = &model->groups[i];
        const char **members;
        size_t n;

        if (!from->is_there)
            continue;
        members = names_of(arena, 'u', from->users, NULL, &n);
        for (int g = 0; g < i; g++)
            if (from->groups >> g & 1)
                members[n++] = keep(arena, thief_name('g', g));
        groups[policy->n_groups++] = (struct policy_group){
            place, keep(arena, thief_name('g', i)), members, n};
    }
}

static int64_t time_of(int index, int64_t none)
{
    return index < 0 ? none : thief_times[index];
}

static void put_given(const struct thief_model *model,
                      const struct thief_given *from,
                      struct policy_assignment *to, struct arena *arena)
{
    static const char *const scopes[] = {"All", "Default"};
    static const char *const systems[] = {"All Systems"};
    unsigned roles = from->roles;

    for (int i = 0; i < THIEF_ROLES; i++)
        if (!model->roles[i].is_there)
            roles &= ~(1U << i);
    *to =
        (struct policy_assignment){.place = place,
                                   .from_s = time_of(from->from, INT64_MIN),
                                   .until_s = time_of(from->until, INT64_MAX)};
    to->roles = names_of(arena, 'r', roles, NULL, &to->n_roles);
    to->scopes = names_of(arena, 's', from->scopes, scopes, &to->n_scopes);
    to->collections =
        names_of(arena, 'c', from->collections, systems, &to->n_collections);
}

static void put_identities(const struct thief_admin *from,
                           struct policy_admin *to, struct arena *arena)
{
    struct policy_identity *identities =
        arena_alloc(arena, THIEF_IDENTITIES + 1, sizeof(*identities));

    to->identities = identities;
    for (int i = 0; i < THIEF_IDENTITIES; i++)
        if (from->identities >> i & 1)
            identities[to->n_identities++] = (struct policy_identity){
                place, IDENTITY_LOCAL, arena_format(arena, "100%d", i)};
    if (from->kerberos >= 0)
        identities[to->n_identities++] = (struct policy_identity){
            place, IDENTITY_KERBEROS,
            keep(arena, thief_name('u', from->kerberos))};
}

static struct policy_admin root_of(struct arena *arena)
{
    static const char *const roles[] = {"Full Administrator"};
    static const char *const scopes[] = {"All"};
    static const char *const collections[] = {"All Systems",
                                              "All Users and User Groups"};
    struct policy_assignment *given = arena_alloc(arena, 1, sizeof(*given));

    *given = (struct policy_assignment){
        place, roles, 1, scopes, 1, collections, 2, INT64_MIN, INT64_MAX};
    return (struct policy_admin){.place = place,
                                 .name = ROOT_USER,
                                 .assignments = given,
                                 .n_assignments = 1};
}

static void put_admins(const struct thief_model *model, struct policy *policy,
                       struct arena *arena)
{
    struct policy_admin *admins =
        arena_alloc(arena, THIEF_ADMINS + 1, sizeof(*admins));

    policy->admins = admins;
    admins[policy->n_admins++] = root_of(arena);
    for (int i = 0; i < THIEF_ADMINS; i++) {
        const struct thief_admin *from = &model->admins[i];
        const bool is_group = i >= THIEF_USERS;
        struct policy_assignment *given =
            arena_alloc(arena, THIEF_GIVEN, sizeof(*given));
        struct policy_admin *admin = &admins[policy->n_admins];

        if (!from->is_there || from->is_console)
            continue;
        *admin = (struct policy_admin){
            .place = place,
            .name = keep(arena, is_group ? thief_name('g', i - THIEF_USERS)
                                         : thief_name('u', i)),
            .is_group = is_group,
            .assignments = given,
            .n_assignments = from->n_given};
        for (size_t g = 0; g < from->n_given; g++)
            put_given(model, &from->given[g], &given[g], arena);
        if (!is_group)
            put_identities(from, admin, arena);
        policy->n_admins++;
    }
}

struct policy thief_policy(const struct thief_model *model, struct arena *arena)
{
    struct policy policy = {.minimum_level_place = place};
    struct policy_exclusion *exclusion =
        arena_alloc(arena, 1, sizeof(*exclusion));

    policy.minimum_level =
        model->has_level ? AUTH_LEVEL_CERTIFICATE : AUTH_LEVEL_NONE;
    put_roles(model, &policy, arena);
    put_places(model, &policy, arena);
    put_groups(model, &policy, arena);
    put_admins(model, &policy, arena);
    if (model->excluded >= 0) {
        *exclusion = (struct policy_exclusion){
            .place = place,
            .user = keep(arena, thief_name('g', model->excluded)),
            .is_group = true,
            .reason = "gloves",
            .owner = ROOT_USER,
            .until_s = INT64_MAX};
        policy.exclusions = exclusion;
        policy.n_exclusions = 1;
    }
    assert_int_equal(arena_status(arena), STATUS_OK);
    return policy;
}
