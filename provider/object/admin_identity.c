#include "provider/object/admin_identity.h"

#include <stdio.h>

#include "provider/base/mutant.h"
#include "provider/object/admin_identity_sql.h"

static enum status run_on(struct store *store, const char *sql, int64_t row)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, row);
    return store_run(stmt);
}

enum status admin_identities_begin(struct store *store, int64_t admin)
{
    return run_on(store, SQL_IDENTITY_BEGIN, admin);
}

enum status admin_identities_end(struct store *store, int64_t admin)
{
    return run_on(store, SQL_IDENTITY_END, admin);
}

enum status admin_learn_sid(struct store *store, struct text user,
                            struct text sid, bool *is_new_out)
{
    TRY(store_run_with(store, SQL_IDENTITY_LEARN,
                       STORE_ARGS(STORE_TEXT(user), STORE_TEXT(sid))));
    *is_new_out = store_n_changed(store) > 0;
    return STATUS_OK;
}

enum status admin_drop_identities(struct store *store, int64_t admin)
{
    return run_on(store, SQL_IDENTITY_DROP_ALL, admin);
}

enum status admin_drop_identity(struct store *store, enum identity_kind kind,
                                struct text value)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_IDENTITY_DROP, &stmt));
    store_bind_text(stmt, 1, text_of(identity_kind_name(kind)));
    store_bind_text(stmt, 2, value);
    return store_run(stmt);
}

/* Root of the host repeats it: then the host answers for it. */
static bool is_host(const struct identity_giver *giver)
{
    return giver->name[0] == '\0';
}

static void copy(char *out, size_t size, struct text text)
{
    snprintf(out, size, "%.*s", (int)text.size, text.size ? text.data : "");
}

/* ---- Gifts, which outlive the record they were made to ---- */

static enum status run_gifts(struct store *store, const char *sql,
                             enum identity_kind kind, struct text value,
                             int64_t admin)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(identity_kind_name(kind)));
    store_bind_text(stmt, 2, value);
    store_bind_int(stmt, 3, admin);
    return store_run(stmt);
}

/* The top has given or confirmed it: no earlier gift counts. */
static enum status note_gifts(struct store *store, enum identity_kind kind,
                              struct text value, int64_t admin)
{
    TRY(run_gifts(store, SQL_GIFT_FORGET, kind, value, admin));
    return run_gifts(store, SQL_GIFT_NOTE, kind, value, admin);
}

/* author_out: room for the name; empty if there was no such gift. */
static enum status find_gift(struct store *store, int64_t admin,
                             enum identity_kind kind, struct text value,
                             struct identity_giver *giver,
                             char author_out[IDENTITY_MAX_BYTES])
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_IDENTITY_FIND_GIFT, &stmt));
    store_bind_text(stmt, 1, text_of(identity_kind_name(kind)));
    store_bind_text(stmt, 2, value);
    store_bind_int(stmt, 3, admin);
    found = store_step(stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    copy(author_out, IDENTITY_MAX_BYTES, store_text(stmt, 0));
    *giver = (struct identity_giver){.name = author_out,
                                     .now_s = store_int(stmt, 1)};
    return STATUS_OK;
}

/* ---- Giving ---- */

static enum status give(struct store *store, int64_t admin,
                        enum identity_kind kind, struct text value,
                        const struct identity_giver *giver)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_IDENTITY_GIVE, &stmt));
    store_bind_text(stmt, 1, text_of(identity_kind_name(kind)));
    store_bind_text(stmt, 2, value);
    store_bind_int(stmt, 3, admin);
    store_bind_text(stmt, 4, text_of(giver->name));
    store_bind_int(stmt, 5, giver->now_s);
    store_bind_int(stmt, 6, giver->is_at_top);
    store_bind_int(stmt, 7, is_host(giver));
    TRY(store_run(stmt));
    return store_n_changed(store) > 0 ? STATUS_OK : STATUS_CONFLICT;
}

/* A key has one user and one set of terms. */
static enum status free_core(struct store *store, int64_t admin,
                             enum identity_kind kind, struct text value)
{
    const struct text core = identity_core(kind, value);
    const struct text name = text_of(identity_kind_name(kind));
    bool is_other;

    if (kind != IDENTITY_SSH_KEY)
        return STATUS_OK;
    TRY(store_run_with(store, SQL_IDENTITY_DROP_TERMS,
                       STORE_ARGS(STORE_TEXT(name), STORE_TEXT(core),
                                  STORE_INT(admin), STORE_TEXT(value))));
    TRY(store_find_with(
        store, SQL_IDENTITY_FIND_CORE,
        STORE_ARGS(STORE_TEXT(name), STORE_TEXT(core), STORE_TEXT(value)),
        &is_other));
    return is_other ? STATUS_CONFLICT : STATUS_OK;
}

enum status admin_identify(struct store *store, int64_t admin,
                           enum identity_kind kind, struct text value,
                           const struct identity_giver *giver)
{
    struct identity_giver by = *giver;
    char author[IDENTITY_MAX_BYTES];

    TRY(free_core(store, admin, kind, value));
    if (giver->is_restorer && !MUTANT("a2-author-restored"))
        TRY(find_gift(store, admin, kind, value, &by, author));
    TRY(give(store, admin, kind, value, &by));
    TRY(run_gifts(store, SQL_IDENTITY_OF_AUTHOR, kind, value, admin));
    return note_gifts(store, kind, value, 0);
}

enum status admin_confirm_identities(struct store *store, int64_t admin,
                                     const struct identity_giver *giver)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_IDENTITY_CONFIRM, &stmt));
    store_bind_int(stmt, 1, admin);
    store_bind_text(stmt, 2, text_of(giver->name));
    store_bind_int(stmt, 3, giver->now_s);
    store_bind_int(stmt, 4, giver->is_at_top);
    TRY(store_run(stmt));
    return note_gifts(store, IDENTITY_NONE, (struct text){0}, admin);
}

enum status admin_find_clash(struct store *store,
                             struct identity_clash *clash_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    if (MUTANT("a2-name-clash"))
        return STATUS_END;
    TRY(store_prepare(store, SQL_IDENTITY_FIND_CLASH, &stmt));
    TRY(store_step(stmt));
    copy(clash_out->name, sizeof(clash_out->name), store_text(stmt, 0));
    copy(clash_out->user, sizeof(clash_out->user), store_text(stmt, 1));
    copy(clash_out->author, sizeof(clash_out->author), store_text(stmt, 2));
    clash_out->is_undeclared = store_int(stmt, 3) != 0;
    return STATUS_OK;
}
