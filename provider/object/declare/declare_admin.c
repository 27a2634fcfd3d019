/*
 * Declared administrators, with their assignments resolved to rows of the
 * store.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "provider/base/group_name.h"
#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/object/declare/declare_admin_sql.h"
#include "provider/object/declare/declare_find.h"
#include "provider/object/declare/declare_refer.h"
#include "provider/object/guard/approver.h"

enum { CANONICAL_MAX_BYTES = 16 * 1024 * 1024 };

/* All assignments of a record, in rows. */
struct resolved {
    int64_t *rows;             /* owned: what the grants point into */
    struct grant_rows *grants; /* owned [n_grants] */
    size_t n_grants;
    int64_t device; /* of a host; 0: none */
};

static void resolved_clear(struct resolved *resolved)
{
    free(resolved->rows);
    free(resolved->grants);
}

static enum status find_all(struct declare *declare, const char *place,
                            enum declared kind, const char *const *names,
                            size_t n_names, int64_t *rows_out)
{
    for (size_t i = 0; i < n_names; i++)
        TRY(declare_refer(declare, place, kind, names[i], &rows_out[i]));
    return STATUS_OK;
}

/* rows: room for the names of all three lists. */
static enum status resolve_one(struct declare *declare,
                               const struct policy_assignment *from,
                               int64_t *rows, struct grant_rows *grants)
{
    int64_t *scopes = rows + from->n_roles;
    int64_t *collections = scopes + from->n_scopes;

    TRY(find_all(declare, PLACE_OF(from), DECLARED_ROLE, from->roles,
                 from->n_roles, rows));
    TRY(find_all(declare, PLACE_OF(from), DECLARED_SCOPE, from->scopes,
                 from->n_scopes, scopes));
    TRY(find_all(declare, PLACE_OF(from), DECLARED_COLLECTION,
                 from->collections, from->n_collections, collections));
    *grants = (struct grant_rows){
        .roles = rows,
        .n_roles = from->n_roles,
        .scopes = scopes,
        .n_scopes = from->n_scopes,
        .collections = collections,
        .n_collections = from->n_collections,
        .from_s = from->from_s,
        .until_s = from->until_s,
    };
    return STATUS_OK;
}

static size_t n_names(const struct policy_assignment *assignment)
{
    return assignment->n_roles + assignment->n_scopes +
           assignment->n_collections;
}

static enum status resolve(struct declare *declare,
                           const struct policy_admin *admin,
                           struct resolved *into)
{
    int64_t *rows;
    size_t n = 0;

    for (size_t i = 0; i < admin->n_assignments; i++)
        n += n_names(&admin->assignments[i]);
    into->rows = calloc(n + 1, sizeof(*into->rows));
    into->grants = calloc(admin->n_assignments + 1, sizeof(*into->grants));
    if (!into->rows || !into->grants)
        return STATUS_NO_MEMORY;
    rows = into->rows;
    for (size_t i = 0; i < admin->n_assignments; i++) {
        TRY(resolve_one(declare, &admin->assignments[i], rows,
                        &into->grants[into->n_grants++]));
        rows += n_names(&admin->assignments[i]);
    }
    return STATUS_OK;
}

/* ---- The declared content as one text ---- */

static void put_rows(struct buf *canonical, char kind, const int64_t *rows,
                     size_t n_rows)
{
    buf_append_char(canonical, kind);
    for (size_t i = 0; i < n_rows; i++)
        buf_append_format(canonical, " %" PRId64, rows[i]);
}

static void put_grants(struct buf *canonical, const struct grant_rows *grants)
{
    buf_append_format(canonical, "\n%" PRId64 " %" PRId64 " ", grants->from_s,
                      grants->until_s);
    put_rows(canonical, 'r', grants->roles, grants->n_roles);
    put_rows(canonical, 's', grants->scopes, grants->n_scopes);
    put_rows(canonical, 'c', grants->collections, grants->n_collections);
}

static enum status put_all(const struct policy_admin *admin,
                           const struct resolved *resolved,
                           struct buf *canonical)
{
    if (admin->host)
        buf_append_format(canonical, "\nhost %" PRId64, resolved->device);
    if (admin->source)
        buf_append_format(canonical, "\nsource %s", admin->source);
    if (admin->called)
        buf_append_format(canonical, "\ncalled %s", admin->called);
    for (size_t i = 0; i < admin->n_identities; i++)
        buf_append_format(canonical, "\n%s %s",
                          identity_kind_name(admin->identities[i].kind),
                          admin->identities[i].value);
    for (size_t i = 0; i < resolved->n_grants; i++)
        put_grants(canonical, &resolved->grants[i]);
    return buf_status(canonical);
}

/* ---- Storing ---- */

/* An identity, and the row of the record that it is declared of. */
#define IDENTITY_ARGS(identity, own)                                           \
    STORE_ARGS(STORE_TEXT(text_of(identity_kind_name((identity)->kind))),      \
               STORE_TEXT(text_of((identity)->value)), STORE_INT(own))

static enum status find_admin(struct declare *declare, const char *place,
                              const struct policy_admin *admin,
                              struct text canonical, int64_t *row_out,
                              bool *is_same_out)
{
    const struct declare_name name = {.place = place,
                                      .name = admin->name,
                                      .is_group = admin->is_group,
                                      .origin = admin->origin};

    TRY(declare_locate(declare, DECLARED_ADMIN, &name, row_out));
    return declare_is_same(declare, SQL_DECLARED_ADMIN, *row_out, canonical,
                           is_same_out);
}

static enum status make_admin(struct declare *declare,
                              const struct policy_admin *admin,
                              int64_t *row_out)
{
    char code[4];

    TRY(site_code(declare->store, code));
    TRY(store_run_with(
        declare->store, SQL_DECLARE_ADMIN,
        STORE_ARGS(STORE_TEXT(text_of(admin->name)), STORE_INT(admin->is_group),
                   STORE_TEXT(text_of(code)), STORE_INT(declare->now_s))));
    *row_out = store_last_row(declare->store);
    return STATUS_OK;
}

/*
 * A declared record that has not been processed yet loses the identity: it may
 * have lost it to the previous one. Its content counts as changed then; the
 * givers of its other identities go on answering for them.
 */
static enum status free_identity(struct declare *declare, int64_t own,
                                 const struct policy_identity *identity)
{
    enum status found;
    int64_t row;

    found = store_int_with(declare->store, SQL_DECLARE_FIND_OTHER,
                           IDENTITY_ARGS(identity, own), &row);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    if (declare_has_seen(declare, DECLARED_ADMIN, row))
        return STATUS_OK;
    TRY(approver_keep(declare->store, row, NULL));
    TRY(MUTANT("a2-author-lost")
            ? admin_drop_identities(declare->store, row)
            : admin_drop_identity(declare->store, identity->kind,
                                  text_of(identity->value)));
    return store_run_with(declare->store, SQL_DECLARE_FORGET_ADMIN,
                          STORE_ARGS(STORE_INT(row)));
}

/* The host's own files are not refused because of an identity that somebody
 * below the top gave to a record of the console. */
static enum status take_lent(struct declare *declare, int64_t own,
                             const struct policy_identity *identity)
{
    if (declare->guard)
        return STATUS_OK;
    TRY(approver_keep_of(declare->store, identity->kind,
                         text_of(identity->value)));
    TRY(store_run_with(declare->store, SQL_DECLARE_TAKE_LENT,
                       IDENTITY_ARGS(identity, own)));
    if (store_n_changed(declare->store) > 0)
        log_warn("declare.identity_taken kind=%s value=%s",
                 identity_kind_name(identity->kind), identity->value);
    return STATUS_OK;
}

/* The identity's record and giver: declaring administrators includes Read on
 * them. */
static enum status fail_taken(struct declare *declare, const char *place,
                              const struct policy_admin *admin,
                              const struct policy_identity *identity)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct text user;
    struct text author;

    TRY(store_row_with(
        declare->store, SQL_DECLARE_HOLDER,
        STORE_ARGS(STORE_TEXT(text_of(identity_kind_name(identity->kind))),
                   STORE_TEXT(identity_core(identity->kind,
                                            text_of(identity->value)))),
        &stmt));
    user = store_text(stmt, 0);
    author = store_text(stmt, 1);
    return declare_fail(declare, place,
                        "an identity (%s) of %.100s belongs to another"
                        " administrator, %.*s, given by %.*s",
                        identity_kind_name(identity->kind), admin->name,
                        (int)(user.size < 100 ? user.size : 100), user.data,
                        author.size == 0    ? 8
                        : author.size < 100 ? (int)author.size
                                            : 100,
                        author.size ? author.data : "the host");
}

static enum status store_source(struct declare *declare,
                                const struct policy_admin *admin, int64_t row)
{
    const char *source = admin->source ? admin->source : GROUP_SOURCE_SITE;

    if (admin->is_group && strcmp(source, GROUP_SOURCE_SID) == 0)
        TRY(store_run_with(
            declare->store, SQL_DECLARE_CALLED,
            STORE_ARGS(STORE_INT(row), admin->called
                                           ? STORE_TEXT(text_of(admin->called))
                                           : STORE_NULL)));
    return store_run_with(
        declare->store, SQL_DECLARE_SOURCE,
        STORE_ARGS(STORE_INT(row),
                   STORE_TEXT(text_of(admin->is_group ? source : ""))));
}

static enum status store_admin(struct declare *declare, const char *place,
                               const struct policy_admin *admin,
                               const struct resolved *resolved, int64_t row)
{
    const struct identity_giver giver = guard_giver(declare);

    TRY(admin_identities_begin(declare->store, row));
    TRY(approver_keep_lent(declare->store, row));
    for (size_t i = 0; i < admin->n_identities; i++) {
        enum status stored;

        TRY(free_identity(declare, row, &admin->identities[i]));
        TRY(take_lent(declare, row, &admin->identities[i]));
        stored = admin_identify(declare->store, row, admin->identities[i].kind,
                                text_of(admin->identities[i].value), &giver);
        if (stored == STATUS_CONFLICT)
            return fail_taken(declare, place, admin, &admin->identities[i]);
        TRY(stored);
    }
    TRY(admin_identities_end(declare->store, row));
    TRY(store_source(declare, admin, row));
    TRY(store_run_with(declare->store, SQL_DECLARE_HOST,
                       STORE_ARGS(STORE_INT(row),
                                  resolved->device ? STORE_INT(resolved->device)
                                                   : STORE_NULL)));
    TRY(admin_drop_assignments(declare->store, row));
    for (size_t i = 0; i < resolved->n_grants; i++)
        TRY(admin_assign(declare->store, row, &resolved->grants[i]));
    return STATUS_OK;
}

/* From here on it is the file's. A record disabled by hand stays so until the
 * file changes its content. */
static enum status mark_admin(struct declare *declare, const char *place,
                              int64_t row, struct text canonical,
                              bool is_changed)
{
    return store_run_with(
        declare->store, SQL_DECLARE_PLACE_ADMIN,
        STORE_ARGS(STORE_INT(row), STORE_TEXT(text_of(place)),
                   STORE_TEXT(canonical), STORE_INT(is_changed),
                   STORE_INT(declare->now_s),
                   STORE_TEXT(text_of(guard_giver(declare).name))));
}

enum status declare_admin(struct declare *declare,
                          const struct policy_admin *admin)
{
    SCOPED(buf_free) struct buf canonical = buf_make(CANONICAL_MAX_BYTES);
    SCOPED(resolved_clear) struct resolved resolved = {0};
    const struct policy_place_text place = policy_place_text(admin->place);
    int64_t row;
    bool is_same;

    TRY(resolve(declare, admin, &resolved));
    if (admin->host)
        TRY(declare_find_host(declare, place.text, admin, &resolved.device));
    TRY(put_all(admin, &resolved, &canonical));
    TRY(find_admin(declare, place.text, admin, buf_text(&canonical), &row,
                   &is_same));
    if (!is_same) {
        TRY(declare_check_alike(declare, place.text, &class_admin, admin->name,
                                row, admin->is_group));
        TRY(guard_admin(declare, place.text, row, admin->name, resolved.grants,
                        resolved.n_grants));
        if (admin->host)
            TRY(guard_host(declare, place.text, admin->name, resolved.device));
        if (admin->is_group)
            TRY(guard_source(declare, place.text, row, admin->name,
                             admin->source));
        for (size_t i = 0; i < admin->n_identities && !admin->is_group; i++)
            TRY(guard_identity(declare, place.text, row, admin->name,
                               &admin->identities[i]));
        declare->changed = true;
        TRY(row ? approver_end_asked(declare->store, row)
                : make_admin(declare, admin, &row));
        TRY(store_admin(declare, place.text, admin, &resolved, row));
    }
    TRY(mark_admin(declare, place.text, row, buf_text(&canonical), !is_same));
    return declare_saw(declare, DECLARED_ADMIN, row);
}
