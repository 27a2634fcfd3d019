/*
 * The end of a declaring step: what is no longer declared is removed, and
 * somebody at the top must remain.
 */
#include <stdio.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/object/declare/declare_finish_sql.h"
#include "provider/object/declare/declare_private.h"
#include "provider/object/guard/approver.h"
#include "provider/object/guard/author.h"
#include "provider/object/guard/shown.h"

static enum status remove_row(struct declare *declare,
                              const struct declare_sweep *sweep, int64_t row,
                              struct text place, struct text name)
{
    char was[PLACE_MAX_BYTES + 1];
    char named[257];
    enum status removed;

    snprintf(was, sizeof(was), "%.*s", (int)place.size, place.data);
    snprintf(named, sizeof(named), "%.*s", (int)name.size, name.data);
    TRY(sweep->guard(declare, was, row, named));
    if (sweep->kind == DECLARED_ADMIN || sweep->kind == DECLARED_GROUP)
        TRY(approver_keep(declare->store,
                          sweep->kind == DECLARED_ADMIN ? row : 0,
                          sweep->kind == DECLARED_GROUP ? named : NULL));
    removed = store_run_with(declare->store, sweep->remove,
                             STORE_ARGS(STORE_INT(row)));
    if (removed == STATUS_CONFLICT)
        return declare_fail(declare, was,
                            "%s %s is no longer declared, but still in use",
                            sweep->what, named);
    declare->changed = true;
    return removed;
}

/* Removes the declared rows of a kind that were not processed. */
static enum status sweep_kind(struct declare *declare,
                              const struct declare_sweep *sweep)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(declare->store, sweep->select, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const int64_t row = store_int(stmt, 0);

        if (!declare_has_seen(declare, sweep->kind, row))
            TRY(remove_row(declare, sweep, row, store_text(stmt, 1),
                           store_text(stmt, 2)));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status guard_old_group(struct declare *declare, const char *place,
                                   int64_t row, const char *name)
{
    (void)row;
    return guard_group(declare, place, name);
}

static enum status guard_old_role(struct declare *declare, const char *place,
                                  int64_t row, const char *name)
{
    (void)row;
    return guard_remove(declare, &class_role, place, name);
}

static enum status guard_old_scope(struct declare *declare, const char *place,
                                   int64_t row, const char *name)
{
    (void)row;
    return guard_remove(declare, &class_scope, place, name);
}

static enum status sweep_exclusions(struct declare *declare)
{
    TRY(store_run_with(declare->store, SQL_SWEEP_EXCLUSIONS, STORE_NO_ARGS));
    if (store_n_changed(declare->store) > 0) {
        declare->changed = true;
        TRY(guard_site(declare, "authentication", AUTH_LEVEL_NONE));
    }
    return store_run_with(declare->store, SQL_FORGET_EXCLUSIONS, STORE_NO_ARGS);
}

/*
 * A level that is no longer declared stays, and is the console's again: a line
 * less in a file never admits more people. But users who may set it in the
 * console may then lower it, so leaving it out is checked like setting it.
 */
static enum status sweep_level(struct declare *declare)
{
    if (declare->has_level)
        return STATUS_OK;
    TRY(store_run_with(declare->store, SQL_SWEEP_LEVEL, STORE_NO_ARGS));
    if (store_n_changed(declare->store) == 0 || MUTANT("a11-level-left-out"))
        return STATUS_OK;
    declare->changed = true;
    return guard_site(declare, "authentication", AUTH_LEVEL_NONE);
}

static enum status check_groups(struct declare *declare)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    char place[128];

    found =
        store_row_with(declare->store, SQL_GROUP_CIRCLE, STORE_NO_ARGS, &stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    snprintf(place, sizeof(place), "%.*s", (int)store_text(stmt, 1).size,
             store_text(stmt, 1).data);
    return declare_fail(declare, place, "the group %.*s contains itself",
                        (int)store_text(stmt, 0).size,
                        store_text(stmt, 0).data);
}

static enum status sweep_all(struct declare *declare)
{
    /* Holders go before what they hold. */
    static const struct declare_sweep sweeps[] = {
        {DECLARED_ADMIN, "the administrator", SQL_SWEEP_ADMINS, SQL_SWEEP_ADMIN,
         guard_remove_admin},
        {DECLARED_GROUP, "the group", SQL_SWEEP_GROUPS, SQL_SWEEP_GROUP,
         guard_old_group},
        {DECLARED_ROLE, "the role", SQL_SWEEP_ROLES, SQL_SWEEP_ROLE,
         guard_old_role},
        {DECLARED_SCOPE, "the scope", SQL_SWEEP_SCOPES, SQL_SWEEP_SCOPE,
         guard_old_scope},
    };

    for (size_t i = 0; i < ARRAY_SIZE(sweeps); i++)
        TRY(sweep_kind(declare, &sweeps[i]));
    TRY(declare_sweep_collections(declare));
    TRY(sweep_exclusions(declare));
    TRY(sweep_level(declare));
    return check_groups(declare);
}

/* ---- The site after it ---- */

/* An identity in the way of the host's own declarations is removed. */
static enum status take_away(struct declare *declare, enum identity_kind kind,
                             const char *value, const char *user,
                             const char *author)
{
    log_warn("declare.identity_dropped user=%s kind=%s given_by=%s", user,
             identity_kind_name(kind), author);
    TRY(approver_keep_of(declare->store, kind, text_of(value)));
    return admin_drop_identity(declare->store, kind, text_of(value));
}

/* Then it is not kept, whatever else stands in its way. */
static bool is_denied(const struct declare *declare)
{
    size_t n;

    (void)declare_missing(declare, &n);
    return n > 0;
}

static enum status settle_clashes(struct declare *declare)
{
    struct identity_clash clash;
    enum status found;

    while ((found = admin_find_clash(declare->store, &clash)) == STATUS_OK) {
        if (is_denied(declare))
            return STATUS_OK;
        if (declare->guard || !clash.is_undeclared)
            return declare_fail(declare, "administrators",
                                "%.150s is a user's name and an identity of"
                                " %.150s (kerberos), given by %.100s: take it"
                                " away first",
                                clash.name, clash.user,
                                clash.author[0] ? clash.author : "the host");
        TRY(take_away(declare, IDENTITY_KERBEROS, clash.name, clash.user,
                      clash.author));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status settle_raises(struct declare *declare)
{
    const struct site *before =
        declare->before ? declare->before : declare->given;
    struct author_raise raise;
    enum status found;

    for (;;) {
        const struct author_question question = {before, declare->site, NULL,
                                                 declare->now_s};

        found = author_find_raise(&question, &raise);
        if (found != STATUS_OK)
            break;
        if (is_denied(declare))
            return STATUS_OK;
        if (declare->guard)
            return declare_fail(
                declare, "administrators",
                "%.120s would gain rights, and signs in by an identity (%s)"
                " that %.120s gave, who could not give those rights: take it"
                " away, or confirm it (SMS_Admin.ConfirmIdentities)",
                raise.user, identity_kind_name(raise.kind), raise.author);
        TRY(take_away(declare, raise.kind, raise.value, raise.user,
                      raise.author));
        site_free(TAKE(declare->site));
        TRY(site_load(declare->store, &declare->site));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

/* The author of the host's own files can get in through the host. */
static enum status settle_lockout(struct declare *declare)
{
    const struct site *before =
        declare->before ? declare->before : declare->given;
    const char *why;

    if (declare->is_forced || is_denied(declare))
        return STATUS_OK;
    TRY(shown_check(declare->store, before, declare->site, guard_user(declare),
                    declare->now_s, &why));
    if (!why)
        return STATUS_OK;
    if (declare->guard)
        return declare_fail(declare, "administrators",
                            "%s; it takes force to do so", why);
    log_warn("declare.lockout why=%s", why);
    return STATUS_OK;
}

/* The new site, for further use; somebody must still be at the top. */
static enum status look_after(struct declare *declare)
{
    int64_t serial;

    TRY(store_number(declare->store, "estate", &serial));
    TRY(store_set_number(declare->store, "estate", serial + 1));
    TRY(settle_clashes(declare));
    TRY(site_load(declare->store, &declare->site));
    TRY(settle_raises(declare));
    TRY(settle_lockout(declare));
    if (declare->had_top && !declare_has_top(declare->site))
        return declare_fail(declare, "policy",
                            "no full administrator would remain");
    return STATUS_OK;
}

enum status declare_finish(struct declare *declare, bool *changed_out)
{
    TRY(sweep_all(declare));
    *changed_out = declare->changed;
    return declare->changed ? look_after(declare) : STATUS_OK;
}
