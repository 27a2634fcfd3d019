#include "provider/object/guard/claim.h"

#include "provider/base/mutant.h"
#include "provider/object/guard/claim_sql.h"

static const struct rbac_decision allowed = {RBAC_ALLOW, RBAC_ALLOWED,
                                             AUTH_LEVEL_DOMAIN};

static enum status has_identity(struct store *store, const struct claim *claim,
                                bool *has_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_CLAIM_HAS_IDENTITY, &stmt));
    store_bind_text(stmt, 1, text_of(identity_kind_name(claim->kind)));
    store_bind_text(stmt, 2, claim->value);
    store_bind_int(stmt, 3, claim->row);
    found = store_step(stmt);
    *has_out = found == STATUS_OK;
    return found == STATUS_END ? STATUS_OK : found;
}

/* As if the record were given anew. */
static struct rbac_decision may_give(const struct claim_asker *asker,
                                     uint32_t index)
{
    const struct rbac_admin *record =
        &rbac_engine_estate(asker->engine)->admins[index];

    return rbac_check_admin_new(asker->subject, record, asker->level,
                                asker->now_s);
}

/*
 * Every record that applies to a user. One that the engine does not know is
 * created by the same step, which checks all that it is given.
 */
static enum status check_records(struct store *store,
                                 const struct claim_asker *asker,
                                 struct text user,
                                 struct rbac_decision *decision_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_CLAIM_RECORDS, &stmt));
    store_bind_text(stmt, 1, user);
    while ((found = store_step(stmt)) == STATUS_OK) {
        const uint32_t index =
            object_map_index(asker->map, MAP_ADMIN, store_int(stmt, 0));

        if (index != RBAC_NONE)
            *decision_out = may_give(asker, index);
        if (decision_out->verdict != RBAC_ALLOW)
            return STATUS_OK;
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status check_exclusion(struct store *store,
                                   const struct claim_asker *asker,
                                   struct text user,
                                   struct rbac_decision *decision_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_CLAIM_EXCLUSIONS, &stmt));
    store_bind_text(stmt, 1, user);
    store_bind_int(stmt, 2, asker->now_s);
    found = store_step(stmt);
    if (found == STATUS_OK &&
        !rbac_is_full_administrator(asker->subject, asker->now_s))
        *decision_out = (struct rbac_decision){
            RBAC_DENY, RBAC_GUARD_MORE_THAN_HELD, AUTH_LEVEL_NONE};
    return found == STATUS_END ? STATUS_OK : found;
}

/*
 * A principal that signs in by its own name has whatever external groups give
 * that name, which is unknown here. Making it another user's takes that.
 */
static enum status check_outside(struct store *store,
                                 const struct claim_asker *asker,
                                 struct rbac_decision *decision_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_CLAIM_OUTSIDE_GROUPS, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const uint32_t index =
            object_map_index(asker->map, MAP_ADMIN, store_int(stmt, 0));

        if (index != RBAC_NONE && !MUTANT("a1-take-principal"))
            *decision_out = may_give(asker, index);
        if (decision_out->verdict != RBAC_ALLOW)
            return STATUS_OK;
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status check_user(struct store *store,
                              const struct claim_asker *asker, struct text user,
                              struct rbac_decision *decision_out)
{
    TRY(check_records(store, asker, user, decision_out));
    if (decision_out->verdict != RBAC_ALLOW)
        return STATUS_OK;
    return check_exclusion(store, asker, user, decision_out);
}

enum status claim_check(struct store *store, const struct claim_asker *asker,
                        const struct claim *claim,
                        struct rbac_decision *decision_out)
{
    bool has;

    *decision_out = allowed;
    TRY(has_identity(store, claim, &has));
    if (has)
        return STATUS_OK;
    TRY(check_user(store, asker, claim->name, decision_out));
    if (decision_out->verdict != RBAC_ALLOW || claim->kind != IDENTITY_KERBEROS)
        return STATUS_OK;
    if (text_equal(claim->name, claim->value))
        return STATUS_OK;
    TRY(check_user(store, asker, claim->value, decision_out));
    return decision_out->verdict == RBAC_ALLOW
               ? check_outside(store, asker, decision_out)
               : STATUS_OK;
}

enum status claim_check_group(struct store *store,
                              const struct claim_asker *asker, struct text name,
                              struct rbac_decision *decision_out)
{
    *decision_out = allowed;
    return MUTANT("a1-outside-member")
               ? STATUS_OK
               : check_user(store, asker, name, decision_out);
}
