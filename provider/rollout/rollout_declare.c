/*
 * Declares a policy record by record, in order of dependence.
 */
#include "provider/rollout/rollout_declare.h"

static enum status put_site(struct declare *declare,
                            const struct policy *policy)
{
    if (policy->minimum_level != AUTH_LEVEL_NONE)
        TRY(declare_level(declare, policy->minimum_level_place,
                          policy->minimum_level));
    for (size_t i = 0; i < policy->n_exclusions; i++)
        TRY(declare_exclusion(declare, &policy->exclusions[i]));
    return STATUS_OK;
}

enum status rollout_declare(struct declare *declare,
                            const struct policy *policy, bool *changed_out)
{
    TRY(put_site(declare, policy));
    for (size_t i = 0; i < policy->n_scopes; i++)
        TRY(declare_scope(declare, &policy->scopes[i]));
    for (size_t i = 0; i < policy->n_roles; i++)
        TRY(declare_role(declare, &policy->roles[i]));
    TRY(declare_collections(declare, policy->collections,
                            policy->n_collections));
    for (size_t i = 0; i < policy->n_groups; i++)
        TRY(declare_group(declare, &policy->groups[i]));
    for (size_t i = 0; i < policy->n_admins; i++)
        TRY(declare_admin(declare, &policy->admins[i]));
    return declare_finish(declare, changed_out);
}
