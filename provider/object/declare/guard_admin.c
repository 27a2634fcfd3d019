/*
 * May the caller have these administrators and groups declared?
 *
 * A record may be given something new: a role, scope or collection of the same
 * step. So records are checked on an engine made between the two halves of the
 * step: its roles, scopes and collections are the new ones, its records still
 * the old. What the caller gains there was checked when the role or collection
 * changed.
 */
#include <stdlib.h>
#include <string.h>

#include "provider/base/group_name.h"
#include "provider/object/declare/guard_admin_sql.h"
#include "provider/object/declare/guard_private.h"
#include "provider/object/guard/claim.h"
#include "provider/object/people.h"

enum { GROUP_ADMINS_MAX = 1024 };

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
    const struct rbac_admin record = {.assignments = assignments,
                                      .n_assignments = n};

    return rbac_check_admin_new(guard->subject, &record, guard->caller.level,
                                guard->caller.now_s);
}

/*
 * The end of the step checks that a full administrator remains, after all its
 * changes. Only the top may change a record at the top, and may do everything
 * else that the rule requires.
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

static bool has_all(const uint32_t *of, size_t n, const uint32_t *in,
                    size_t n_in)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = 0;

        while (at < n_in && in[at] != of[i])
            at++;
        if (at == n_in)
            return false;
    }
    return true;
}

static bool are_same(const uint32_t *a, size_t n_a, const uint32_t *b,
                     size_t n_b)
{
    return has_all(a, n_a, b, n_b) && has_all(b, n_b, a, n_a);
}

/* Does the record hold this already, so that nothing is given? */
static bool is_given_before(const struct declare *declare, uint32_t index,
                            const struct given *given)
{
    const struct rbac_admin *before;

    if (index == RBAC_NONE)
        return false;
    before = &rbac_engine_estate(declare->guard->site->engine)->admins[index];
    if (before->n_assignments != given->n_assignments)
        return false;
    for (size_t i = 0; i < given->n_assignments; i++) {
        const struct rbac_assignment *a = &before->assignments[i];
        const struct rbac_assignment *b = &given->assignments[i];

        if (a->from_s != b->from_s || a->until_s != b->until_s ||
            !are_same(a->roles, a->n_roles, b->roles, b->n_roles) ||
            !are_same(a->scopes, a->n_scopes, b->scopes, b->n_scopes) ||
            !are_same(a->collections, a->n_collections, b->collections,
                      b->n_collections))
            return false;
    }
    return true;
}

/* Giving scopes and collections needs Read on them, as for roles (R10). */
static enum status ask_readable(struct declare *declare, const char *place,
                                const char *name, const struct given *given)
{
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
    TRY(guard_stage(declare));
    TRY(take_given(declare, grants, n_grants, &given));
    TRY(row ? guard_change(declare, &class_admin, place, name)
            : guard_make(declare, &class_admin, place, name));
    TRY(guard_ask(declare, class_role.read, NULL, 0, place, name));
    if (!is_given_before(declare, guard_index(declare, MAP_ADMIN, row), &given))
        TRY(ask_readable(declare, place, name, &given));
    return judge_admin(declare, place, name,
                       guard_index(declare, MAP_ADMIN, row), &given);
}

enum status guard_identity(struct declare *declare, const char *place,
                           int64_t row, const char *name,
                           const struct policy_identity *identity)
{
    const struct guard *guard = declare->guard;
    const struct claim claim = {row, text_of(name), identity->kind,
                                text_of(identity->value)};
    struct rbac_decision decision;

    if (!guard)
        return STATUS_OK;
    TRY(guard_stage(declare));
    TRY(claim_check(declare->store,
                    &(struct claim_asker){guard->site->map, guard->site->engine,
                                          guard->subject, guard->caller.level,
                                          guard->caller.now_s},
                    &claim, &decision));
    return guard_judge(declare, decision,
                       row ? class_admin.modify : class_admin.create, place,
                       name);
}

enum status guard_source(struct declare *declare, const char *place,
                         int64_t row, const char *name, const char *source)
{
    const struct guard *guard = declare->guard;
    struct rbac_decision decision;
    bool had;

    if (!guard || !source || strcmp(source, GROUP_SOURCE_SITE) == 0)
        return STATUS_OK;
    TRY(guard_stage(declare));
    TRY(store_find_with(declare->store, SQL_GUARD_HAD_SOURCE,
                        STORE_ARGS(STORE_INT(row), STORE_TEXT(text_of(source))),
                        &had));
    if (had)
        return STATUS_OK;
    TRY(claim_check_group(
        declare->store,
        &(struct claim_asker){guard->site->map, guard->site->engine,
                              guard->subject, guard->caller.level,
                              guard->caller.now_s},
        text_of(name), &decision));
    return guard_judge(declare, decision,
                       row ? class_admin.modify : class_admin.create, place,
                       name);
}

const char *guard_user(const struct declare *declare)
{
    return declare->guard ? declare->guard->caller.user : NULL;
}

struct identity_giver guard_giver(const struct declare *declare)
{
    const struct guard *guard = declare->guard;

    if (!guard)
        return (struct identity_giver){"", declare->now_s, true,
                                       declare->is_restored};
    return (struct identity_giver){
        guard->giver, declare->now_s,
        rbac_is_full_administrator(guard->subject, guard->caller.now_s),
        declare->is_restored};
}

enum status guard_remove_admin(struct declare *declare, const char *place,
                               int64_t row, const char *name)
{
    uint32_t index;

    if (!declare->guard)
        return STATUS_OK;
    TRY(guard_stage(declare));
    TRY(guard_remove(declare, &class_admin, place, name));
    index = guard_index(declare, MAP_ADMIN, row);
    if (index == RBAC_NONE)
        return STATUS_UNAVAILABLE; /* declared rows are known before */
    return guard_judge(declare, may_change(declare->guard, index, NULL),
                       class_admin.remove, place, name);
}

/* ---- Groups ---- */

/*
 * As if the record itself were given anew, and taken: members may be added and
 * removed, and a name that was an external group's is not any more. What the
 * record blocked for its members is free then.
 */
static struct rbac_decision may_regroup(const struct guard *guard,
                                        uint32_t index)
{
    struct rbac_admin after =
        rbac_engine_estate(guard->site->engine)->admins[index];
    struct rbac_decision decision =
        may_hand_out(guard, after.assignments, after.n_assignments);

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
    TRY(guard_stage(declare));
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
