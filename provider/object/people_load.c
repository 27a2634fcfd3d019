/* The people of a site, read from its store. */
#include "provider/object/people_private.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/group_name.h"
#include "provider/base/mutant.h"
#include "provider/object/people_sql.h"

/* ---- Names ---- */

/* The node of a name, made when there is none; PEOPLE_NONE without memory. */
static int32_t make_node(struct people *people, struct text name)
{
    const size_t bucket = people_bucket(people, name);
    const int32_t found = people_find(people, name);
    struct node *node;

    if (found != PEOPLE_NONE || people->n_nodes == people->max_nodes)
        return found;
    node = &people->nodes[people->n_nodes];
    *node = (struct node){
        .name = arena_copy_text(&people->arena, name),
        .next = people->buckets[bucket],
        .user_admin = RBAC_NONE,
        .group_admin = RBAC_NONE,
        .user_exclusion = PEOPLE_NONE,
        .group_exclusion = PEOPLE_NONE,
        .outside = PEOPLE_NONE,
        .first_parent = PEOPLE_NONE,
    };
    if (!node->name)
        return PEOPLE_NONE;
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
        people->buckets[i] = PEOPLE_NONE;
    return STATUS_OK;
}

static enum status load_admins(struct people *people,
                               const struct rbac_admin *admins, size_t n_admins)
{
    for (size_t i = 0; i < n_admins; i++) {
        const int32_t at = make_node(people, text_of(admins[i].name));

        if (at == PEOPLE_NONE)
            return STATUS_NO_MEMORY;
        if (admins[i].is_group)
            people->nodes[at].group_admin = (uint32_t)i;
        else
            people->nodes[at].user_admin = (uint32_t)i;
    }
    return STATUS_OK;
}

/* PEOPLE_NONE without memory, or where the tables say more than they were
 * counted. */
static int32_t make_group_node(struct people *people, struct text source,
                               struct text name)
{
    SCOPED(memory_drop) char *full = group_name_from(source, name);

    return full ? make_node(people, text_of(full)) : PEOPLE_NONE;
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
        const int32_t at = people_find(people, store_text(stmt, 0));
        const int32_t outside =
            make_group_node(people, store_text(stmt, 1), store_text(stmt, 0));

        if (at == PEOPLE_NONE || outside == PEOPLE_NONE)
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
        const int32_t at = people_find(people, store_text(stmt, 0));

        if (at == PEOPLE_NONE)
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

        if (at == PEOPLE_NONE)
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

        if (group == PEOPLE_NONE || member == PEOPLE_NONE)
            return STATUS_NO_MEMORY;
        TRY(add_edge(people, group, member));
        if (people->nodes[member].outside != PEOPLE_NONE)
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

        if (at == PEOPLE_NONE)
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
    const int32_t at = people_find(people, text_of(identity->user));

    if (at != PEOPLE_NONE && identity->kind == IDENTITY_SID)
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
