#include "policy/shadow.h"

#include <stdlib.h>

#include "policy/estate.h"

/* Beyond these an estate is not searched: a warning is not worth a minute. */
enum {
    TRIPLES_MAX = 512,
    COMPARISONS_MAX = 20 * 1000 * 1000,
    RECORDS_MAX = 64,
};

/* One role in one category, by one assignment. */
struct triple {
    const struct policy_assignment *assignment;
    const struct policy_admin *group; /* that it is of; NULL: their own */
    size_t grant; /* number of (assignment, role) within the search */
    uint32_t role;
    uint32_t scope;      /* or RBAC_NONE */
    uint32_t collection; /* or RBAC_NONE */
};

struct search {
    const struct rbac_engine *engine;
    const struct rbac_estate *estate;
    struct policy_messages *messages;
    struct triple *triples; /* [TRIPLES_MAX], of one administrator */
    size_t n_triples;
    size_t n_own; /* of them; those of groups follow */
    size_t n_grants;
    size_t n_comparisons;
};

/* What the role grants on a type for no more than the level. */
static uint32_t granted(const struct rbac_role *role, uint16_t type,
                        enum auth_level level)
{
    uint32_t operations = 0;

    for (size_t i = 0; i < role->n_rights; i++)
        if (role->rights[i].type == type && role->rights[i].level <= level)
            operations |= role->rights[i].operations;
    return operations;
}

/* Does the one role grant all that the other does, as easily? */
static bool role_covers(struct search *search, uint32_t more, uint32_t less)
{
    const struct rbac_role *wide = &search->estate->roles[more];
    const struct rbac_role *narrow = &search->estate->roles[less];

    if (more == less)
        return true;
    if (wide->level > narrow->level || wide->n_rights == 0)
        return false;
    for (size_t i = 0; i < narrow->n_rights; i++) {
        const struct rbac_right *right = &narrow->rights[i];

        search->n_comparisons += wide->n_rights;
        if (right->operations & ~granted(wide, right->type, right->level))
            return false;
    }
    return true;
}

static bool triple_covers(struct search *search, const struct triple *more,
                          const struct triple *less)
{
    search->n_comparisons++;
    if (more->collection != less->collection)
        return false;
    if (more->scope != less->scope &&
        (more->scope == RBAC_NONE || less->scope == RBAC_NONE ||
         !search->estate->scopes[more->scope].is_all))
        return false;
    return more->assignment->from_s <= less->assignment->from_s &&
           more->assignment->until_s >= less->assignment->until_s &&
           role_covers(search, more->role, less->role);
}

/* What covers it, or NULL. Of two that cover each other the first one stays,
 * and what a group grants stays. */
static const struct triple *find_cover(struct search *search,
                                       const struct triple *triple)
{
    for (size_t i = 0; i < search->n_triples; i++) {
        const struct triple *other = &search->triples[i];

        if (other->grant == triple->grant ||
            !triple_covers(search, other, triple))
            continue;
        if (other->group || other->grant < triple->grant ||
            !triple_covers(search, triple, other))
            return other;
    }
    return NULL;
}

static void add_triple(struct search *search, struct triple triple)
{
    if (search->n_triples < TRIPLES_MAX)
        search->triples[search->n_triples] = triple;
    search->n_triples++;
}

static void add_grant(struct search *search,
                      const struct policy_assignment *assignment,
                      const struct policy_admin *group, uint32_t role)
{
    struct triple triple = {assignment, group,     search->n_grants++,
                            role,       RBAC_NONE, RBAC_NONE};

    for (size_t i = 0; i < assignment->n_scopes; i++) {
        triple.scope = policy_find_scope(search->engine, assignment->scopes[i]);
        add_triple(search, triple);
    }
    triple.scope = RBAC_NONE;
    for (size_t i = 0; i < assignment->n_collections; i++) {
        triple.collection =
            policy_find_collection(search->engine, assignment->collections[i]);
        add_triple(search, triple);
    }
}

static void add_record(struct search *search, const struct policy_admin *admin,
                       const struct policy_admin *group)
{
    for (size_t i = 0; i < admin->n_assignments; i++)
        for (size_t j = 0; j < admin->assignments[i].n_roles; j++)
            add_grant(search, &admin->assignments[i], group,
                      policy_find_role(search->engine,
                                       admin->assignments[i].roles[j]));
}

/* Their own grants first, then those of the groups they are in. */
static void collect(struct search *search, const struct policy_people *people,
                    const struct policy *policy, size_t admin)
{
    uint32_t records[RECORDS_MAX];
    size_t n = 0;

    search->n_triples = 0;
    search->n_grants = 0;
    add_record(search, &policy->admins[admin], NULL);
    search->n_own = search->n_triples;
    if (!policy->admins[admin].is_group)
        n = policy_people_admins(people, policy->admins[admin].name, records,
                                 RECORDS_MAX);
    for (size_t i = 0; i < n && n <= RECORDS_MAX; i++)
        if (records[i] != admin)
            add_record(search, &policy->admins[records[i]],
                       &policy->admins[records[i]]);
    if (search->n_triples > TRIPLES_MAX && search->n_own <= TRIPLES_MAX)
        search->n_triples = search->n_own;
}

static void warn(struct search *search, const struct triple *triple,
                 const struct policy_admin *group)
{
    const char *role = search->estate->roles[triple->role].name;

    if (group)
        messages_warn(search->messages, triple->assignment->place,
                      "the role \"%s\" grants nothing here that the group "
                      "\"%s\" does not grant them too",
                      role, group->name);
    else
        messages_warn(search->messages, triple->assignment->place,
                      "the role \"%s\" grants nothing here that the same "
                      "administrator is not granted elsewhere",
                      role);
}

/* A grant is said to add nothing when every triple of it is covered. */
static void warn_admin(struct search *search)
{
    size_t at = 0;

    while (at < search->n_own) {
        const struct triple *first = &search->triples[at];
        const struct policy_admin *group = NULL;
        bool is_useless = true;

        for (; at < search->n_own && search->triples[at].grant == first->grant;
             at++) {
            const struct triple *cover =
                is_useless ? find_cover(search, &search->triples[at]) : NULL;

            is_useless = cover != NULL;
            if (cover && cover->group)
                group = cover->group;
        }
        if (is_useless)
            warn(search, first, group);
    }
}

enum status shadow_warn(const struct rbac_engine *engine,
                        const struct policy_people *people,
                        const struct policy *policy,
                        struct policy_messages *messages)
{
    SCOPED(memory_drop)
    struct triple *triples = calloc(TRIPLES_MAX, sizeof(*triples));
    struct search search = {.engine = engine,
                            .estate = rbac_engine_estate(engine),
                            .messages = messages,
                            .triples = triples};

    if (!triples)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < policy->n_admins; i++) {
        collect(&search, people, policy, i);
        if (search.n_triples <= TRIPLES_MAX &&
            search.n_comparisons < COMPARISONS_MAX)
            warn_admin(&search);
    }
    return STATUS_OK;
}
