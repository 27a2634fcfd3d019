#include "rbac/delegate.h"
#include "rbac/unit.h"

/* Where the first thing that is missing is written. */
struct search {
    struct giver giver;
    const struct rbac_admin *before; /* NULL: all of it is new */
    const struct rbac_admin *after;  /* NULL: it goes */
    struct rbac_missing *out;
};

static void found(struct rbac_missing *out, const struct grant_unit *unit,
                  uint16_t type, uint8_t operation)
{
    *out = (struct rbac_missing){
        .type = type,
        .operation = operation,
        .role = unit->role,
        .category = unit->category,
        .is_collection = unit->is_collection,
    };
}

/* The first operation of the right that cannot be given there. */
static bool holds_each(const struct search *search, struct rbac_right right,
                       const struct grant_unit *unit)
{
    const struct rbac_assignment one = unit_assignment(unit);
    uint32_t left = right.operations;

    for (; left; left &= left - 1) {
        right.operations = left & -left;
        if (!delegate_holds_right(&search->giver, right, &one, search->after)) {
            found(search->out, unit, right.type,
                  (uint8_t)__builtin_ctz(right.operations));
            return false;
        }
    }
    return true;
}

static bool look_at_given(const void *context, const struct grant_unit *unit)
{
    const struct search *search = context;
    const struct giver *giver = &search->giver;
    const struct rights *rights = &giver->engine->rights[unit->role];

    if (search->before && unit_is_held(giver->engine, search->before, unit))
        return true;
    if (!delegate_administers(giver, unit->category, unit->is_collection)) {
        found(search->out, unit, RBAC_TYPE_ADMIN, RBAC_OP_MODIFY);
        return false;
    }
    for (size_t i = 0; i < rights->n_rows; i++)
        if (!holds_each(search, rights->rows[i], unit))
            return false;
    return true;
}

static bool look_at_taken(const void *context, const struct grant_unit *unit)
{
    const struct search *search = context;
    const struct giver *giver = &search->giver;

    if ((search->after && !search->after->is_disabled &&
         unit_is_held(giver->engine, search->after, unit)) ||
        window_is_over(unit->until_s, giver->now_s) ||
        delegate_administers(giver, unit->category, unit->is_collection))
        return true;
    found(search->out, unit, RBAC_TYPE_ADMIN, RBAC_OP_MODIFY);
    return false;
}

bool rbac_missing_for_admin(const struct rbac_subject *subject,
                            const struct rbac_admin *before,
                            const struct rbac_admin *after, int64_t now_s,
                            struct rbac_missing *missing_out)
{
    struct search search = {
        .giver = {subject, subject->engine, AUTH_LEVEL_MFA, now_s},
        .before = before,
        .after = after,
        .out = missing_out,
    };

    if (before && before->is_disabled && after && !after->is_disabled)
        search.before = NULL;
    if (after && !unit_each(after, look_at_given, &search))
        return true;
    return before && !unit_each(before, look_at_taken, &search);
}
