/*
 * A policy's data in the words of the object room, which declares it.
 */
#include "provider/rollout/rollout_declare.h"

#include <stdio.h>
#include <stdlib.h>

enum { PLACE_MAX_BYTES = 512 };

struct place {
    char text[PLACE_MAX_BYTES];
};

static struct place place_of(struct policy_place place)
{
    struct place written;

    snprintf(written.text, sizeof(written.text), "%s:%u", place.file,
             place.line);
    return written;
}

static struct declare_origin origin_of(const struct policy_origin *origin)
{
    return (struct declare_origin){origin->adopt, origin->was};
}

static enum status put_site(struct declare *declare,
                            const struct policy *policy)
{
    if (policy->minimum_level != AUTH_LEVEL_NONE)
        TRY(declare_level(declare, place_of(policy->minimum_level_place).text,
                          policy->minimum_level));
    for (size_t i = 0; i < policy->n_exclusions; i++) {
        const struct policy_exclusion *from = &policy->exclusions[i];
        const struct site_exclusion exclusion = {
            .user = from->user,
            .is_group = from->is_group,
            .source = from->source,
            .reason = from->reason,
            .owner = from->owner,
            .until_s = from->until_s,
        };

        TRY(declare_exclusion(declare, place_of(from->place).text, &exclusion));
    }
    return STATUS_OK;
}

static enum status put_scopes(struct declare *declare,
                              const struct policy *policy)
{
    for (size_t i = 0; i < policy->n_scopes; i++) {
        const struct policy_scope *scope = &policy->scopes[i];
        const struct declare_origin origin = origin_of(&scope->origin);

        TRY(declare_scope_from(declare, place_of(scope->place).text,
                               scope->name, scope->description, &origin));
    }
    return STATUS_OK;
}

static enum status put_role(struct declare *declare,
                            const struct policy_role *from)
{
    SCOPED(memory_drop)
    struct rbac_right *rights = calloc(from->n_rights + 1, sizeof(*rights));
    const struct declare_role role = {
        .name = from->name,
        .description = from->description,
        .copied_from = from->copied_from,
        .rights = rights,
        .n_rights = from->n_rights,
        .level = from->level,
        .origin = origin_of(&from->origin),
    };

    if (!rights)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < from->n_rights; i++)
        rights[i] = (struct rbac_right){from->rights[i].type,
                                        from->rights[i].operations,
                                        from->rights[i].level};
    return declare_role(declare, place_of(from->place).text, &role);
}

static enum status put_roles(struct declare *declare,
                             const struct policy *policy)
{
    for (size_t i = 0; i < policy->n_roles; i++)
        TRY(put_role(declare, &policy->roles[i]));
    return STATUS_OK;
}

static enum status put_groups(struct declare *declare,
                              const struct policy *policy)
{
    for (size_t i = 0; i < policy->n_groups; i++)
        TRY(declare_group(declare, place_of(policy->groups[i].place).text,
                          policy->groups[i].name, policy->groups[i].members,
                          policy->groups[i].n_members));
    return STATUS_OK;
}

/* Two arrays for all collections: rules with their places. */
struct rule_room {
    struct declare_rule *rules;
    struct place *places;
    size_t n;
};

static struct declare_collection collection_of(
    const struct policy_collection *from, const char *place,
    struct rule_room *room)
{
    static const enum declare_rule_kind kinds[] = {
        [POLICY_RULE_QUERY] = DECLARE_RULE_QUERY,
        [POLICY_RULE_DIRECT] = DECLARE_RULE_DIRECT,
        [POLICY_RULE_INCLUDE] = DECLARE_RULE_INCLUDE,
        [POLICY_RULE_EXCLUDE] = DECLARE_RULE_EXCLUDE,
    };
    const struct declare_collection collection = {
        .place = place,
        .name = from->name,
        .comment = from->comment,
        .is_user = from->is_user,
        .limiting = from->limiting,
        .rules = room->rules + room->n,
        .n_rules = from->n_rules,
        .origin = origin_of(&from->origin),
    };

    for (size_t i = 0; i < from->n_rules; i++) {
        const struct policy_rule *rule = &from->rules[i];

        room->places[room->n] = place_of(rule->place);
        room->rules[room->n] =
            (struct declare_rule){room->places[room->n].text, kinds[rule->kind],
                                  rule->name, rule->value};
        room->n++;
    }
    return collection;
}

static enum status put_collections(struct declare *declare,
                                   const struct policy *policy)
{
    const size_t n = policy->n_collections;
    size_t n_rules = 0;

    for (size_t i = 0; i < n; i++)
        n_rules += policy->collections[i].n_rules;
    SCOPED(memory_drop)
    struct declare_collection *collections =
        calloc(n + 1, sizeof(*collections));
    SCOPED(memory_drop) struct place *places = calloc(n + 1, sizeof(*places));
    SCOPED(memory_drop)
    struct declare_rule *rules = calloc(n_rules + 1, sizeof(*rules));
    SCOPED(memory_drop)
    struct place *rule_places = calloc(n_rules + 1, sizeof(*rule_places));
    struct rule_room room = {rules, rule_places, 0};

    if (!collections || !places || !rules || !rule_places)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        places[i] = place_of(policy->collections[i].place);
        collections[i] =
            collection_of(&policy->collections[i], places[i].text, &room);
    }
    return declare_collections(declare, collections, n);
}

static struct declare_assignment assignment_of(
    const struct policy_assignment *from, const char *place)
{
    return (struct declare_assignment){
        .place = place,
        .roles = from->roles,
        .n_roles = from->n_roles,
        .scopes = from->scopes,
        .n_scopes = from->n_scopes,
        .collections = from->collections,
        .n_collections = from->n_collections,
        .from_s = from->from_s,
        .until_s = from->until_s,
    };
}

static enum status put_admin(struct declare *declare,
                             const struct policy_admin *from)
{
    SCOPED(memory_drop)
    struct declare_identity *identities =
        calloc(from->n_identities + 1, sizeof(*identities));
    SCOPED(memory_drop)
    struct declare_assignment *assignments =
        calloc(from->n_assignments + 1, sizeof(*assignments));
    SCOPED(memory_drop)
    struct place *places = calloc(from->n_assignments + 1, sizeof(*places));
    const struct declare_admin admin = {
        .name = from->name,
        .is_group = from->is_group,
        .source = from->source,
        .identities = identities,
        .n_identities = from->n_identities,
        .assignments = assignments,
        .n_assignments = from->n_assignments,
        .origin = origin_of(&from->origin),
    };

    if (!identities || !assignments || !places)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < from->n_identities; i++)
        identities[i] = (struct declare_identity){from->identities[i].kind,
                                                  from->identities[i].value};
    for (size_t i = 0; i < from->n_assignments; i++) {
        places[i] = place_of(from->assignments[i].place);
        assignments[i] = assignment_of(&from->assignments[i], places[i].text);
    }
    return declare_admin(declare, place_of(from->place).text, &admin);
}

static enum status put_admins(struct declare *declare,
                              const struct policy *policy)
{
    for (size_t i = 0; i < policy->n_admins; i++)
        TRY(put_admin(declare, &policy->admins[i]));
    return STATUS_OK;
}

/* In the order in which things name each other. */
enum status rollout_declare(struct declare *declare,
                            const struct policy *policy, bool *changed_out)
{
    TRY(put_site(declare, policy));
    TRY(put_scopes(declare, policy));
    TRY(put_roles(declare, policy));
    TRY(put_collections(declare, policy));
    TRY(put_groups(declare, policy));
    TRY(put_admins(declare, policy));
    return declare_finish(declare, changed_out);
}
