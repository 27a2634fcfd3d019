#include "policy/estate.h"

#include <stdlib.h>
#include <string.h>

#include "policy/arena.h"
#include "policy/builtin.h"
#include "policy/lexicon.h"

enum { ESTATE_MAX_BYTES = 256 * 1024 * 1024 };

struct building {
    const struct policy *policy;
    struct arena *arena;
    struct lexicon roles;
    struct lexicon scopes;
    struct lexicon collections;
    struct rbac_estate estate;
};

static const struct policy_place nowhere = {.file = NULL};

static void add_both(struct lexicon *lexicon, const char *name, const char *id,
                     size_t index)
{
    lexicon_add(lexicon, name, (long)index, nowhere);
    if (strcmp(name, id) != 0)
        lexicon_add(lexicon, id, (long)index, nowhere);
}

/* RBAC_NONE for an unknown name; a compiled policy has none. */
static uint32_t find(const struct lexicon *lexicon, const char *name)
{
    const long index = lexicon_find(lexicon, text_of(name));

    return index == LEXICON_NONE ? RBAC_NONE : (uint32_t)index;
}

static const struct rbac_right *builtin_rights(
    struct building *building, const struct rbac_builtin_role *builtin)
{
    struct rbac_right *rights =
        arena_alloc(building->arena, builtin->n_masks, sizeof(*rights));

    for (size_t i = 0; rights && i < builtin->n_masks; i++)
        rights[i] =
            (struct rbac_right){builtin->masks[i].type,
                                builtin->masks[i].operations, AUTH_LEVEL_NONE};
    return rights;
}

static bool add_roles(struct building *building)
{
    const struct policy *policy = building->policy;
    const size_t n = rbac_n_builtin_roles + policy->n_roles;
    struct rbac_role *roles = arena_alloc(building->arena, n, sizeof(*roles));

    if (!roles ||
        !lexicon_make(&building->roles, "role", 2 * n, building->arena))
        return false;
    for (size_t i = 0; i < rbac_n_builtin_roles; i++)
        roles[i] = (struct rbac_role){
            .id = rbac_builtin_roles[i].id,
            .name = rbac_builtin_roles[i].name,
            .rights = builtin_rights(building, &rbac_builtin_roles[i]),
            .n_rights = rbac_builtin_roles[i].n_masks};
    for (size_t i = 0; i < policy->n_roles; i++)
        roles[rbac_n_builtin_roles + i] =
            (struct rbac_role){.id = policy->roles[i].name,
                               .name = policy->roles[i].name,
                               .rights = policy->roles[i].rights,
                               .n_rights = policy->roles[i].n_rights,
                               .level = policy->roles[i].level};
    for (size_t i = 0; i < n; i++)
        add_both(&building->roles, roles[i].name, roles[i].id, i);
    lexicon_sort(&building->roles);
    building->estate.roles = roles;
    building->estate.n_roles = n;
    return true;
}

static bool add_scopes(struct building *building)
{
    const struct policy *policy = building->policy;
    const size_t n = n_builtin_scopes + policy->n_scopes;
    struct rbac_scope *scopes =
        arena_alloc(building->arena, n, sizeof(*scopes));

    if (!scopes ||
        !lexicon_make(&building->scopes, "scope", 2 * n, building->arena))
        return false;
    for (size_t i = 0; i < n_builtin_scopes; i++)
        scopes[i] = (struct rbac_scope){
            .id = builtin_scopes[i].id,
            .name = builtin_scopes[i].name,
            .is_all = strcmp(builtin_scopes[i].id, BUILTIN_SCOPE_ALL) == 0,
            .is_default =
                strcmp(builtin_scopes[i].id, BUILTIN_SCOPE_DEFAULT) == 0};
    for (size_t i = 0; i < policy->n_scopes; i++)
        scopes[n_builtin_scopes + i] = (struct rbac_scope){
            .id = policy->scopes[i].name, .name = policy->scopes[i].name};
    for (size_t i = 0; i < n; i++)
        add_both(&building->scopes, scopes[i].name, scopes[i].id, i);
    lexicon_sort(&building->scopes);
    building->estate.scopes = scopes;
    building->estate.n_scopes = n;
    return true;
}

/* Every collection mentioned: count with names NULL, then collect. */
static size_t mentions(const struct policy *policy, const char **names)
{
    size_t n = 0;

#define MENTION(name)                                                          \
    do {                                                                       \
        if (names)                                                             \
            names[n] = (name);                                                 \
        n++;                                                                   \
    } while (0)
    for (size_t i = 0; i < policy->n_collections; i++)
        MENTION(policy->collections[i].limiting);
    for (size_t i = 0; i < policy->n_admins; i++)
        for (size_t j = 0; j < policy->admins[i].n_assignments; j++)
            for (size_t k = 0;
                 k < policy->admins[i].assignments[j].n_collections; k++)
                MENTION(policy->admins[i].assignments[j].collections[k]);
    for (size_t i = 0; i < policy->n_tests; i++)
        if (policy->tests[i].key)
            MENTION(policy->tests[i].key);
#undef MENTION
    return n;
}

static int string_compare(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Mentioned but neither built in nor declared, without duplicates:
 * names[*n]. */
static bool strangers(struct building *building, const char ***names_out,
                      size_t *n_out)
{
    const size_t n = mentions(building->policy, NULL);
    const char **names = arena_alloc(building->arena, n, sizeof(*names));
    size_t kept = 0;

    if (!names)
        return false;
    mentions(building->policy, names);
    qsort(names, n, sizeof(*names), string_compare);
    for (size_t i = 0; i < n; i++)
        if (find(&building->collections, names[i]) == RBAC_NONE &&
            (kept == 0 || strcmp(names[kept - 1], names[i]) != 0))
            names[kept++] = names[i];
    *names_out = names;
    *n_out = kept;
    return true;
}

/* Numbers: built in, declared, others. */
static bool name_collections(struct building *building, size_t n_room)
{
    const struct policy *policy = building->policy;

    if (!lexicon_make(&building->collections, "collection", n_room,
                      building->arena))
        return false;
    for (size_t i = 0; i < n_builtin_collections; i++)
        add_both(&building->collections, builtin_collections[i].name,
                 builtin_collections[i].id, i);
    for (size_t i = 0; i < policy->n_collections; i++)
        lexicon_add(&building->collections, policy->collections[i].name,
                    (long)(n_builtin_collections + i), nowhere);
    lexicon_sort(&building->collections);
    return true;
}

static uint32_t builtin_limit(struct building *building,
                              const struct builtin *builtin)
{
    if (builtin->is_root)
        return RBAC_NONE;
    return find(&building->collections,
                builtin->is_user ? BUILTIN_ALL_USERS : BUILTIN_ALL_SYSTEMS);
}

static bool add_collections(struct building *building)
{
    const struct policy *policy = building->policy;
    const size_t n_known = n_builtin_collections + policy->n_collections;
    struct rbac_collection *all;
    const char **names;
    size_t n;

    if (!name_collections(building, n_known + n_builtin_collections +
                                        mentions(policy, NULL)) ||
        !strangers(building, &names, &n))
        return false;
    all = arena_alloc(building->arena, n_known + n, sizeof(*all));
    if (!all)
        return false;
    for (size_t i = 0; i < n; i++)
        lexicon_add(&building->collections, names[i], (long)(n_known + i),
                    nowhere);
    lexicon_sort(&building->collections);
    for (size_t i = 0; i < n_builtin_collections; i++)
        all[i] = (struct rbac_collection){
            builtin_collections[i].id, builtin_collections[i].name,
            builtin_limit(building, &builtin_collections[i])};
    for (size_t i = 0; i < policy->n_collections; i++)
        all[n_builtin_collections + i] = (struct rbac_collection){
            policy->collections[i].name, policy->collections[i].name,
            find(&building->collections, policy->collections[i].limiting)};
    for (size_t i = 0; i < n; i++)
        all[n_known + i] = (struct rbac_collection){
            names[i], names[i],
            find(&building->collections, BUILTIN_ALL_SYSTEMS)};
    building->estate.collections = all;
    building->estate.n_collections = n_known + n;
    return true;
}

static const uint32_t *indexes(struct building *building,
                               const struct lexicon *lexicon,
                               const char *const *names, size_t n)
{
    uint32_t *made = arena_alloc(building->arena, n, sizeof(*made));

    for (size_t i = 0; made && i < n; i++)
        made[i] = find(lexicon, names[i]);
    return made;
}

static const struct rbac_assignment *assignments(
    struct building *building, const struct policy_admin *admin)
{
    struct rbac_assignment *made =
        arena_alloc(building->arena, admin->n_assignments, sizeof(*made));

    for (size_t i = 0; made && i < admin->n_assignments; i++) {
        const struct policy_assignment *from = &admin->assignments[i];

        made[i] = (struct rbac_assignment){
            .roles =
                indexes(building, &building->roles, from->roles, from->n_roles),
            .n_roles = from->n_roles,
            .scopes = indexes(building, &building->scopes, from->scopes,
                              from->n_scopes),
            .n_scopes = from->n_scopes,
            .collections = indexes(building, &building->collections,
                                   from->collections, from->n_collections),
            .n_collections = from->n_collections,
            .from_s = from->from_s,
            .until_s = from->until_s};
    }
    return made;
}

static bool add_admins(struct building *building)
{
    const struct policy *policy = building->policy;
    struct rbac_admin *admins =
        arena_alloc(building->arena, policy->n_admins, sizeof(*admins));

    if (!admins)
        return false;
    for (size_t i = 0; i < policy->n_admins; i++)
        admins[i] = (struct rbac_admin){
            .name = policy->admins[i].name,
            .is_group = policy->admins[i].is_group,
            .assignments = assignments(building, &policy->admins[i]),
            .n_assignments = policy->admins[i].n_assignments};
    building->estate.admins = admins;
    building->estate.n_admins = policy->n_admins;
    return true;
}

enum status policy_engine_build(const struct policy *policy,
                                struct rbac_engine **engine_out,
                                struct rbac_problem *problem_out)
{
    OWNED(arena) arena = NULL;
    struct building building = {.policy = policy};

    TRY(arena_new(ESTATE_MAX_BYTES, &arena));
    building.arena = arena;
    building.estate.catalog = &rbac_catalog;
    if (!add_roles(&building) || !add_scopes(&building) ||
        !add_collections(&building) || !add_admins(&building))
        return arena_status(arena);
    TRY(arena_status(arena));
    return rbac_engine_build(&building.estate, engine_out, problem_out);
}

/* A declared object's id is its name; a built-in one has both. */
static struct text builtin_id(const struct builtin *builtins, size_t n,
                              const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(builtins[i].name, name) == 0)
            return text_of(builtins[i].id);
    return text_of(name);
}

uint32_t policy_find_role(const struct rbac_engine *engine, const char *name)
{
    for (size_t i = 0; i < rbac_n_builtin_roles; i++)
        if (strcmp(rbac_builtin_roles[i].name, name) == 0)
            return rbac_find_role(engine, text_of(rbac_builtin_roles[i].id));
    return rbac_find_role(engine, text_of(name));
}

uint32_t policy_find_scope(const struct rbac_engine *engine, const char *name)
{
    return rbac_find_scope(engine,
                           builtin_id(builtin_scopes, n_builtin_scopes, name));
}

uint32_t policy_find_collection(const struct rbac_engine *engine,
                                const char *name)
{
    return rbac_find_collection(
        engine, builtin_id(builtin_collections, n_builtin_collections, name));
}
