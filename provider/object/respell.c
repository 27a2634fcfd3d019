#include "provider/object/respell.h"

#include <stdlib.h>

#include "provider/base/log.h"
#include "provider/object/respell_sql.h"

/* ?1 becomes ?2, in this order; where both are, only what gives nothing more is
 * dropped. */
static const struct {
    const char *sql;
    const char *what; /* that two of make a conflict; NULL: nothing */
} steps[] = {
    {SQL_RESPELL_RECORD, "administrators"},
    {SQL_RESPELL_IDENTITY, "identities"},
    {SQL_RESPELL_GIFT, "gifts"},
    {SQL_RESPELL_CREATED, NULL},
    {SQL_RESPELL_MODIFIED, NULL},
    {SQL_RESPELL_GIVEN, NULL},
    {SQL_RESPELL_IDENTITY_AUTHOR, NULL},
    {SQL_RESPELL_GIFT_AUTHOR, NULL},
    {SQL_RESPELL_MEMBER_AUTHOR, NULL},
    {SQL_RESPELL_MAKER_BEFORE, NULL},
    {SQL_RESPELL_MADE_BEFORE, NULL},
    {SQL_RESPELL_MEMBER_TWICE, NULL},
    {SQL_RESPELL_MEMBER, NULL},
    {SQL_RESPELL_EXCLUSION_TWICE, NULL},
    {SQL_RESPELL_EXCLUSION, NULL},
    {SQL_RESPELL_SHOWN, NULL},
    {SQL_RESPELL_SCRIPT, NULL},
    {SQL_RESPELL_SCRIPT_IDENTITY, NULL},
    {SQL_RESPELL_LOCK, NULL},
    {SQL_RESPELL_WATCH, NULL},
    {SQL_RESPELL_DELETION, NULL},
    {SQL_RESPELL_VERSION, NULL},
};

/* A name and how it is spelled now. */
struct change {
    struct change *next;
    char *from;
    char *to;
};

static void changes_free(struct change **changes)
{
    while (*changes) {
        struct change *next = (*changes)->next;

        free((*changes)->from);
        free((*changes)->to);
        free(*changes);
        *changes = next;
    }
}

static enum status note(struct change **changes, struct text from,
                        struct text to)
{
    struct change *change = calloc(1, sizeof(*change));

    if (!change)
        return STATUS_NO_MEMORY;
    change->next = *changes;
    *changes = change;
    change->from = text_dup(from);
    change->to = text_dup(to);
    return change->from && change->to ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status look_at(const struct realms *realms, struct text name,
                           struct change **changes)
{
    SCOPED(buf_free) struct buf made = buf_make(IDENTITY_MAX_BYTES);
    const enum realm_answer answer =
        realm_machine(realms, name, &made) == STATUS_OK
            ? REALM_LISTED
            : realm_principal(realms, name, &made);

    if (answer == REALM_UNFIT) {
        SCOPED(memory_drop) char *said = text_dup(name);

        log_warn("realm.name_unfit name=%s why=%s", said ? said : "",
                 "nobody can sign in by it: it is no user of its realm");
    }
    if (answer != REALM_LISTED || text_equal(name, buf_text(&made)))
        return STATUS_OK;
    return note(changes, name, buf_text(&made));
}

static enum status find_changes(struct store *store,
                                const struct realms *realms,
                                struct change **changes)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_RESPELL_NAMES, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        TRY(look_at(realms, store_text(stmt, 0), changes));
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status make_change(struct store *store, const struct change *change,
                               struct buf *why)
{
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        const enum status status =
            store_run_with(store, steps[i].sql,
                           STORE_ARGS(STORE_TEXT(text_of(change->from)),
                                      STORE_TEXT(text_of(change->to))));

        if (status == STATUS_CONFLICT)
            buf_append_format(why,
                              "the %s of %s and of %s are one person's; delete "
                              "one of them first",
                              steps[i].what ? steps[i].what : "records",
                              change->from, change->to);
        TRY(status);
    }
    log_warn("realm.respelled from=%s to=%s", change->from, change->to);
    return STATUS_OK;
}

enum status site_respell(struct store *store, const struct realms *realms,
                         size_t *n_out, struct buf *why_out)
{
    SCOPED(changes_free) struct change *changes = NULL;
    int64_t serial;

    *n_out = 0;
    if (realms->n_items == 0)
        return STATUS_OK;
    TRY(find_changes(store, realms, &changes));
    for (const struct change *at = changes; at; at = at->next) {
        TRY(make_change(store, at, why_out));
        ++*n_out;
    }
    if (*n_out == 0)
        return STATUS_OK;
    TRY(store_number(store, "estate", &serial));
    return store_set_number(store, "estate", serial + 1);
}
