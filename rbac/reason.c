#include "rbac/rbac.h"

static const struct {
    const char *name;
    const char *text;
} reasons[RBAC_N_REASONS] = {
    [RBAC_REASON_NONE] = {"none", "Nothing was decided."},
    [RBAC_ALLOWED] = {"allowed", "A grant allows it."},
    [RBAC_NO_ADMINISTRATOR] = {"no-administrator",
                               "No administrator record applies to the "
                               "caller."},
    [RBAC_UNKNOWN_OPERATION] = {"unknown-operation",
                                "There is no such operation on this type."},
    [RBAC_ROLE_LACKS_OPERATION] = {"role-lacks-operation",
                                   "None of the caller's roles has the "
                                   "operation."},
    [RBAC_OUT_OF_SCOPE] = {"out-of-scope",
                           "The object is in none of the scopes in which the "
                           "caller holds the operation."},
    [RBAC_OUT_OF_COLLECTION] = {"out-of-collection",
                                "The object is in none of the collections in "
                                "which the caller holds the operation."},
    [RBAC_DIRECTLY_ASSIGNED] = {"directly-assigned",
                                "The collection is assigned to the caller "
                                "directly; only those below it can be changed "
                                "or deleted."},
    [RBAC_NOT_YET_VALID] = {"not-yet-valid",
                            "The grant that would allow it has not begun."},
    [RBAC_NO_LONGER_VALID] = {"no-longer-valid",
                              "The grant that allowed it has ended."},
    [RBAC_LEVEL_TOO_LOW] = {"level-too-low", "It needs a stronger sign-in."},
    [RBAC_GUARD_LAST_SCOPE] = {"guard-last-scope",
                               "An object keeps at least one scope: add "
                               "another before removing the last."},
    [RBAC_GUARD_ALL_SCOPE] = {"guard-all-scope",
                              "No object can be put into the All scope."},
    [RBAC_GUARD_SCOPE_NOT_HELD] = {"guard-scope-not-held",
                                   "The caller may not set this scope."},
    [RBAC_GUARD_SELF] = {"guard-self",
                         "Nobody removes their own administrator record."},
    [RBAC_GUARD_LAST_FULL_ADMINISTRATOR] = {"guard-last-full-administrator",
                                            "At least one full administrator "
                                            "must remain."},
    [RBAC_GUARD_MORE_THAN_HELD] = {"guard-more-than-held",
                                   "Nobody hands out more than they hold."},
    [RBAC_GUARD_BUILT_IN] = {"guard-built-in",
                             "Built-in roles, scopes and collections are not "
                             "changed."},
    [RBAC_GUARD_CIRCLE] = {"guard-circle",
                           "A collection cannot be limited by itself or by "
                           "one below it."},
    [RBAC_GUARD_IN_USE] = {"guard-in-use", "It is in use."},
    [RBAC_GUARD_FULL_ADMINISTRATOR] = {"guard-full-administrator",
                                       "Only a full administrator with the "
                                       "scope All may."},
    [RBAC_GUARD_EXCEPTED] = {"guard-excepted",
                             "An account that the minimum level does not bind "
                             "may not."},
    [RBAC_GUARD_SECOND_PERSON] = {"guard-second-person",
                                  "Somebody else must approve it."},
};

const char *rbac_reason_name(enum rbac_reason reason)
{
    if (reason < 0 || reason >= RBAC_N_REASONS)
        return "unknown";
    return reasons[reason].name;
}

const char *rbac_reason_text(enum rbac_reason reason)
{
    if (reason < 0 || reason >= RBAC_N_REASONS)
        return "An unknown reason.";
    return reasons[reason].text;
}
