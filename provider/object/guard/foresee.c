/*
 * The answer of an act's guards, for callers who only ask.
 */
#include "provider/base/mutant.h"
#include "provider/object/object_private.h"

static bool is_same(struct object_need a, struct object_need b)
{
    return a.type == b.type && a.operation == b.operation;
}

bool object_is_built_in(const struct object_class *class,
                        const struct object_target *target)
{
    const int index = object_property_index(class, TEXT("IsBuiltIn"));
    const struct class_sql *sql = object_class_sql(class);

    return index >= 0 && target->stmt &&
           store_int(target->stmt, sql->column_of[(size_t)index]);
}

struct rbac_decision object_foresee(const struct object_class *class,
                                    const struct object_target *target,
                                    struct object_need need,
                                    const struct object_actor *actor)
{
    static const struct rbac_decision allowed = {RBAC_ALLOW, RBAC_ALLOWED,
                                                 AUTH_LEVEL_NONE};
    const bool is_removal = is_same(need, class->remove);
    uint32_t index;

    if (MUTANT("d2-guards-unforeseen"))
        return allowed;
    if ((is_removal || is_same(need, class->modify)) &&
        object_is_built_in(class, target))
        return (struct rbac_decision){RBAC_DENY, RBAC_GUARD_BUILT_IN,
                                      AUTH_LEVEL_NONE};
    if (class != &class_admin || !is_removal)
        return allowed;
    index = object_map_index(actor->map, MAP_ADMIN, target->row);
    if (index == RBAC_NONE)
        return allowed;
    return rbac_check_admin_change(actor->subject, index, NULL, actor->level,
                                   actor->now_s);
}
