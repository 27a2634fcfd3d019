/* Whose a name and an identity are, and since when. */
#include "provider/object/people_private.h"

#include <stdlib.h>
#include <string.h>

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

size_t people_bucket(const struct people *people, struct text name)
{
    return hash(name) & (people->n_buckets - 1);
}

int32_t people_find(const struct people *people, struct text name)
{
    int32_t at = people->buckets[people_bucket(people, name)];

    while (at != PEOPLE_NONE &&
           !text_equal(name, text_of(people->nodes[at].name)))
        at = people->nodes[at].next;
    return at;
}

/* ---- Asking ---- */

int64_t site_user_since(const struct site *site, const char *user)
{
    const int32_t at = people_find(site->people, text_of(user));
    const struct node *node =
        at == PEOPLE_NONE ? NULL : &site->people->nodes[at];

    return node && node->user_admin != RBAC_NONE && node->user_since_s > 0
               ? node->user_since_s
               : INT64_MAX;
}

int64_t site_user_ended(const struct site *site, const char *user)
{
    const int32_t at = people_find(site->people, text_of(user));

    return at != PEOPLE_NONE && site->people->nodes[at].user_ended_s > 0
               ? site->people->nodes[at].user_ended_s
               : INT64_MIN;
}

int64_t site_user_host(const struct site *site, const char *user)
{
    const int32_t at = people_find(site->people, text_of(user));

    return at != PEOPLE_NONE ? site->people->nodes[at].user_host : 0;
}

bool site_user_is_person(const struct site *site, const char *user)
{
    const int32_t at = people_find(site->people, text_of(user));
    const struct node *node =
        at == PEOPLE_NONE ? NULL : &site->people->nodes[at];

    return node && node->user_admin != RBAC_NONE && node->user_host == 0;
}

bool site_user_has_sid(const struct site *site, const char *user)
{
    const int32_t at = people_find(site->people, text_of(user));

    return at != PEOPLE_NONE && site->people->nodes[at].has_sid;
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
