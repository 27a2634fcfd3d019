#include "rbac/administer.h"
#include "rbac/delegate.h"

static bool is_full_role(const struct rbac_engine *engine, uint32_t role,
                         enum auth_level level)
{
    const struct rights *rights = &engine->rights[role];

    if (strcmp(engine->estate.roles[role].id, RBAC_FULL_ADMINISTRATOR_ID) != 0)
        return false;
    for (size_t i = 0; i < rights->n_rows; i++)
        if (rights->rows[i].level > level)
            return false;
    return true;
}

static bool is_full_assignment(const struct rbac_engine *engine,
                               const struct rbac_assignment *assignment,
                               enum auth_level level, int64_t now_s)
{
    if (!holding_is_now(assignment, now_s))
        return false;
    for (size_t r = 0; r < assignment->n_roles; r++)
        if (is_full_role(engine, assignment->roles[r], level))
            return true;
    return false;
}

static bool record_covers(const struct rbac_engine *engine,
                          const struct rbac_admin *admin, uint32_t category,
                          bool is_collection, enum auth_level level,
                          int64_t now_s)
{
    for (size_t i = 0; i < admin->n_assignments; i++)
        if (is_full_assignment(engine, &admin->assignments[i], level, now_s) &&
            holding_covers(engine, &admin->assignments[i], category,
                           is_collection))
            return true;
    return false;
}

bool full_is_record(const struct rbac_engine *engine,
                    const struct rbac_admin *admin, enum auth_level level,
                    int64_t now_s)
{
    const struct rbac_estate *estate = &engine->estate;

    if (admin->is_disabled || engine->ground->all_scope == RBAC_NONE ||
        !record_covers(engine, admin, engine->ground->all_scope, false, level,
                       now_s))
        return false;
    for (uint32_t c = 0; c < estate->n_collections; c++)
        if (estate->collections[c].limiting == RBAC_NONE &&
            !record_covers(engine, admin, c, true, level, now_s))
            return false;
    return true;
}

bool full_is_subject(const struct rbac_subject *subject, enum auth_level level,
                     int64_t now_s)
{
    const struct rbac_engine *engine = subject->engine;

    for (size_t i = 0; i < subject->n_records; i++)
        if (full_is_record(engine, &engine->estate.admins[subject->records[i]],
                           level, now_s))
            return true;
    return false;
}

bool rbac_is_full_administrator(const struct rbac_subject *subject,
                                int64_t now_s)
{
    return full_is_subject(subject, AUTH_LEVEL_MFA, now_s);
}

bool rbac_has_full_administrator(const struct rbac_engine *engine,
                                 uint32_t without, int64_t now_s)
{
    for (uint32_t a = 0; a < engine->estate.n_admins; a++)
        if (a != without && full_is_record(engine, &engine->estate.admins[a],
                                           AUTH_LEVEL_MFA, now_s))
            return true;
    return false;
}

bool rbac_is_full_in_every_scope(const struct rbac_subject *subject,
                                 int64_t now_s)
{
    const struct rbac_engine *engine = subject->engine;
    const uint32_t all = engine->ground->all_scope;

    for (size_t i = 0; all != RBAC_NONE && i < subject->n_records; i++) {
        const struct rbac_admin *record =
            &engine->estate.admins[subject->records[i]];

        if (!record->is_disabled &&
            record_covers(engine, record, all, false, AUTH_LEVEL_MFA, now_s))
            return true;
    }
    return false;
}
