/*
 * Finds parts of a policy that cannot work: unused roles and groups, levels
 * that nobody reaches, a site that nobody could administer. Duplicate grants
 * have a file of their own (shadow.c).
 */
#include "policy/check.h"

#include <string.h>

#include "policy/certificate/authority.h"
#include "policy/estate.h"
#include "policy/lexicon.h"
#include "policy/reach.h"
#include "policy/set.h"
#include "policy/shadow.h"
#include "rbac/administer.h"

struct checking {
    struct policy_set *set;
    const struct policy *policy;
    const struct policy_facts *facts;
    const struct rbac_engine *engine;
    const struct policy_people *people;
    struct lexicon used_roles;
    struct lexicon used_groups;
};

static const struct policy_place nowhere = {.file = NULL};

static size_t count_roles(const struct checking *checking)
{
    const struct policy *policy = checking->policy;
    size_t n = policy->n_roles;

    for (size_t i = 0; i < policy->n_admins; i++)
        for (size_t j = 0; j < policy->admins[i].n_assignments; j++)
            n += policy->admins[i].assignments[j].n_roles;
    return n;
}

/* Roles that are assigned, or copied by another role. */
static bool collect_roles(struct checking *checking)
{
    struct policy_set *set = checking->set;
    const struct policy *policy = checking->policy;
    struct lexicon *used = &checking->used_roles;

    if (!lexicon_make(used, "role", count_roles(checking), set->arena))
        return false;
    for (size_t i = 0; i < policy->n_admins; i++)
        for (size_t j = 0; j < policy->admins[i].n_assignments; j++) {
            const struct policy_assignment *assignment =
                &policy->admins[i].assignments[j];

            for (size_t k = 0; k < assignment->n_roles; k++)
                lexicon_add(used, assignment->roles[k], 0, nowhere);
        }
    for (size_t i = 0; i < set->n_files; i++)
        for (size_t j = 0; j < set->drafts[i].n_roles; j++)
            lexicon_add(used, set->drafts[i].roles[j].copied_from.text, 0,
                        nowhere);
    lexicon_sort(used);
    return true;
}

/* Groups that are administrators, excluded, or in another group. */
static bool collect_groups(struct checking *checking)
{
    const struct policy *policy = checking->policy;
    struct lexicon *used = &checking->used_groups;
    size_t n = policy->n_admins + policy->n_exclusions;

    for (size_t i = 0; i < policy->n_groups; i++)
        n += policy->groups[i].n_members;
    if (!lexicon_make(used, "group", n, checking->set->arena))
        return false;
    for (size_t i = 0; i < policy->n_admins; i++)
        if (policy->admins[i].is_group)
            lexicon_add(used, policy->admins[i].name, 0, nowhere);
    for (size_t i = 0; i < policy->n_exclusions; i++)
        if (policy->exclusions[i].is_group)
            lexicon_add(used, policy->exclusions[i].user, 0, nowhere);
    for (size_t i = 0; i < policy->n_groups; i++)
        for (size_t j = 0; j < policy->groups[i].n_members; j++)
            lexicon_add(used, policy->groups[i].members[j], 0, nowhere);
    lexicon_sort(used);
    return true;
}

static void warn_unused(struct checking *checking)
{
    const struct policy *policy = checking->policy;
    struct policy_messages *messages = &checking->set->messages;

    for (size_t i = 0; i < policy->n_roles; i++)
        if (lexicon_find(&checking->used_roles,
                         text_of(policy->roles[i].name)) == LEXICON_NONE)
            messages_warn(messages, policy->roles[i].place,
                          "nobody has the role \"%s\"", policy->roles[i].name);
    for (size_t i = 0; i < policy->n_groups; i++) {
        const struct policy_group *group = &policy->groups[i];

        if (lexicon_find(&checking->used_groups, text_of(group->name)) ==
            LEXICON_NONE)
            messages_warn(messages, group->place,
                          "the group \"%s\" is used nowhere", group->name);
        if (group->n_members == 0)
            messages_warn(messages, group->place,
                          "the group \"%s\" has no members", group->name);
    }
}

static void warn_empty_roles(struct checking *checking)
{
    const struct policy *policy = checking->policy;

    for (size_t i = 0; i < policy->n_roles; i++)
        if (policy->roles[i].n_rights == 0)
            messages_warn(&checking->set->messages, policy->roles[i].place,
                          "the role \"%s\" grants nothing",
                          policy->roles[i].name);
}

static bool acts_on_collections_only(const struct checking *checking,
                                     const char *name)
{
    const struct rbac_estate *estate = rbac_engine_estate(checking->engine);
    const struct rbac_role *role =
        &estate->roles[policy_find_role(checking->engine, name)];

    for (size_t i = 0; i < role->n_rights; i++)
        if (rbac_catalog_type(&rbac_catalog, role->rights[i].type)->securing !=
            RBAC_BY_COLLECTION)
            return false;
    return role->n_rights > 0;
}

/* Does the role have anything that a collection, or a scope, could give access
 * to? */
static bool acts_on(const struct checking *checking, const char *name,
                    enum rbac_securing securing)
{
    const struct rbac_estate *estate = rbac_engine_estate(checking->engine);
    const struct rbac_role *role =
        &estate->roles[policy_find_role(checking->engine, name)];

    for (size_t i = 0; i < role->n_rights; i++)
        if (rbac_catalog_type(&rbac_catalog, role->rights[i].type)->securing ==
            securing)
            return true;
    return false;
}

static void warn_collections(struct checking *checking,
                             const struct policy_assignment *assignment)
{
    for (size_t i = 0; i < assignment->n_roles; i++)
        if (acts_on(checking, assignment->roles[i], RBAC_BY_COLLECTION))
            return;
    if (assignment->n_collections)
        messages_warn(&checking->set->messages, assignment->place,
                      "none of the roles acts on collections; those of the "
                      "assignment open nothing");
}

static void warn_assignment(struct checking *checking,
                            const struct policy_assignment *assignment)
{
    struct policy_messages *messages = &checking->set->messages;

    warn_collections(checking, assignment);
    if (assignment->until_s <= checking->facts->now_s)
        messages_warn(messages, assignment->place,
                      "the assignment has ended and grants nothing");
    for (size_t i = 0; i < assignment->n_roles && !assignment->n_collections;
         i++)
        if (acts_on_collections_only(checking, assignment->roles[i]))
            messages_warn(messages, assignment->place,
                          "the role \"%s\" acts on collections only, and none "
                          "is assigned",
                          assignment->roles[i]);
}

static void warn_admins(struct checking *checking)
{
    const struct policy *policy = checking->policy;

    for (size_t i = 0; i < policy->n_admins; i++) {
        const struct policy_admin *admin = &policy->admins[i];
        uint32_t first;

        for (size_t j = 0; j < admin->n_assignments; j++)
            warn_assignment(checking, &admin->assignments[j]);
        if (admin->n_assignments == 0 && !admin->is_group && !admin->host &&
            policy_people_admins(checking->people, admin->name, &first, 1) < 2)
            messages_warn(&checking->set->messages, admin->place,
                          "\"%s\" is assigned nothing, and is in no group that "
                          "is",
                          admin->name);
    }
}

static void warn_level(struct checking *checking, struct policy_place place,
                       const char *role, enum auth_level level)
{
    if (level > checking->facts->reachable)
        messages_warn(&checking->set->messages, place,
                      "the role \"%s\" asks for level %s; the configured "
                      "mechanisms prove at most %s",
                      role, auth_level_name(level),
                      auth_level_name(checking->facts->reachable));
}

static void check_levels(struct checking *checking)
{
    const struct policy *policy = checking->policy;
    const enum auth_level reachable = checking->facts->reachable;

    if (reachable == AUTH_LEVEL_NONE)
        return;
    if (policy->minimum_level > reachable)
        messages_error(&checking->set->messages, policy->minimum_level_place,
                       "the configured mechanisms prove at most %s; at the "
                       "minimum level %s nobody could sign in",
                       auth_level_name(reachable),
                       auth_level_name(policy->minimum_level));
    for (size_t i = 0; i < policy->n_roles; i++) {
        const struct policy_role *role = &policy->roles[i];
        enum auth_level most = role->level;

        for (size_t j = 0; j < role->n_rights; j++)
            if (role->rights[j].level > most)
                most = role->rights[j].level;
        warn_level(checking, role->place, role->name, most);
    }
}

/* The compiler saw that one is declared; here, that one is in force. */
static void check_lockout(struct checking *checking)
{
    const struct policy *policy = checking->policy;

    if (policy->n_admins &&
        !rbac_has_full_administrator(checking->engine, RBAC_NONE,
                                     checking->facts->now_s))
        messages_error(&checking->set->messages, policy->admins[0].place,
                       "no assignment of Full Administrator is in force; "
                       "nobody could administer the site");
}

static void warn_exclusions(struct checking *checking)
{
    const struct policy *policy = checking->policy;

    for (size_t i = 0; i < policy->n_exclusions; i++)
        if (policy->exclusions[i].until_s <= checking->facts->now_s)
            messages_warn(&checking->set->messages, policy->exclusions[i].place,
                          "the exclusion of \"%s\" has ended",
                          policy->exclusions[i].user);
}

static enum status run(struct checking *checking)
{
    if (!collect_roles(checking) || !collect_groups(checking))
        return arena_status(checking->set->arena);
    warn_unused(checking);
    warn_empty_roles(checking);
    warn_admins(checking);
    warn_exclusions(checking);
    check_levels(checking);
    check_lockout(checking);
    authority_check(checking->policy, checking->facts,
                    &checking->set->messages);
    if (reach_is_known(checking->facts) &&
        checking->facts->reachable >= checking->policy->minimum_level)
        TRY(reach_check(checking->engine, checking->people, checking->policy,
                        checking->facts, &checking->set->messages));
    return shadow_warn(checking->engine, checking->people, checking->policy,
                       &checking->set->messages);
}

enum status policy_set_check(struct policy_set *set,
                             const struct policy_facts *facts)
{
    OWNED(rbac_engine) engine = NULL;
    OWNED(policy_people) people = NULL;
    struct checking checking = {
        .set = set, .policy = &set->policy, .facts = facts};
    const size_t n_errors = set->messages.n_errors;
    struct rbac_problem problem;
    enum status status = policy_engine_build(&set->policy, &engine, &problem);

    if (status == STATUS_INVALID)
        messages_error(&set->messages, nowhere, "%s", problem.text);
    TRY(status);
    TRY(policy_people_new(&set->policy, &people));
    checking.engine = engine;
    checking.people = people;
    TRY(run(&checking));
    messages_sort(&set->messages);
    return set->messages.n_errors == n_errors ? STATUS_OK : STATUS_INVALID;
}
