#include "rbac/administer.h"
#include "rbac/delegate.h"

/*
 * Devices that come into a collection are given to its assignees. The giver
 * must hold every operation on devices that the receiver gains; operations on
 * the collection itself (Modify, Delete, Create) bring no device.
 */
struct gaining {
    const struct rbac_gain *gains;
    size_t n_gains;
    struct rbac_lack *lack;
};

static bool holds_somewhere(const struct giver *giver, struct gift gift,
                            const struct rbac_gain *gain)
{
    for (size_t i = 0; i < gain->n_sources; i++) {
        gift.category = gain->sources[i];
        if (holding_has(giver->subject, gift, giver->level, giver->now_s))
            return true;
    }
    return false;
}

static bool holds_right(const struct giver *giver, struct rbac_right right,
                        const struct rbac_assignment *assignment,
                        const struct rbac_gain *gain, struct rbac_lack *lack)
{
    const struct type *type =
        types_get(&giver->engine->ground->types, right.type);
    uint32_t left = right.operations & ~type->blocked_direct & ~type->labelless;

    for (; right.type == RBAC_TYPE_COLLECTION && left; left &= left - 1) {
        const struct gift gift = {
            .type = right.type,
            .operations = left & -left,
            .level = right.level,
            .is_collection = true,
            .from_s = assignment->from_s,
            .until_s = assignment->until_s,
        };

        if (holds_somewhere(giver, gift, gain))
            continue;
        *lack = (struct rbac_lack){gain->collection, right.type,
                                   (uint8_t)__builtin_ctz(left)};
        return false;
    }
    return true;
}

/* Named by the assignment, and nothing above the devices' sources. */
static bool is_given(const struct rbac_engine *engine,
                     const struct rbac_assignment *assignment,
                     const struct rbac_gain *gain)
{
    bool is_named = false;

    for (size_t i = 0; i < assignment->n_collections; i++)
        is_named |= assignment->collections[i] == gain->collection;
    for (size_t i = 0; is_named && i < gain->n_sources; i++)
        if (holding_covers(engine, assignment, gain->sources[i], true))
            return false;
    return is_named;
}

static bool may_give(const struct giver *giver,
                     const struct rbac_assignment *assignment,
                     const struct gaining *gaining)
{
    for (size_t g = 0; g < gaining->n_gains; g++) {
        const struct rbac_gain *gain = &gaining->gains[g];

        if (!is_given(giver->engine, assignment, gain))
            continue;
        for (size_t r = 0; r < assignment->n_roles; r++) {
            const struct rights *rights =
                &giver->engine->rights[assignment->roles[r]];

            for (size_t i = 0; i < rights->n_rows; i++)
                if (!holds_right(giver, rights->rows[i], assignment, gain,
                                 gaining->lack))
                    return false;
        }
    }
    return true;
}

/* A disabled record may be enabled again, so it counts. */
static bool rule_gain(const struct giver *giver, const void *what)
{
    const struct rbac_estate *estate = &giver->engine->estate;

    for (size_t a = 0; a < estate->n_admins; a++)
        for (size_t i = 0; i < estate->admins[a].n_assignments; i++)
            if (!may_give(giver, &estate->admins[a].assignments[i], what))
                return false;
    return true;
}

struct rbac_decision rbac_check_gain(const struct rbac_subject *subject,
                                     const struct rbac_gain *gains,
                                     size_t n_gains, enum auth_level level,
                                     int64_t now_s, struct rbac_lack *lack_out)
{
    const struct gaining gaining = {gains, n_gains, lack_out};
    const size_t n = subject->engine->estate.n_collections;
    bool is_known = true;

    *lack_out = (struct rbac_lack){RBAC_NONE, RBAC_TYPE_COLLECTION, 0};
    for (size_t g = 0; g < n_gains; g++) {
        is_known &= gains[g].collection < n;
        for (size_t i = 0; i < gains[g].n_sources; i++)
            is_known &= gains[g].sources[i] < n;
    }
    if (!is_known)
        return deny(RBAC_GUARD_MORE_THAN_HELD);
    return delegate_decide(subject, rule_gain, &gaining, level, now_s);
}
