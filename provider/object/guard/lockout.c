#include "provider/object/guard/lockout.h"

#include "provider/object/guard/records.h"
#include "rbac/administer.h"
#include "rbac/build.h"

/* What the records that apply to a name give; NULL: unknown. */
static struct rbac_subject *subject_of(const struct site *site,
                                       const char *user, char *group)
{
    struct rbac_subject *subject = NULL;
    struct records records;

    if (records_find(site, user, group, &records) != STATUS_OK ||
        records_subject(&records, site, &subject) != STATUS_OK)
        return NULL;
    return subject;
}

static bool is_full(const struct object_call *call, const char *user)
{
    OWNED(rbac_subject) subject = subject_of(call->actor.site, user, NULL);

    return subject && rbac_is_full_administrator(subject, call->actor.now_s);
}

bool lockout_leaves_somebody(const struct object_call *call,
                             enum auth_level level)
{
    const struct site *site = call->actor.site;
    const struct rbac_estate *estate = rbac_engine_estate(site->engine);

    for (size_t i = 0; i < estate->n_admins; i++) {
        const struct rbac_admin *admin = &estate->admins[i];

        if (!admin->is_group && !admin->is_disabled &&
            is_full(call, admin->name) &&
            site_reach_of(site, admin->name, call->actor.reach) >= level &&
            !site_exclusion_of(site, admin->name, NULL, 0, call->actor.now_s))
            return true;
    }
    return false;
}

static bool may(const struct rbac_subject *subject, uint16_t type,
                uint8_t operation, int64_t now_s)
{
    const struct rbac_request request = {
        .type = type,
        .operation = operation,
        .is_type_wide = true,
        .level = AUTH_LEVEL_MFA,
        .now_s = now_s,
    };

    return rbac_check(subject, &request).verdict == RBAC_ALLOW;
}

bool lockout_administers(const struct rbac_subject *subject, int64_t now_s)
{
    static const uint16_t types[] = {RBAC_TYPE_ADMIN, RBAC_TYPE_ROLE,
                                     RBAC_TYPE_SCOPE};
    static const uint8_t operations[] = {RBAC_OP_MODIFY, RBAC_OP_DELETE,
                                         RBAC_OP_CREATE};

    for (size_t t = 0; t < ARRAY_SIZE(types); t++)
        for (size_t o = 0; o < ARRAY_SIZE(operations); o++)
            if (may(subject, types[t], operations[o], now_s))
                return true;
    return false;
}

bool lockout_is_security(const struct object_call *call, const char *name)
{
    SCOPED(memory_drop) char *group = strdup(name);
    OWNED(rbac_subject) as_user = subject_of(call->actor.site, name, NULL);
    OWNED(rbac_subject)
    as_group = group ? subject_of(call->actor.site, "", group) : NULL;

    return !as_user || !as_group ||
           lockout_administers(as_user, call->actor.now_s) ||
           lockout_administers(as_group, call->actor.now_s);
}
