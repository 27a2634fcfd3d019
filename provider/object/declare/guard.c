/*
 * May the caller have all this declared? Each act of the step is checked like
 * the same act over RPC, with the rights that the caller has before it. Records
 * and groups are in guard_admin.c.
 */
#include <stdio.h>
#include <stdlib.h>

#include "provider/object/declare/guard_private.h"

enum { CALLER_ADMINS_MAX = 1024 };

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
    const size_t n = site_admins_of(
        site,
        (struct site_member){caller->user, caller->groups, caller->n_groups},
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
    snprintf(guard->giver, sizeof(guard->giver), "%s%s%s",
             caller->asked_by ? caller->asked_by : "",
             caller->asked_by ? " and " : "", caller->user);
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

enum status guard_stage(struct declare *declare)
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

bool guard_may_read(const struct declare *declare,
                    const struct object_class *class, int64_t row)
{
    const bool is_labelled = class->label_kind == LABELS_COLLECTION;
    uint32_t index;

    if (!declare->guard)
        return true;
    index = guard_index(declare, MAP_COLLECTION, row);
    return decide(declare->guard, class->read, false,
                  is_labelled ? &index : NULL, is_labelled ? 1 : 0)
               .verdict == RBAC_ALLOW;
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

/* For objects in use: only the top. */
enum status guard_rename(struct declare *declare,
                         const struct object_class *class, const char *place,
                         const char *name)
{
    const struct guard *guard = declare->guard;
    const struct rbac_decision denied = {RBAC_DENY, RBAC_GUARD_MORE_THAN_HELD,
                                         AUTH_LEVEL_NONE};

    if (!guard ||
        rbac_is_full_administrator(guard->subject, guard->caller.now_s))
        return STATUS_OK;
    return guard_judge(declare, denied, class->modify, place, name);
}

/* Like an update over RPC: the right to change the collection does not include
 * moving it where the caller reaches more, or giving others what they do not
 * hold (R7.5.7). */
static struct gain_asker asker_of(const struct guard *guard)
{
    return (struct gain_asker){guard->site->map, guard->subject,
                               guard->caller.level, guard->caller.now_s};
}

enum status guard_relimit(struct declare *declare, const char *place,
                          const struct gain_move *move, const char *name)
{
    struct guard *guard = declare->guard;
    struct gain_asker asker;
    struct gain_lack lack;

    if (!guard)
        return STATUS_OK;
    asker = asker_of(guard);
    TRY(guard_ask(declare, class_collection.read, &move->to_index, 1, place,
                  name));
    TRY(gain_check_move(declare->store, &asker, move, &lack));
    return guard_judge(declare, lack.decision, lack.need, place, name);
}

enum status guard_gain(struct declare *declare, const char *place,
                       const struct gain_act *act, const char *name)
{
    struct guard *guard = declare->guard;
    struct gain_asker asker;
    struct gain_lack lack;

    if (!guard)
        return STATUS_OK;
    asker = asker_of(guard);
    TRY(gain_check(declare->store, &asker, act, &lack));
    return guard_judge(declare, lack.decision, lack.need, place, name);
}

/* ---- The site ---- */

/* Anybody who could be served below the minimum, not only those who are now. */
static bool could_be_excepted(const struct guard *guard)
{
    const struct declare_caller *caller = &guard->caller;

    return site_exclusion_of(guard->site, caller->user, caller->groups,
                             caller->n_groups, caller->now_s) != NULL;
}

/* Like SMS_Site.SetAuthenticationLevel: only the top, not below the minimum;
 * and nobody sets a level that they did not reach themselves (A6, A8, A12). */
enum status guard_site(struct declare *declare, const char *place,
                       enum auth_level level)
{
    const struct object_method *method =
        object_method_find(&class_site, TEXT("SetAuthenticationLevel"));
    struct guard *guard = declare->guard;
    struct rbac_decision decision = {0};

    if (!guard)
        return STATUS_OK;
    decision.reason = question_method(
        method, guard->subject, could_be_excepted(guard), guard->caller.now_s);
    if (decision.reason == RBAC_ALLOWED)
        decision = decide(guard, method->need, true, NULL, 0);
    if (decision.verdict == RBAC_ALLOW && guard->caller.level < level)
        decision = (struct rbac_decision){RBAC_ALLOW_AT_LEVEL,
                                          RBAC_LEVEL_TOO_LOW, level};
    return guard_judge(declare, decision, method->need, place,
                       "authentication");
}

/* ---- Roles ---- */

enum status guard_role(struct declare *declare, const char *place, int64_t row,
                       const struct policy_role *role)
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
