#include "provider/object/guard/author.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/guard/author_sql.h"
#include "provider/object/guard/records.h"
#include "provider/object/guard/shown.h"

enum { GRANTS_MAX_BYTES = 16 * 1024 * 1024 };

/* ---- A user's rights, as lines that two sites have in common ---- */

struct holding_text {
    const struct rbac_estate *estate;
    struct buf text; /* lines, each ended by a NUL */
};

static void put_role(struct holding_text *into, const struct rbac_role *role)
{
    for (size_t i = 0; i < role->n_rights; i++) {
        const struct rbac_right *right = &role->rights[i];

        for (uint32_t bit = 0; bit < 32; bit++)
            if (right->operations >> bit & 1)
                buf_append_format(&into->text, "role %s %u %u %d%c", role->id,
                                  right->type, bit,
                                  (int)(right->level > role->level
                                            ? right->level
                                            : role->level),
                                  '\0');
    }
}

/* With everything below it: moving it changes who reaches it. */
static void put_collection(struct holding_text *into, uint32_t at)
{
    const struct rbac_collection *collections = into->estate->collections;

    buf_append_string(&into->text, "below");
    for (; at != RBAC_NONE; at = collections[at].limiting)
        buf_append_format(&into->text, " %s", collections[at].id);
    buf_append_char(&into->text, '\0');
}

static void put_grant(struct holding_text *into,
                      const struct rbac_assignment *from, const char *role,
                      const char *where)
{
    buf_append_format(&into->text, "grant %s %s %" PRId64 " %" PRId64 "%c",
                      role, where, from->from_s, from->until_s, '\0');
}

static void put_assignment(struct holding_text *into,
                           const struct rbac_assignment *from)
{
    const struct rbac_estate *estate = into->estate;

    for (size_t r = 0; r < from->n_roles; r++) {
        const struct rbac_role *role = &estate->roles[from->roles[r]];

        put_role(into, role);
        for (size_t i = 0; i < from->n_scopes; i++)
            put_grant(into, from, role->id, estate->scopes[from->scopes[i]].id);
        for (size_t i = 0; i < from->n_collections; i++)
            put_grant(into, from, role->id,
                      estate->collections[from->collections[i]].id);
    }
    for (size_t i = 0; i < from->n_collections; i++)
        put_collection(into, from->collections[i]);
}

static enum status put_records(struct holding_text *into,
                               const struct site *site,
                               const struct records *records)
{
    into->estate = rbac_engine_estate(site->engine);
    for (size_t i = 0; i < records->n; i++) {
        const struct rbac_admin *admin =
            &into->estate->admins[records->indexes[i]];

        for (size_t j = 0; j < admin->n_assignments && !admin->is_disabled; j++)
            put_assignment(into, &admin->assignments[j]);
    }
    return buf_status(&into->text);
}

static int compare_lines(const void *left, const void *right)
{
    const char *const *a = left;
    const char *const *b = right;

    return strcmp(*a, *b);
}

/* Given: the lines of a text, sorted. */
static const char **split(const struct buf *text, size_t *n_out)
{
    const struct text all = buf_text(text);
    const char **lines;
    size_t n = 0;

    for (size_t i = 0; i < all.size; i++)
        n += all.data[i] == '\0';
    lines = calloc(n + 1, sizeof(*lines));
    if (!lines)
        return NULL;
    *n_out = n;
    n = 0;
    for (size_t at = 0; at < all.size; at += strlen(all.data + at) + 1)
        lines[n++] = all.data + at;
    qsort(lines, n, sizeof(*lines), compare_lines);
    return lines;
}

static enum status has_more(const struct buf *before, const struct buf *after,
                            bool *has_out)
{
    SCOPED(memory_drop) const char **was = NULL;
    SCOPED(memory_drop) const char **is = NULL;
    size_t n_was = 0;
    size_t n_is = 0;

    was = split(before, &n_was);
    is = split(after, &n_is);
    if (!was || !is)
        return STATUS_NO_MEMORY;
    *has_out = false;
    for (size_t i = 0; i < n_is && !*has_out; i++)
        *has_out = !bsearch(&is[i], was, n_was, sizeof(*was), compare_lines);
    return STATUS_OK;
}

static enum status is_raised(const struct site *before, const char *user,
                             const struct site *after,
                             const struct records *records, bool *is_out)
{
    SCOPED(buf_free) struct buf was = buf_make(GRANTS_MAX_BYTES);
    struct holding_text text = {.text = was};
    struct holding_text now = {.text = buf_make(GRANTS_MAX_BYTES)};
    struct records had;
    enum status status = records_find(before, user, NULL, &had);

    if (status == STATUS_OK)
        status = put_records(&text, before, &had);
    if (status == STATUS_OK)
        status = put_records(&now, after, records);
    if (status == STATUS_OK)
        status = has_more(&text.text, &now.text, is_out);
    was = text.text;
    buf_free(&now.text);
    return status;
}

/* ---- Could the author give it? ---- */

/* A record made after the gift belongs to somebody else of the same name
 * (T121). */
static bool is_later(const struct site *site,
                     const struct site_identity *identity)
{
    const int64_t since_s = site_user_since(site, identity->author);

    return since_s != INT64_MAX && since_s > identity->given_s &&
           !MUTANT("a2-author-anew");
}

static enum status could_give(const struct site *site,
                              const struct site_identity *identity,
                              const struct records *records, int64_t now_s,
                              bool *could_out)
{
    const struct rbac_estate *estate = rbac_engine_estate(site->engine);
    OWNED(rbac_subject) giver = NULL;
    struct records own;

    TRY(records_find(site, identity->author, NULL, &own));
    TRY(rbac_subject_new(site->engine, own.indexes, own.n, &giver));
    *could_out = !is_later(site, identity);
    for (size_t i = 0; i < records->n && *could_out; i++) {
        const uint32_t at = records->indexes[i];

        *could_out = rbac_check_admin_new(giver, &estate->admins[at],
                                          AUTH_LEVEL_MFA, now_s)
                         .verdict == RBAC_ALLOW;
    }
    return STATUS_OK;
}

/* Those who gain rights themselves have only given their own word. */
static enum status may_stay(const struct author_question *question,
                            const struct site_identity *identity, bool *may_out)
{
    const struct site *after = question->after;
    struct records records;
    bool is_more;

    *may_out = true;
    TRY(records_find(after, identity->user, NULL, &records));
    TRY(is_raised(question->before, identity->user, after, &records, &is_more));
    if (!is_more)
        return STATUS_OK;
    *may_out = false;
    if (strcmp(identity->author, identity->user) == 0)
        return STATUS_OK;
    return could_give(after, identity, &records, question->now_s, may_out);
}

enum status author_find_raise(const struct author_question *question,
                              struct author_raise *raise_out)
{
    struct site_identity identity;

    for (size_t i = 0; site_identity(question->after, i, &identity); i++) {
        bool may;

        if (identity.is_at_top || MUTANT("a2-late-rights") ||
            (question->user && strcmp(question->user, identity.user) != 0))
            continue;
        TRY(may_stay(question, &identity, &may));
        if (may)
            continue;
        *raise_out = (struct author_raise){identity.kind, identity.value,
                                           identity.user, identity.author};
        return STATUS_OK;
    }
    return STATUS_END;
}

/* ---- An act over RPC ---- */

static enum status check_clash(struct object_call *call)
{
    struct identity_clash clash;
    const enum status found = admin_find_clash(call->store, &clash);

    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    return fail_conflict(call,
                         "%.200s is a user's name and an identity of %.200s"
                         " (kerberos), whose sign-in it would be: take the"
                         " identity away first.",
                         clash.name, clash.user);
}

/* Only the host and those at the top gave identities: nothing to check. */
static enum status is_anything_lent(struct store *store, bool *is_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_AUTHOR_IS_ANYTHING_LENT, &stmt));
    TRY(store_step(stmt));
    *is_out = store_int(stmt, 0) != 0;
    return STATUS_OK;
}

/* Only readers of administrators see the names. */
static enum status say_raise(struct object_call *call,
                             const struct author_raise *raise)
{
    if (actor_check(call, class_admin.read, false, NULL, 0).verdict !=
        RBAC_ALLOW)
        return fail_conflict(call, "Somebody would gain rights who signs in by"
                                   " an identity of one who could not give"
                                   " those.");
    return fail_conflict(
        call,
        "%.160s would gain rights, and signs in by an identity (%s) that"
        " %.160s gave, who could not give those rights: take it away, or"
        " confirm it (ConfirmIdentities).",
        raise->user, identity_kind_name(raise->kind),
        raise->author[0] ? raise->author : "somebody unknown");
}

/* A user's record raises that user alone. Given; NULL: not such an act. */
static enum status find_user(struct object_call *call, char **user_out)
{
    const int64_t row =
        call->target ? call->target->row : strtoll(call->made_key, NULL, 10);
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    *user_out = NULL;
    if (call->class != &class_admin)
        return STATUS_OK;
    TRY(store_prepare(call->store, SQL_AUTHOR_FIND_USER, &stmt));
    store_bind_int(stmt, 1, row);
    found = store_step(stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    *user_out = text_dup(store_text(stmt, 0));
    return *user_out ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status check_raise(struct object_call *call,
                               const struct site *after)
{
    SCOPED(memory_drop) char *user = NULL;
    struct author_question question = {
        .before = call->actor.site, .after = after, .now_s = call->actor.now_s};
    struct author_raise raise;
    enum status found;

    TRY(find_user(call, &user));
    question.user = user;
    found = author_find_raise(&question, &raise);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    return say_raise(call, &raise);
}

/* ---- Lock-out ---- */

/* An act that takes no evidence and no right away locks nobody out. */
static bool may_lock_out(const struct object_call *call)
{
    return !call->is_forced && (call->class == &class_site ||
                                (call->class == &class_admin && call->target));
}

static enum status check_lockout(struct object_call *call,
                                 const struct site *after)
{
    const char *why;

    TRY(shown_check(call->store, call->actor.site, after, call->actor.user,
                    call->actor.now_s, &why));
    return why ? fail_conflict(call, "%s.", why) : STATUS_OK;
}

/* A new collection is nobody's, and a scope's name gives nothing. */
static bool may_raise(const struct object_call *call)
{
    if (call->class == &class_collection)
        return call->target != NULL;
    return call->class == &class_admin || call->class == &class_role;
}

enum status author_check_act(struct object_call *call)
{
    OWNED(site) after = NULL;
    bool is_lent = false;

    TRY(check_clash(call));
    if (may_raise(call))
        TRY(is_anything_lent(call->store, &is_lent));
    if (!is_lent && !may_lock_out(call))
        return STATUS_OK;
    TRY(site_renew(call->store, call->actor.site, &after));
    if (is_lent)
        TRY(check_raise(call, after));
    return may_lock_out(call) ? check_lockout(call, after) : STATUS_OK;
}
