#include "provider/object/coverage.h"

#include "provider/base/mutant.h"
#include "provider/object/object_private.h"

bool coverage_has(const struct coverage *coverage, int64_t admin)
{
    const uint32_t index = object_map_index(coverage->map, MAP_ADMIN, admin);
    struct rbac_missing missing;

    return index != RBAC_NONE &&
           (MUTANT("g5-covers-all") ||
            !rbac_missing_for_admin(
                coverage->subject, NULL,
                &rbac_engine_estate(coverage->engine)->admins[index],
                coverage->now_s, &missing));
}
