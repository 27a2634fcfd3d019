/* What applies to a caller: what can be reached from their names. */
#include "provider/object/people_private.h"

#include <stdlib.h>
#include <string.h>

/* The names that apply to a caller: their own, and their groups'. */
struct reach {
    const struct people *people;
    int32_t user;    /* node, or PEOPLE_NONE */
    int32_t *groups; /* owned: nodes */
    bool *is_seen;   /* owned: as a group */
    size_t n_groups;
};

static void reach_clear(struct reach *reach)
{
    free(reach->groups);
    free(reach->is_seen);
}

static void reach_group(struct reach *reach, int32_t node)
{
    if (node == PEOPLE_NONE || reach->is_seen[node])
        return;
    reach->is_seen[node] = true;
    reach->groups[reach->n_groups++] = node;
}

static void reach_parents(struct reach *reach, int32_t node)
{
    int32_t at = reach->people->nodes[node].first_parent;

    for (; at != PEOPLE_NONE; at = reach->people->edges[at].next)
        reach_group(reach, reach->people->edges[at].group);
}

static bool reach_all(struct reach *reach, const struct people *people,
                      const char *user, char *const *groups, size_t n_groups)
{
    *reach = (struct reach){.people = people};
    reach->groups = calloc(people->n_nodes + 1, sizeof(*reach->groups));
    reach->is_seen = calloc(people->n_nodes + 1, sizeof(*reach->is_seen));
    if (!reach->groups || !reach->is_seen)
        return false;
    reach->user = people_find(people, text_of(user));
    /* A member with the name of a group means that group. */
    if (reach->user != PEOPLE_NONE && !people->nodes[reach->user].is_declared)
        reach_parents(reach, reach->user);
    for (size_t i = 0; i < n_groups; i++) {
        const int32_t node = people_find(people, text_of(groups[i]));

        if (node != PEOPLE_NONE && !people->nodes[node].is_declared)
            reach_group(reach, node);
    }
    for (size_t i = 0; i < reach->n_groups; i++)
        reach_parents(reach, reach->groups[i]);
    return true;
}

static size_t put_admin(uint32_t admin, uint32_t *admins_out, size_t n,
                        size_t max)
{
    if (admin == RBAC_NONE)
        return n;
    if (n < max)
        admins_out[n] = admin;
    return n + 1;
}

/* A host has no rights: nothing can be had by taking its key, and it counts for
 * no administrator (T125). */
static bool is_host(const struct node *nodes, int32_t user)
{
    return user != PEOPLE_NONE && nodes[user].user_host != 0;
}

size_t site_admins_of(const struct site *site, struct site_member member,
                      uint32_t *admins_out, size_t max, uint32_t *own_out)
{
    const struct node *nodes = site->people->nodes;
    SCOPED(reach_clear) struct reach reach = {0};
    size_t n = 0;

    *own_out = RBAC_NONE;
    if (!reach_all(&reach, site->people, member.user, member.groups,
                   member.n_groups))
        return SIZE_MAX; /* unknown, which is not the same as nobody */
    if (reach.user != PEOPLE_NONE) {
        *own_out = nodes[reach.user].user_admin;
        n = put_admin(*own_out, admins_out, n, max);
    }
    for (size_t i = 0; i < reach.n_groups && !is_host(nodes, reach.user); i++)
        n = put_admin(nodes[reach.groups[i]].group_admin, admins_out, n, max);
    return n;
}

bool site_person(const struct site *site, size_t i,
                 struct site_person *person_out)
{
    const struct node *node = &site->people->nodes[i];

    if (i >= site->people->n_nodes)
        return false;
    *person_out = (struct site_person){0};
    if (node->is_declared)
        return true;
    person_out->is_user =
        node->user_admin != RBAC_NONE || node->first_parent != PEOPLE_NONE;
    person_out->is_group = node->group_admin != RBAC_NONE;
    if (person_out->is_user || person_out->is_group)
        person_out->name = node->name;
    return true;
}

/* The group itself and every group it is in. */
static bool reach_above(struct reach *reach, const struct people *people,
                        const char *group)
{
    if (!reach_all(reach, people, "", NULL, 0))
        return false;
    reach_group(reach, people_find(people, text_of(group)));
    for (size_t i = 0; i < reach->n_groups; i++)
        reach_parents(reach, reach->groups[i]);
    return true;
}

size_t people_group_admins(const struct people *people, const char *group,
                           uint32_t *admins_out, size_t max)
{
    SCOPED(reach_clear) struct reach reach = {0};
    size_t n = 0;

    if (!reach_above(&reach, people, group))
        return SIZE_MAX;
    for (size_t i = 0; i < reach.n_groups; i++)
        n = put_admin(people->nodes[reach.groups[i]].group_admin, admins_out, n,
                      max);
    return n;
}

bool people_group_is_excluded(const struct people *people, const char *group)
{
    SCOPED(reach_clear) struct reach reach = {0};

    if (!reach_above(&reach, people, group))
        return true;
    for (size_t i = 0; i < reach.n_groups; i++)
        if (people->nodes[reach.groups[i]].group_exclusion != PEOPLE_NONE)
            return true;
    return false;
}

static const struct site_exclusion *in_force(const struct people *people,
                                             int32_t exclusion, int64_t now_s)
{
    if (exclusion == PEOPLE_NONE ||
        people->exclusions[exclusion].until_s <= now_s)
        return NULL;
    return &people->exclusions[exclusion];
}

const struct site_exclusion *site_exclusion_of(const struct site *site,
                                               const char *user,
                                               char *const *groups,
                                               size_t n_groups, int64_t now_s)
{
    const struct people *people = site->people;
    const struct site_exclusion *found = NULL;
    SCOPED(reach_clear) struct reach reach = {0};

    if (people->n_exclusions == 0 ||
        !reach_all(&reach, people, user, groups, n_groups))
        return NULL;
    if (reach.user != PEOPLE_NONE)
        found =
            in_force(people, people->nodes[reach.user].user_exclusion, now_s);
    for (size_t i = 0; !found && i < reach.n_groups; i++)
        found = in_force(people, people->nodes[reach.groups[i]].group_exclusion,
                         now_s);
    return found;
}
