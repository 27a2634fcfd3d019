#include "policy/reach.h"

#include "provider/base/realm.h"
#include "rbac/administer.h"
#include "rbac/rbac.h"

#include <string.h>

enum { RECORDS_MAX = 256 };

struct reaching {
    const struct rbac_engine *engine;
    const struct policy_people *people;
    const struct policy *policy;
    const struct policy_facts *facts;
};

static enum auth_level most(enum auth_level a, enum auth_level b)
{
    return a > b ? a : b;
}

/* By the name itself, which is a principal, or by another identity. */
static enum auth_level reach_of_user(const struct reaching *reaching,
                                     const char *name)
{
    const struct policy *policy = reaching->policy;
    const enum auth_level *reach = reaching->facts->reach;
    enum auth_level level =
        !reaching->facts->realms ||
                realm_of(reaching->facts->realms, text_of(name))
            ? reach[IDENTITY_KERBEROS]
            : AUTH_LEVEL_NONE;

    if (policy_people_is_excluded(reaching->people, name,
                                  reaching->facts->now_s))
        return AUTH_LEVEL_MFA; /* the minimum does not apply to them */
    for (size_t i = 0; i < policy->n_admins; i++) {
        const struct policy_admin *admin = &policy->admins[i];

        if (admin->is_group || strcmp(admin->name, name) != 0)
            continue;
        for (size_t j = 0; j < admin->n_identities; j++)
            level = most(level, reach[admin->identities[j].kind]);
    }
    return level;
}

/* Is the user in the group of the record, directly or not? */
static bool has_record(const struct reaching *reaching, const char *user,
                       uint32_t record)
{
    uint32_t records[RECORDS_MAX];
    const size_t n =
        policy_people_admins(reaching->people, user, records, RECORDS_MAX);

    for (size_t i = 0; i < n && i < RECORDS_MAX; i++)
        if (records[i] == record)
            return true;
    return n > RECORDS_MAX; /* too many to say no */
}

static bool is_own_group(const struct policy *policy, const char *name)
{
    for (size_t i = 0; i < policy->n_groups; i++)
        if (strcmp(policy->groups[i].name, name) == 0)
            return true;
    return false;
}

/* The highest level that the users of a record can prove. */
static enum auth_level reach_of_record(const struct reaching *reaching,
                                       uint32_t record)
{
    const struct policy *policy = reaching->policy;
    const struct policy_admin *admin = &policy->admins[record];
    enum auth_level level = AUTH_LEVEL_NONE;

    if (!admin->is_group)
        return reach_of_user(reaching, admin->name);
    if (!is_own_group(policy, admin->name))
        return reaching->facts->reachable;
    for (size_t i = 0; i < policy->n_groups; i++)
        for (size_t j = 0; j < policy->groups[i].n_members; j++) {
            const char *member = policy->groups[i].members[j];

            if (!is_own_group(policy, member) &&
                has_record(reaching, member, record))
                level = most(level, reach_of_user(reaching, member));
        }
    return level;
}

static enum status is_full(const struct reaching *reaching, uint32_t record,
                           bool *is_full_out)
{
    OWNED(rbac_subject) subject = NULL;

    TRY(rbac_subject_new(reaching->engine, &record, 1, &subject));
    *is_full_out = rbac_is_full_administrator(subject, reaching->facts->now_s);
    return STATUS_OK;
}

bool reach_is_known(const struct policy_facts *facts)
{
    for (size_t i = 0; i < IDENTITY_N_KINDS; i++)
        if (facts->reach[i] != AUTH_LEVEL_NONE)
            return true;
    return false;
}

enum status reach_check(const struct rbac_engine *engine,
                        const struct policy_people *people,
                        const struct policy *policy,
                        const struct policy_facts *facts,
                        struct policy_messages *messages)
{
    const struct reaching reaching = {engine, people, policy, facts};
    enum auth_level level = AUTH_LEVEL_NONE;
    bool has_full = false;

    for (uint32_t i = 0; i < policy->n_admins && level < policy->minimum_level;
         i++) {
        bool full;

        TRY(is_full(&reaching, i, &full));
        has_full |= full;
        if (full)
            level = most(level, reach_of_record(&reaching, i));
    }
    if (has_full && level < policy->minimum_level)
        messages_error(messages, policy->minimum_level_place,
                       "no Full Administrator can sign in at the minimum "
                       "level %s; by their names and identities the "
                       "configured mechanisms prove at most %s",
                       auth_level_name(policy->minimum_level),
                       auth_level_name(level));
    return STATUS_OK;
}
