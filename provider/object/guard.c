/*
 * May the caller have all this declared? Each act of the step is asked for as
 * the same act over RPC would be, on the rights that the caller has before it.
 *
 * What a record is given may be new itself: a role, scope or collection of the
 * same step. So records are asked about on an engine made between the two
 * halves of the step: its roles, scopes and collections are the new ones, its
 * records still the old. Whatever the caller gains there was asked about when
 * the role or collection changed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "provider/object/claim.h"
#include "provider/object/declare_private.h"
#include "provider/object/people.h"

enum { CALLER_ADMINS_MAX = 1024, GROUP_ADMINS_MAX = 1024 };

struct guard {
    struct declare_caller caller;
    const struct site *site;      /* borrowed, or the staged one */
    struct site *staged;          /* owned: between the halves */
    struct rbac_subject *subject; /* owned, of the site's engine */
    bool is_staged;
    struct declare_missing *missing; /* owned */
    size_t n_missing;
};

void guard_free(struct guard *guard)
{
    if (!guard)
        return;
    rbac_subject_free(guard->subject);
    site_free(guard->staged);
    free(guard->missing);
    free(guard);
}
DEFINE_DROP(guard)

static enum status resolve(struct guard *guard, const struct site *site)
{
    const struct declare_caller *caller = &guard->caller;
    uint32_t admins[CALLER_ADMINS_MAX];
    uint32_t own;
    const size_t n =
        site_admins_of(site, caller->user, caller->groups, caller->n_groups,
                       admins, ARRAY_SIZE(admins), &own);

    if (n > ARRAY_SIZE(admins))
        return STATUS_LIMIT;
    rbac_subject_free(TAKE(guard->subject));
    guard->site = site;
    return rbac_subject_new(site->engine, admins, n, &guard->subject);
}

enum status guard_new(const struct site *site,
                      const struct declare_caller *caller,
                      struct guard **guard_out)
{
    OWNED(guard) guard = calloc(1, sizeof(*guard));

    if (!guard)
        return STATUS_NO_MEMORY;
    guard->caller = *caller;
    guard->missing = calloc(DECLARE_MISSING_MAX, sizeof(*guard->missing));
    if (!guard->missing)
        return STATUS_NO_MEMORY;
    TRY(resolve(guard, site));
    *guard_out = TAKE(guard);
    return STATUS_OK;
}

const struct declare_missing *declare_missing(const struct declare *declare,
                                              size_t *n_out)
{
    *n_out = declare->guard ? declare->guard->n_missing : 0;
    return declare->guard ? declare->guard->missing : NULL;
}

uint32_t guard_index(const struct declare *declare, enum map_kind kind,
                     int64_t row)
{
    if (!declare->guard || row == 0)
        return RBAC_NONE;
    return object_map_index(declare->guard->site->map, kind, row);
}

/* From here on what this step has made so far is known. */
static enum status stage(struct declare *declare)
{
    struct guard *guard = declare->guard;

    if (guard->is_staged)
        return STATUS_OK;
    guard->is_staged = true;
    if (!declare->changed)
        return STATUS_OK;
    TRY(site_load(declare->store, &guard->staged));
    return resolve(guard, guard->staged);
}

/* ---- Questions ---- */

enum status guard_judge(struct declare *declare, struct rbac_decision decision,
                        struct object_need need, const char *place,
                        const char *name)
{
    struct guard *guard = declare->guard;
    struct declare_missing *missing;

    if (decision.verdict == RBAC_ALLOW ||
        guard->n_missing == DECLARE_MISSING_MAX)
        return STATUS_OK;
    missing = &guard->missing[guard->n_missing++];
    missing->need = need;
    missing->decision = decision;
    snprintf(missing->name, sizeof(missing->name), "%s", name);
    snprintf(missing->place, sizeof(missing->place), "%s", place);
    return STATUS_OK;
}

static struct rbac_decision decide(const struct guard *guard,
                                   struct object_need need, bool is_type_wide,
                                   const uint32_t *labels, size_t n_labels)
{
    const struct rbac_request request = {
        .type = need.type,
        .operation = need.operation,
        .is_type_wide = is_type_wide,
        .labels = labels,
        .n_labels = n_labels,
        .level = guard->caller.level,
        .now_s = guard->caller.now_s,
    };

    return rbac_check(guard->subject, &request);
}

enum status guard_ask(struct declare *declare, struct object_need need,
                      const uint32_t *labels, size_t n_labels,
                      const char *place, const char *name)
{
    if (!declare->guard)
        return STATUS_OK;
    return guard_judge(declare,
                       decide(declare->guard, need, false, labels, n_labels),
                       need, place, name);
}

enum status guard_make(struct declare *declare,
                       const struct object_class *class, const char *place,
                       const char *name)
{
    if (!declare->guard)
        return STATUS_OK;
    return guard_judge(declare,
                       decide(declare->guard, class->create, true, NULL, 0),
                       class->create, place, name);
}

enum status guard_change(struct declare *declare,
                         const struct object_class *class, const char *place,
                         const char *name)
{
    TRY(guard_ask(declare, class->read, NULL, 0, place, name));
    return guard_ask(declare, class->modify, NULL, 0, place, name);
}

enum status guard_remove(struct declare *declare,
                         const struct object_class *class, const char *place,
                         const char *name)
{
    TRY(guard_ask(declare, class->read, NULL, 0, place, name));
    return guard_ask(declare, class->remove, NULL, 0, place, name);
}

/* As an update over RPC: who may change the collection may still not take it
 * where they reach more (R7.5.7). */
enum status guard_relimit(struct declare *declare, const char *place,
                          uint32_t collection, uint32_t limit, const char *name)
{
    struct guard *guard = declare->guard;

    if (!guard)
        return STATUS_OK;
    TRY(guard_ask(declare, class_collection.read, &limit, 1, place, name));
    return guard_judge(declare,
                       rbac_check_relimit(guard->subject, collection, limit,
                                          guard->caller.level,
                                          guard->caller.now_s),
                       class_collection.modify, place, name);
}

/* ---- The site ---- */

/* Whoever could be served below the minimum, not only who is so now. */
static bool could_be_excepted(const struct guard *guard)
{
    const struct declare_caller *caller = &guard->caller;

    return site_exclusion_of(guard->site, caller->user, caller->groups,
                             caller->n_groups, caller->now_s) != NULL;
}

/* As SMS_Site.SetAuthenticationLevel: the top alone, not below the minimum;
 * and nobody sets a level that they did not reach themselves (A6, A8, A12). */
enum status guard_site(struct declare *declare, const char *place,
                       enum auth_level level)
{
    const struct object_need need = class_site.modify;
    struct guard *guard = declare->guard;
    struct rbac_decision decision = {RBAC_DENY, RBAC_GUARD_MORE_THAN_HELD,
                                     AUTH_LEVEL_NONE};

    if (!guard)
        return STATUS_OK;
    if (rbac_is_full_administrator(guard->subject, guard->caller.now_s) &&
        !could_be_excepted(guard))
        decision = decide(guard, need, true, NULL, 0);
    if (decision.verdict == RBAC_ALLOW && guard->caller.level < level)
        decision = (struct rbac_decision){RBAC_ALLOW_AT_LEVEL,
                                          RBAC_LEVEL_TOO_LOW, level};
    return guard_judge(declare, decision, need, place, "authentication");
}

/* ---- Roles ---- */

enum status guard_role(struct declare *declare, const char *place, int64_t row,
                       const struct declare_role *role)
{
    const struct object_need need = row ? class_role.modify : class_role.create;
    const struct rbac_role after = {
        .id = "",
        .name = "",
        .rights = role->rights,
        .n_rights = role->n_rights,
        .level = role->level,
    };
    struct guard *guard = declare->guard;

    if (!guard)
        return STATUS_OK;
    TRY(row ? guard_change(declare, &class_role, place, role->name)
            : guard_make(declare, &class_role, place, role->name));
    return guard_judge(
        declare,
        rbac_check_role_change(guard->subject, &after,
                               guard_index(declare, MAP_ROLE, row),
                               guard->caller.level, guard->caller.now_s),
        need, place, role->name);
}

/* ---- Administrators ---- */

/* Assignments in the engine's indexes; the arrays are one block. */
struct given {
    uint32_t *indexes;                   /* owned */
    struct rbac_assignment *assignments; /* owned */
    size_t n_assignments;
};

static void given_clear(struct given *given)
{
    free(given->indexes);
    free(given->assignments);
}

static const uint32_t *translate(const struct declare *declare,
                                 enum map_kind kind, const int64_t *rows,
                                 size_t n_rows, uint32_t **at)
{
    uint32_t *first = *at;

    for (size_t i = 0; i < n_rows; i++)
        *(*at)++ = guard_index(declare, kind, rows[i]);
    return first;
}

static enum status take_given(const struct declare *declare,
                              const struct grant_rows *grants, size_t n_grants,
                              struct given *given)
{
    uint32_t *at;
    size_t n = 0;

    for (size_t i = 0; i < n_grants; i++)
        n += grants[i].n_roles + grants[i].n_scopes + grants[i].n_collections;
    given->indexes = calloc(n + 1, sizeof(*given->indexes));
    given->assignments = calloc(n_grants + 1, sizeof(*given->assignments));
    if (!given->indexes || !given->assignments)
        return STATUS_NO_MEMORY;
    at = given->indexes;
    for (size_t i = 0; i < n_grants; i++) {
        const struct grant_rows *from = &grants[i];

        given->assignments[given->n_assignments++] = (struct rbac_assignment){
            .roles =
                translate(declare, MAP_ROLE, from->roles, from->n_roles, &at),
            .n_roles = from->n_roles,
            .scopes = translate(declare, MAP_SCOPE, from->scopes,
                                from->n_scopes, &at),
            .n_scopes = from->n_scopes,
            .collections = translate(declare, MAP_COLLECTION, from->collections,
                                     from->n_collections, &at),
            .n_collections = from->n_collections,
            .from_s = from->from_s,
            .until_s = from->until_s,
        };
    }
    return STATUS_OK;
}

static struct rbac_decision may_hand_out(
    const struct guard *guard, const struct rbac_assignment *assignments,
    size_t n)
{
    struct rbac_decision decision = {RBAC_ALLOW, RBAC_ALLOWED,
                                     AUTH_LEVEL_DOMAIN};

    for (size_t i = 0; i < n && decision.verdict == RBAC_ALLOW; i++)
        decision =
            rbac_check_hand_out(guard->subject, &assignments[i],
                                guard->caller.level, guard->caller.now_s);
    return decision;
}

/*
 * Whether a full administrator remains is asked at the end of the step, of all
 * its changes together. A record at the top is touched by the top alone, who
 * may do all that the rest of the rule asks for.
 */
static struct rbac_decision may_change(const struct guard *guard,
                                       uint32_t index,
                                       const struct rbac_admin *after)
{
    const struct rbac_admin *before =
        &rbac_engine_estate(guard->site->engine)->admins[index];
    struct rbac_decision decision = rbac_check_admin_change(
        guard->subject, index, after, guard->caller.level, guard->caller.now_s);

    if (decision.reason != RBAC_GUARD_LAST_FULL_ADMINISTRATOR)
        return decision;
    decision = may_hand_out(guard, before->assignments, before->n_assignments);
    if (after && decision.verdict == RBAC_ALLOW)
        decision =
            may_hand_out(guard, after->assignments, after->n_assignments);
    return decision;
}

/* Roles, scopes and collections are given only by who may read them (R10). */
static enum status ask_readable(struct declare *declare, const char *place,
                                const char *name, const struct given *given)
{
    TRY(guard_ask(declare, class_role.read, NULL, 0, place, name));
    TRY(guard_ask(declare, class_scope.read, NULL, 0, place, name));
    for (size_t i = 0; i < given->n_assignments; i++)
        for (size_t j = 0; j < given->assignments[i].n_collections; j++)
            TRY(guard_ask(declare, class_collection.read,
                          &given->assignments[i].collections[j], 1, place,
                          name));
    return STATUS_OK;
}

static enum status judge_admin(struct declare *declare, const char *place,
                               const char *name, uint32_t index,
                               const struct given *given)
{
    const struct guard *guard = declare->guard;
    const bool is_new = index == RBAC_NONE;
    struct rbac_decision decision;

    if (is_new) {
        decision =
            may_hand_out(guard, given->assignments, given->n_assignments);
    } else {
        struct rbac_admin after =
            rbac_engine_estate(guard->site->engine)->admins[index];

        after.is_disabled = false;
        after.assignments = given->assignments;
        after.n_assignments = given->n_assignments;
        decision = may_change(guard, index, &after);
    }
    return guard_judge(declare, decision,
                       is_new ? class_admin.create : class_admin.modify, place,
                       name);
}

enum status guard_admin(struct declare *declare, const char *place, int64_t row,
                        const char *name, const struct grant_rows *grants,
                        size_t n_grants)
{
    SCOPED(given_clear) struct given given = {0};

    if (!declare->guard)
        return STATUS_OK;
    TRY(stage(declare));
    TRY(take_given(declare, grants, n_grants, &given));
    TRY(row ? guard_change(declare, &class_admin, place, name)
            : guard_make(declare, &class_admin, place, name));
    TRY(ask_readable(declare, place, name, &given));
    return judge_admin(declare, place, name,
                       guard_index(declare, MAP_ADMIN, row), &given);
}

enum status guard_identity(struct declare *declare, const char *place,
                           int64_t row, const char *name,
                           const struct declare_identity *identity)
{
    const struct guard *guard = declare->guard;
    const struct claim claim = {row, text_of(name), identity->kind,
                                text_of(identity->value)};
    struct rbac_decision decision;

    if (!guard)
        return STATUS_OK;
    TRY(stage(declare));
    TRY(claim_check(declare->store,
                    &(struct claim_asker){guard->site->map, guard->site->engine,
                                          guard->subject, guard->caller.level,
                                          guard->caller.now_s},
                    &claim, &decision));
    return guard_judge(declare, decision,
                       row ? class_admin.modify : class_admin.create, place,
                       name);
}

enum status guard_remove_admin(struct declare *declare, const char *place,
                               int64_t row, const char *name)
{
    uint32_t index;

    if (!declare->guard)
        return STATUS_OK;
    TRY(stage(declare));
    TRY(guard_remove(declare, &class_admin, place, name));
    index = guard_index(declare, MAP_ADMIN, row);
    if (index == RBAC_NONE)
        return STATUS_UNAVAILABLE; /* declared rows are known before */
    return guard_judge(declare, may_change(declare->guard, index, NULL),
                       class_admin.remove, place, name);
}

/* ---- Groups ---- */

/*
 * As if the record itself were given anew, and taken: members come, members
 * may go, and a name that was a group's from outside is no longer. What the
 * record kept from its people is free then.
 */
static struct rbac_decision may_regroup(const struct guard *guard,
                                        uint32_t index)
{
    struct rbac_admin after =
        rbac_engine_estate(guard->site->engine)->admins[index];
    struct rbac_decision decision = may_change(guard, index, &after);

    if (decision.verdict != RBAC_ALLOW)
        return decision;
    after.is_disabled = true;
    return may_change(guard, index, &after);
}

enum status guard_group(struct declare *declare, const char *place,
                        const char *name)
{
    struct guard *guard = declare->guard;
    uint32_t admins[GROUP_ADMINS_MAX];
    size_t n;

    if (!guard)
        return STATUS_OK;
    TRY(stage(declare));
    TRY(guard_change(declare, &class_admin, place, name));
    if (people_group_is_excluded(guard->site->people, name))
        TRY(guard_site(declare, place, AUTH_LEVEL_NONE));
    n = people_group_admins(guard->site->people, name, admins,
                            ARRAY_SIZE(admins));
    if (n > ARRAY_SIZE(admins))
        return STATUS_LIMIT;
    for (size_t i = 0; i < n; i++)
        TRY(guard_judge(declare, may_regroup(guard, admins[i]),
                        class_admin.modify, place, name));
    return STATUS_OK;
}
