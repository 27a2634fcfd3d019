/*
 * The records that apply to a user: their own, and those of every group they
 * are in. Memberships are followed upwards, from a name to the groups that list
 * it.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/arena.h"
#include "policy/estate.h"
#include "policy/lexicon.h"

enum { PEOPLE_MAX_BYTES = 256 * 1024 * 1024 };

/* "name is listed by group": sorted by name. */
struct listing {
    const char *name;
    const char *group;
};

struct policy_people {
    struct arena *arena; /* owned */
    const struct policy *policy;
    struct lexicon users;  /* administrator records */
    struct lexicon groups; /* administrator records */
    struct listing *listings;
    size_t n_listings;
};

/* Groups found on the way up; each is visited once. */
struct climb {
    const struct policy_people *people;
    const char **groups;
    size_t n_groups;
};

static int listing_compare(const void *left, const void *right)
{
    const struct listing *a = left;
    const struct listing *b = right;
    const int by_name = strcmp(a->name, b->name);

    return by_name ? by_name : strcmp(a->group, b->group);
}

static bool list_members(struct policy_people *people)
{
    const struct policy *policy = people->policy;
    size_t n = 0;

    for (size_t i = 0; i < policy->n_groups; i++)
        n += policy->groups[i].n_members;
    people->listings = arena_alloc(people->arena, n, sizeof(struct listing));
    if (!people->listings)
        return false;
    for (size_t i = 0; i < policy->n_groups; i++)
        for (size_t j = 0; j < policy->groups[i].n_members; j++)
            people->listings[people->n_listings++] = (struct listing){
                policy->groups[i].members[j], policy->groups[i].name};
    qsort(people->listings, n, sizeof(struct listing), listing_compare);
    return true;
}

static bool list_records(struct policy_people *people)
{
    const struct policy *policy = people->policy;
    const struct policy_place nowhere = {.file = NULL};

    if (!lexicon_make(&people->users, "user", policy->n_admins,
                      people->arena) ||
        !lexicon_make(&people->groups, "group", policy->n_admins,
                      people->arena))
        return false;
    for (size_t i = 0; i < policy->n_admins; i++)
        lexicon_add(policy->admins[i].is_group ? &people->groups
                                               : &people->users,
                    policy->admins[i].name, (long)i, nowhere);
    lexicon_sort(&people->users);
    lexicon_sort(&people->groups);
    return true;
}

enum status policy_people_new(const struct policy *policy,
                              struct policy_people **people_out)
{
    OWNED(policy_people) people = calloc(1, sizeof(*people));

    if (!people)
        return STATUS_NO_MEMORY;
    people->policy = policy;
    TRY(arena_new(PEOPLE_MAX_BYTES, &people->arena));
    if (!list_members(people) || !list_records(people))
        return arena_status(people->arena);
    *people_out = TAKE(people);
    return STATUS_OK;
}

void policy_people_free(struct policy_people *people)
{
    if (!people)
        return;
    arena_free(people->arena);
    free(people);
}

static size_t first_listing(const struct policy_people *people,
                            const char *name)
{
    size_t from = 0;
    size_t to = people->n_listings;

    while (from < to) {
        const size_t middle = from + (to - from) / 2;

        if (strcmp(people->listings[middle].name, name) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static void climb_from(struct climb *climb, const char *name)
{
    const struct policy_people *people = climb->people;

    for (size_t i = first_listing(people, name);
         i < people->n_listings && strcmp(people->listings[i].name, name) == 0;
         i++) {
        bool is_known = false;

        for (size_t j = 0; j < climb->n_groups && !is_known; j++)
            is_known = strcmp(climb->groups[j], people->listings[i].group) == 0;
        if (!is_known)
            climb->groups[climb->n_groups++] = people->listings[i].group;
    }
}

/* All groups the user is in; the caller frees the array. NULL: out of
 * memory. */
static const char **groups_of(const struct policy_people *people,
                              const char *user, size_t *n_out)
{
    struct climb climb = {.people = people};

    climb.groups = calloc(people->policy->n_groups + 1, sizeof(*climb.groups));
    if (!climb.groups)
        return NULL;
    climb_from(&climb, user);
    for (size_t i = 0; i < climb.n_groups; i++)
        climb_from(&climb, climb.groups[i]);
    *n_out = climb.n_groups;
    return climb.groups;
}

size_t policy_people_admins(const struct policy_people *people,
                            const char *user, uint32_t *admins_out, size_t max)
{
    const long own = lexicon_find(&people->users, text_of(user));
    SCOPED(memory_drop) const char **groups = NULL;
    size_t n_groups = 0;
    size_t n = 0;

    groups = groups_of(people, user, &n_groups);
    if (!groups)
        return SIZE_MAX;
    if (own != LEXICON_NONE && n++ < max)
        admins_out[0] = (uint32_t)own;
    for (size_t i = 0; i < n_groups; i++) {
        const long admin = lexicon_find(&people->groups, text_of(groups[i]));

        if (admin != LEXICON_NONE && n++ < max)
            admins_out[n - 1] = (uint32_t)admin;
    }
    return n;
}

bool policy_people_is_excluded(const struct policy_people *people,
                               const char *user, int64_t now_s)
{
    const struct policy *policy = people->policy;
    SCOPED(memory_drop) const char **groups = NULL;
    size_t n_groups = 0;

    groups = groups_of(people, user, &n_groups);
    for (size_t i = 0; i < policy->n_exclusions; i++) {
        const struct policy_exclusion *exclusion = &policy->exclusions[i];

        if (now_s >= exclusion->until_s)
            continue;
        if (!exclusion->is_group && strcmp(exclusion->user, user) == 0)
            return true;
        for (size_t j = 0; exclusion->is_group && j < n_groups; j++)
            if (strcmp(exclusion->user, groups[j]) == 0)
                return true;
    }
    return false;
}
