/*
 * The scopes of objects: which ones a new object gets, and changing them.
 */
#include "rbac/administer.h"
#include "rbac/decide.h"

/* ---- New objects (R8.2, R8.3) ---- */

/* Does the role grant Create or Set Security Scope at the held level? */
static bool makes_objects(const struct rbac_subject *subject,
                          struct entry entry, const struct rbac_request *create)
{
    const uint32_t wanted = 1u << create->operation | 1u << RBAC_OP_SET_SCOPE;

    for (int level = AUTH_LEVEL_DOMAIN; level <= (int)create->level; level++)
        if (entry_operations(subject->engine, entry, create->type,
                             (enum auth_level)level) &
            wanted)
            return true;
    return false;
}

static bool holds_now(const struct rbac_assignment *assignment, int64_t now_s)
{
    return window_holds(assignment->from_s, assignment->until_s, now_s);
}

/* Does an assignment put what its user creates into the scope? */
static bool puts_into(const struct rbac_engine *engine,
                      const struct rbac_assignment *assignment, uint32_t scope)
{
    for (size_t i = 0; i < assignment->n_scopes; i++) {
        uint32_t held = assignment->scopes[i];

        if (held == engine->ground->all_scope)
            held = engine->ground->default_scope;
        if (held == scope)
            return true;
    }
    return false;
}

static bool creates_in(const struct rbac_subject *subject,
                       const struct rbac_request *create, uint32_t scope)
{
    for (size_t e = 0; e < subject->n_entries; e++) {
        const struct rbac_assignment *assignment =
            entry_assignment(subject->engine, subject->entries[e]);

        if (holds_now(assignment, create->now_s) &&
            makes_objects(subject, subject->entries[e], create) &&
            puts_into(subject->engine, assignment, scope))
            return true;
    }
    return false;
}

size_t rbac_creation_scopes(const struct rbac_subject *subject,
                            const struct rbac_request *create,
                            uint32_t *scopes_out, size_t max)
{
    const struct type *type =
        types_get(&subject->engine->ground->types, create->type);
    size_t n = 0;

    if (type->securing != RBAC_BY_SCOPE ||
        create->operation >= RBAC_OPERATIONS_MAX)
        return 0;
    for (uint32_t s = 0; s < subject->engine->estate.n_scopes; s++) {
        if (!creates_in(subject, create, s))
            continue;
        if (n < max)
            scopes_out[n] = s;
        n++;
    }
    return n;
}

/* ---- Changing scopes (R8.5 to R8.7) ---- */

/* The scopes of an object, before or after. */
struct scopes {
    const uint32_t *of; /* [n] */
    size_t n;
};

static bool contains(struct scopes scopes, uint32_t scope)
{
    for (size_t i = 0; i < scopes.n; i++)
        if (scopes.of[i] == scope)
            return true;
    return false;
}

/* May the caller set this one scope, as if it were the object's only one? */
static struct rbac_decision check_settable(const struct rbac_subject *subject,
                                           struct rbac_request request,
                                           uint32_t scope)
{
    struct rbac_decision decision;

    request.labels = &scope;
    request.n_labels = 1;
    request.is_type_wide = false;
    decision = rbac_check(subject, &request);
    if (decision.reason == RBAC_OUT_OF_SCOPE)
        decision.reason = RBAC_GUARD_SCOPE_NOT_HELD;
    return decision;
}

/* Both must be: the first that is not decides, then the higher level. */
static struct rbac_decision both(struct rbac_decision a, struct rbac_decision b)
{
    if (a.verdict == RBAC_DENY || b.verdict == RBAC_DENY)
        return a.verdict == RBAC_DENY ? a : b;
    return a.level_required >= b.level_required ? a : b;
}

/* Scopes in only one of the lists must be settable. */
static struct rbac_decision check_changed(const struct rbac_subject *subject,
                                          const struct rbac_request *request,
                                          struct scopes scopes,
                                          struct scopes other,
                                          struct rbac_decision so_far)
{
    for (size_t i = 0; i < scopes.n; i++)
        if (!contains(other, scopes.of[i]))
            so_far =
                both(so_far, check_settable(subject, *request, scopes.of[i]));
    return so_far;
}

struct rbac_decision rbac_check_scopes(const struct rbac_subject *subject,
                                       const struct rbac_request *set_scope,
                                       const uint32_t *after, size_t n_after)
{
    const struct scopes before = {set_scope->labels, set_scope->n_labels};
    const struct scopes to = {after, n_after};
    struct rbac_decision decision = rbac_check(subject, set_scope);

    if (decision.verdict == RBAC_DENY)
        return decision;
    if (n_after == 0)
        return deny(RBAC_GUARD_LAST_SCOPE);
    if (contains(to, subject->engine->ground->all_scope))
        return deny(RBAC_GUARD_ALL_SCOPE);
    decision = check_changed(subject, set_scope, to, before, decision);
    return check_changed(subject, set_scope, before, to, decision);
}
