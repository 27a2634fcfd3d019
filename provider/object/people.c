/*
 * Every name is one node: as a user, as a group, or both; an external group has
 * its own, under its source (group_name.h). A group of the policy has edges
 * from its members to it, so that what applies to a caller is what can be
 * reached from their names; each node is visited once, whatever cycles there
 * are (T56).
 */
#include "provider/object/people.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/group_name.h"
#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/object/people_sql.h"

enum { NONE = -1 };

struct node {
    const char *name;
    int32_t next; /* in the same bucket */
    uint32_t user_admin;
    uint32_t group_admin;
    int64_t user_since_s; /* when the user's record was made; 0: not known */
    int64_t user_ended_s; /* when their sessions were ended last; 0: never */
    int64_t user_host;    /* the device whose own record it is; 0: none */
    int32_t user_exclusion;
    int32_t group_exclusion;
    int32_t outside;      /* node of the group from outside with this name */
    bool is_declared;     /* a group of the policy */
    bool has_sid;         /* the user's account is known by its SID */
    int32_t first_parent; /* edge to a group it is a member of */
};

struct edge {
    int32_t group; /* node */
    int32_t next;
};

struct people {
    atomic_size_t n_holders;
    struct arena arena;
    struct node *nodes;
    size_t n_nodes;
    size_t max_nodes;
    int32_t *buckets;
    size_t n_buckets; /* a power of two */
    struct edge *edges;
    size_t n_edges;
    size_t max_edges;
    struct site_identity *identities; /* sorted */
    size_t n_identities;
    struct site_exclusion *exclusions;
    size_t n_exclusions;
};

struct people *people_hold(struct people *people)
{
    atomic_fetch_add_explicit(&people->n_holders, 1, memory_order_relaxed);
    return people;
}

void people_free(struct people *people)
{
    if (!people || atomic_fetch_sub_explicit(&people->n_holders, 1,
                                             memory_order_acq_rel) != 1)
        return;
    arena_free(&people->arena);
    free(people);
}

const struct site_exclusion *people_exclusions(const struct people *people,
                                               size_t *n_out)
{
    *n_out = people->n_exclusions;
    return people->exclusions;
}

/* ---- Names ---- */

/* FNV-1a: names come from administrators, not from strangers. */
static size_t hash(struct text name)
{
    uint64_t h = 14695981039346656037u;

    for (size_t i = 0; i < name.size; i++)
        h = (h ^ (unsigned char)name.data[i]) * 1099511628211u;
    return (size_t)(h ^ h >> 32);
}

static int32_t find(const struct people *people, struct text name)
{
    int32_t at = people->buckets[hash(name) & (people->n_buckets - 1)];

    while (at != NONE && !text_equal(name, text_of(people->nodes[at].name)))
        at = people->nodes[at].next;
    return at;
}

/* The node of a name, made when there is none; NONE without memory. */
static int32_t make_node(struct people *people, struct text name)
{
    const size_t bucket = hash(name) & (people->n_buckets - 1);
    const int32_t found = find(people, name);
    struct node *node;

    if (found != NONE || people->n_nodes == people->max_nodes)
        return found;
    node = &people->nodes[people->n_nodes];
    *node = (struct node){
        .name = arena_copy_text(&people->arena, name),
        .next = people->buckets[bucket],
        .user_admin = RBAC_NONE,
        .group_admin = RBAC_NONE,
        .user_exclusion = NONE,
        .group_exclusion = NONE,
        .outside = NONE,
        .first_parent = NONE,
    };
    if (!node->name)
        return NONE;
    people->buckets[bucket] = (int32_t)people->n_nodes;
    return (int32_t)people->n_nodes++;
}

/* ---- Loading ---- */

static enum status count_rows(struct store *store, const char *sql,
                              size_t *n_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    TRY(store_step(stmt));
    *n_out = (size_t)store_int(stmt, 0);
    return STATUS_OK;
}

static enum status make_room(struct people *people, struct store *store,
                             size_t n_admins)
{
    size_t n_groups;
    size_t n_exclusions;

    TRY(count_rows(store, SQL_PEOPLE_COUNT_GROUPS, &n_groups));
    TRY(count_rows(store, SQL_PEOPLE_COUNT_MEMBERS, &people->max_edges));
    TRY(count_rows(store, SQL_PEOPLE_COUNT_EXCLUSIONS, &n_exclusions));
    people->max_edges *= 2; /* of a user, and of a group from outside */
    people->max_nodes =
        2 * n_admins + n_groups + people->max_edges + n_exclusions;
    if (people->max_nodes > INT32_MAX / 4)
        return STATUS_LIMIT;
    people->n_buckets = 16;
    while (people->n_buckets < 2 * people->max_nodes)
        people->n_buckets *= 2;
    people->nodes =
        arena_take(&people->arena, people->max_nodes, sizeof(*people->nodes));
    people->buckets =
        arena_take(&people->arena, people->n_buckets, sizeof(*people->buckets));
    people->edges =
        arena_take(&people->arena, people->max_edges, sizeof(*people->edges));
    people->exclusions =
        arena_take(&people->arena, n_exclusions, sizeof(*people->exclusions));
    if (!people->nodes || !people->buckets || !people->edges ||
        !people->exclusions)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < people->n_buckets; i++)
        people->buckets[i] = NONE;
    return STATUS_OK;
}

static enum status load_admins(struct people *people,
                               const struct rbac_admin *admins, size_t n_admins)
{
    for (size_t i = 0; i < n_admins; i++) {
        const int32_t at = make_node(people, text_of(admins[i].name));

        if (at == NONE)
            return STATUS_NO_MEMORY;
        if (admins[i].is_group)
            people->nodes[at].group_admin = (uint32_t)i;
        else
            people->nodes[at].user_admin = (uint32_t)i;
    }
    return STATUS_OK;
}

/* NONE without memory, or where the tables say more than they were counted. */
static int32_t make_group_node(struct people *people, struct text source,
                               struct text name)
{
    SCOPED(memory_drop) char *full = group_name_from(source, name);

    return full ? make_node(people, text_of(full)) : NONE;
}

/*
 * Does a member of this name mean the external group? A principal's name is a
 * user's; and only the policy's author says it of a group.
 */
static bool may_be_member(const struct node *node, bool is_declared)
{
    if (MUTANT("a1-planted-member"))
        return true;
    return is_declared && !strchr(node->name, '@');
}

/* Records of external groups have names of their own. */
static enum status load_sources(struct people *people, struct store *store)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_PEOPLE_SOURCES, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const int32_t at = find(people, store_text(stmt, 0));
        const int32_t outside =
            make_group_node(people, store_text(stmt, 1), store_text(stmt, 0));

        if (at == NONE || outside == NONE)
            return STATUS_NO_MEMORY;
        people->nodes[outside].group_admin = people->nodes[at].group_admin;
        people->nodes[at].group_admin = RBAC_NONE;
        if (may_be_member(&people->nodes[at], store_int(stmt, 2) != 0))
            people->nodes[at].outside = outside;
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status load_dates(struct people *people, struct store *store)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_PEOPLE_DATES, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const int32_t at = find(people, store_text(stmt, 0));

        if (at == NONE)
            continue;
        people->nodes[at].user_since_s = store_int(stmt, 1);
        people->nodes[at].user_ended_s = store_int(stmt, 2);
        people->nodes[at].user_host = store_int(stmt, 3);
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status load_groups(struct people *people, struct store *store)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_PEOPLE_GROUPS, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const int32_t at = make_node(people, store_text(stmt, 0));

        if (at == NONE)
            return STATUS_NO_MEMORY;
        people->nodes[at].is_declared = true;
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status add_edge(struct people *people, int32_t group,
                            int32_t member)
{
    if (people->n_edges == people->max_edges)
        return STATUS_NO_MEMORY;
    people->edges[people->n_edges] =
        (struct edge){group, people->nodes[member].first_parent};
    people->nodes[member].first_parent = (int32_t)people->n_edges++;
    return STATUS_OK;
}

static enum status load_members(struct people *people, struct store *store)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_PEOPLE_MEMBERS, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const int32_t group = make_node(people, store_text(stmt, 0));
        const int32_t member = make_node(people, store_text(stmt, 1));

        if (group == NONE || member == NONE)
            return STATUS_NO_MEMORY;
        TRY(add_edge(people, group, member));
        if (people->nodes[member].outside != NONE)
            TRY(add_edge(people, group, people->nodes[member].outside));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status load_exclusions(struct people *people, struct store *store)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_PEOPLE_EXCLUSIONS, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        struct site_exclusion *into = &people->exclusions[people->n_exclusions];
        const int32_t at =
            make_group_node(people, store_text(stmt, 5), store_text(stmt, 0));

        if (at == NONE)
            return STATUS_NO_MEMORY;
        into->user = group_name_plain(people->nodes[at].name);
        into->is_group = store_int(stmt, 1) != 0;
        into->reason = arena_copy_text(&people->arena, store_text(stmt, 2));
        into->owner = arena_copy_text(&people->arena, store_text(stmt, 3));
        into->until_s = store_int(stmt, 4);
        if (!into->reason || !into->owner)
            return STATUS_NO_MEMORY;
        if (into->is_group)
            people->nodes[at].group_exclusion = (int32_t)people->n_exclusions;
        else
            people->nodes[at].user_exclusion = (int32_t)people->n_exclusions;
        people->n_exclusions++;
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static int compare_identities(const void *left, const void *right)
{
    const struct site_identity *a = left;
    const struct site_identity *b = right;

    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return strcmp(a->value, b->value);
}

/* Users of identities have records, and so nodes. */
static void note_sid(struct people *people,
                     const struct site_identity *identity)
{
    const int32_t at = find(people, text_of(identity->user));

    if (at != NONE && identity->kind == IDENTITY_SID)
        people->nodes[at].has_sid = true;
}

static enum status load_identities(struct people *people, struct store *store)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    size_t n;

    TRY(count_rows(store, SQL_PEOPLE_COUNT_IDENTITIES, &n));
    people->identities =
        arena_take(&people->arena, n, sizeof(*people->identities));
    if (!people->identities)
        return STATUS_NO_MEMORY;
    TRY(store_prepare(store, SQL_PEOPLE_IDENTITIES, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        struct site_identity *into =
            &people->identities[people->n_identities++];

        into->kind = identity_kind_read(store_text(stmt, 0));
        into->value = arena_copy_text(&people->arena, store_text(stmt, 1));
        into->user = arena_copy_text(&people->arena, store_text(stmt, 2));
        into->author = arena_copy_text(&people->arena, store_text(stmt, 3));
        into->is_at_top = store_int(stmt, 4) != 0;
        into->given_s = store_int(stmt, 5);
        if (!into->value || !into->user || !into->author)
            return STATUS_NO_MEMORY;
        note_sid(people, into);
    }
    qsort(people->identities, people->n_identities, sizeof(*people->identities),
          compare_identities);
    return found == STATUS_END ? STATUS_OK : found;
}

enum status people_load(struct store *store, const struct rbac_admin *admins,
                        size_t n_admins, struct people **people_out)
{
    OWNED(people) people = calloc(1, sizeof(*people));

    if (!people)
        return STATUS_NO_MEMORY;
    atomic_init(&people->n_holders, 1);
    TRY(make_room(people, store, n_admins));
    TRY(load_admins(people, admins, n_admins));
    TRY(load_sources(people, store));
    TRY(load_dates(people, store));
    TRY(load_groups(people, store));
    TRY(load_members(people, store));
    TRY(load_exclusions(people, store));
    TRY(load_identities(people, store));
    *people_out = TAKE(people);
    return STATUS_OK;
}

/* ---- Asking ---- */

int64_t site_user_since(const struct site *site, const char *user)
{
    const int32_t at = find(site->people, text_of(user));
    const struct node *node = at == NONE ? NULL : &site->people->nodes[at];

    return node && node->user_admin != RBAC_NONE && node->user_since_s > 0
               ? node->user_since_s
               : INT64_MAX;
}

int64_t site_user_ended(const struct site *site, const char *user)
{
    const int32_t at = find(site->people, text_of(user));

    return at != NONE && site->people->nodes[at].user_ended_s > 0
               ? site->people->nodes[at].user_ended_s
               : INT64_MIN;
}

int64_t site_user_host(const struct site *site, const char *user)
{
    const int32_t at = find(site->people, text_of(user));

    return at != NONE ? site->people->nodes[at].user_host : 0;
}

bool site_user_is_person(const struct site *site, const char *user)
{
    const int32_t at = find(site->people, text_of(user));
    const struct node *node = at == NONE ? NULL : &site->people->nodes[at];

    return node && node->user_admin != RBAC_NONE && node->user_host == 0;
}

bool site_user_has_sid(const struct site *site, const char *user)
{
    const int32_t at = find(site->people, text_of(user));

    return at != NONE && site->people->nodes[at].has_sid;
}

static int compare_identity(const struct site_identity *at,
                            enum identity_kind kind, struct text value)
{
    const struct text have = text_of(at->value);
    const size_t common = have.size < value.size ? have.size : value.size;
    int order = at->kind < kind ? -1 : at->kind > kind ? 1 : 0;

    if (order == 0)
        order = common ? memcmp(have.data, value.data, common) : 0;
    if (order == 0 && have.size != value.size)
        order = have.size < value.size ? -1 : 1;
    return order;
}

static const struct site_identity *find_identity(const struct people *people,
                                                 enum identity_kind kind,
                                                 struct text value)
{
    size_t low = 0;
    size_t high = people->n_identities;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct site_identity *at = &people->identities[middle];
        const int order = compare_identity(at, kind, value);

        if (order == 0)
            return at;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const char *site_user_of(const struct site *site, enum identity_kind kind,
                         struct text value)
{
    const struct site_identity *found =
        find_identity(site->people, kind, value);

    return found ? found->user : NULL;
}

bool site_identity_is_lent(const struct site *site, enum identity_kind kind,
                           struct text value)
{
    const struct site_identity *found =
        find_identity(site->people, kind, value);

    return found && !found->is_at_top;
}

bool site_identity(const struct site *site, size_t i,
                   struct site_identity *identity_out)
{
    const struct people *people = site->people;

    if (i >= people->n_identities)
        return false;
    *identity_out = people->identities[i];
    return true;
}

enum auth_level site_reach_of(const struct site *site, const char *user,
                              const enum auth_level reach[IDENTITY_N_KINDS])
{
    const struct people *people = site->people;
    enum auth_level highest =
        strchr(user, '@') ? reach[IDENTITY_KERBEROS] : AUTH_LEVEL_NONE;

    for (size_t i = 0; i < people->n_identities; i++) {
        const struct site_identity *at = &people->identities[i];

        if (reach[at->kind] > highest && strcmp(at->user, user) == 0)
            highest = reach[at->kind];
    }
    return highest;
}

/* The names that apply to a caller: their own, and their groups'. */
struct reach {
    const struct people *people;
    int32_t user;    /* node, or NONE */
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
    if (node == NONE || reach->is_seen[node])
        return;
    reach->is_seen[node] = true;
    reach->groups[reach->n_groups++] = node;
}

static void reach_parents(struct reach *reach, int32_t node)
{
    int32_t at = reach->people->nodes[node].first_parent;

    for (; at != NONE; at = reach->people->edges[at].next)
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
    reach->user = find(people, text_of(user));
    /* A member with the name of a group means that group. */
    if (reach->user != NONE && !people->nodes[reach->user].is_declared)
        reach_parents(reach, reach->user);
    for (size_t i = 0; i < n_groups; i++) {
        const int32_t node = find(people, text_of(groups[i]));

        if (node != NONE && !people->nodes[node].is_declared)
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
    return user != NONE && nodes[user].user_host != 0;
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
    if (reach.user != NONE) {
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
        node->user_admin != RBAC_NONE || node->first_parent != NONE;
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
    reach_group(reach, find(people, text_of(group)));
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
        if (people->nodes[reach.groups[i]].group_exclusion != NONE)
            return true;
    return false;
}

static const struct site_exclusion *in_force(const struct people *people,
                                             int32_t exclusion, int64_t now_s)
{
    if (exclusion == NONE || people->exclusions[exclusion].until_s <= now_s)
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
    if (reach.user != NONE)
        found =
            in_force(people, people->nodes[reach.user].user_exclusion, now_s);
    for (size_t i = 0; !found && i < reach.n_groups; i++)
        found = in_force(people, people->nodes[reach.groups[i]].group_exclusion,
                         now_s);
    return found;
}
