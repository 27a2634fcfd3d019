#include "provider/object/guard/shown.h"

#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/guard/records.h"
#include "provider/object/guard/shown_sql.h"
#include "rbac/administer.h"
#include "rbac/build.h"

/* When every assignment that ends has ended. */
static const int64_t END_OF_TIME = INT64_MAX - 1;

/* ---- The user of an identity now ---- */

/* A Kerberos principal that belongs to nobody else is its own name. NULL:
 * nobody. */
static const char *user_of(const struct site *site, enum identity_kind kind,
                           struct text value, const char *own_name)
{
    const char *user = site_user_of(site, kind, value);

    if (user || kind != IDENTITY_KERBEROS)
        return user;
    return text_equal(value, text_of(own_name)) ? own_name : NULL;
}

/* ---- Noting ---- */

/* A sign-in that shows nothing new is not written again. */
static enum status store_use(struct store *store, const struct shown_use *use)
{
    return store_run_with(
        store, SQL_SHOWN_STORE,
        STORE_ARGS(STORE_TEXT(text_of(identity_kind_name(use->kind))),
                   STORE_TEXT(use->value), STORE_TEXT(text_of(use->user)),
                   STORE_INT(use->level), STORE_INT(use->now_s)));
}

enum status shown_note(struct store *store, const struct site *site,
                       const struct shown_use *use)
{
    const char *mapped = user_of(site, use->kind, use->value, use->user);
    struct records records;

    if (!mapped || strcmp(mapped, use->user) != 0)
        return STATUS_OK;
    TRY(records_find(site, use->user, NULL, &records));
    return records_has_enabled(&records, site) ? store_use(store, use)
                                               : STATUS_OK;
}

/* ---- Looking ---- */

struct look {
    const struct site *site;
    enum auth_level minimum;
    const char *caller; /* or NULL */
    int64_t now_s;
};

static bool is_excluded_root(const struct look *look, const char *user,
                             enum identity_kind kind, struct text value)
{
    return kind == IDENTITY_LOCAL && text_equal(value, TEXT(IDENTITY_ROOT)) &&
           site_exclusion_of(look->site, user, NULL, 0, look->now_s);
}

static enum status look_at(const struct look *look, const char *shown_by,
                           enum identity_kind kind, struct text value,
                           enum auth_level level, struct shown *shown)
{
    const char *user = user_of(look->site, kind, value, shown_by);
    OWNED(rbac_subject) subject = NULL;
    struct records records;

    if (!user ||
        (level < look->minimum && !is_excluded_root(look, user, kind, value)))
        return STATUS_OK;
    TRY(records_find(look->site, user, NULL, &records));
    TRY(records_subject(&records, look->site, &subject));
    if (rbac_is_full_administrator(subject, look->now_s))
        shown->is_top_left = true;
    if (shown->is_top_left && rbac_is_full_administrator(subject, END_OF_TIME))
        shown->is_lasting_left = true;
    if (look->caller && records_has_enabled(&records, look->site) &&
        strcmp(user, look->caller) == 0)
        shown->is_caller_left = true;
    return STATUS_OK;
}

enum status shown_look(struct store *store, const struct site *site,
                       enum auth_level minimum, const char *caller,
                       int64_t now_s, struct shown *shown_out)
{
    const struct look look = {site, minimum, caller, now_s};
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    *shown_out = (struct shown){.is_caller_left = !caller};
    TRY(store_prepare(store, SQL_SHOWN_LIST, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        SCOPED(memory_drop) char *user = text_dup(store_text(stmt, 2));

        if (!user)
            return STATUS_NO_MEMORY;
        TRY(look_at(&look, user, identity_kind_read(store_text(stmt, 0)),
                    store_text(stmt, 1), (enum auth_level)store_int(stmt, 3),
                    shown_out));
        if (shown_out->is_lasting_left && shown_out->is_caller_left)
            return STATUS_OK;
    }
    return found == STATUS_END ? STATUS_OK : found;
}

enum status shown_check(struct store *store, const struct site *before,
                        const struct site *after, const char *caller,
                        int64_t now_s, const char **why_out)
{
    struct shown was;
    struct shown is;

    *why_out = NULL;
    TRY(shown_look(store, after, after->minimum_level, caller, now_s, &is));
    if ((is.is_lasting_left && is.is_caller_left) || MUTANT("c8-lockout"))
        return STATUS_OK;
    TRY(shown_look(store, before, before->minimum_level, caller, now_s, &was));
    if (was.is_top_left && !is.is_top_left)
        *why_out = "Nobody would be left at the top who has signed in before "
                   "with evidence that would still work";
    else if (was.is_lasting_left && !is.is_lasting_left &&
             !MUTANT("c8-lockout-later"))
        *why_out =
            "Nobody would be left at the top beyond the end of an assignment "
            "who has signed in before with evidence that would still work";
    else if (was.is_caller_left && !is.is_caller_left)
        *why_out = "You would lock yourself out: none of the evidence you have "
                   "signed in with would still work";
    return STATUS_OK;
}
