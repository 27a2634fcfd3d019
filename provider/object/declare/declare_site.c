/*
 * The minimum level that policy files declare, and who is excluded from it.
 */
#include "provider/base/group_name.h"
#include "provider/object/declare/declare_private.h"
#include "provider/object/declare/declare_site_sql.h"

enum status declare_level(struct declare *declare, struct policy_place at,
                          enum auth_level level)
{
    const struct policy_place_text place = policy_place_text(at);
    int64_t before;

    if (level == AUTH_LEVEL_NONE)
        return declare_fail(declare, place.text, "there is no such level");
    TRY(store_int_with(declare->store, SQL_DECLARE_OLD_LEVEL, STORE_NO_ARGS,
                       &before));
    if (before != auth_level_number(level)) {
        declare->changed = true;
        TRY(guard_site(declare, place.text, level));
    }
    declare->has_level = true;
    return store_run_with(declare->store, SQL_DECLARE_LEVEL,
                          STORE_ARGS(STORE_INT(auth_level_number(level)),
                                     STORE_TEXT(text_of(place.text))));
}

static struct text source_of(const struct policy_exclusion *exclusion)
{
    return exclusion->source ? text_of(exclusion->source)
                             : TEXT(GROUP_SOURCE_SITE);
}

/* Which ones were seen is kept in the rows themselves. */
enum status declare_exclusion(struct declare *declare,
                              const struct policy_exclusion *exclusion)
{
    const struct policy_place_text place = policy_place_text(exclusion->place);
    const struct store_args args = STORE_ARGS(
        STORE_TEXT(text_of(exclusion->user)), STORE_INT(exclusion->is_group),
        STORE_TEXT(text_of(exclusion->reason)),
        STORE_TEXT(text_of(exclusion->owner)), STORE_INT(exclusion->until_s),
        STORE_TEXT(source_of(exclusion)), STORE_TEXT(text_of(place.text)));
    bool is_same;

    TRY(store_find_with(declare->store, SQL_DECLARE_IS_EXCLUDED, args,
                        &is_same));
    if (!is_same) {
        declare->changed = true;
        TRY(guard_site(declare, place.text, AUTH_LEVEL_NONE));
    }
    return store_run_with(declare->store, SQL_DECLARE_EXCLUSION, args);
}
