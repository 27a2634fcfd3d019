/*
 * Access asked in reverse: who can do this, and what can a user do.
 *
 * Each record is examined alone: how several records of one user interact (a
 * directly assigned collection in one of them) only shows in access.explain.
 * Answers are bounded; "cut" says that there were more.
 */
#include <string.h>

#include "provider/base/datetime.h"
#include "provider/call/access.h"
#include "provider/call/method.h"
#include "provider/method/methods.h"
#include "provider/object/naming.h"
#include "provider/object/question.h"
#include "rbac/query.h"

enum {
    ROWS_MAX = 1000,
    CATEGORIES_MAX = 32, /* of one row */
};

/* The rows of an answer; is_cut: there were more. */
struct listing {
    const struct access *access;
    const struct rbac_estate *estate;
    struct json_writer *w;
    size_t n_rows;
    bool is_cut;
};

static struct listing listing_begin(const struct access *access,
                                    struct json_writer *w)
{
    const struct site *site = access->call->ground->generation->site;

    writer_key(w, "items");
    writer_array_begin(w);
    return (struct listing){
        .access = access, .estate = rbac_engine_estate(site->engine), .w = w};
}

static bool listing_has_room(struct listing *listing)
{
    listing->is_cut = listing->is_cut || listing->n_rows == ROWS_MAX;
    return !listing->is_cut;
}

static void listing_end(struct listing *listing)
{
    writer_array_end(listing->w);
    writer_put_bool(listing->w, "cut", listing->is_cut);
}

static void put_until(struct json_writer *w, int64_t until_s)
{
    char text[DATETIME_BYTES];

    if (until_s == INT64_MAX)
        return;
    datetime_write(until_s, text);
    writer_put_string(w, "until", text);
}

/* ---- access.who_can ---- */

struct holders {
    struct listing listing;
    enum auth_level level; /* that is enough */
    enum status status;
};

/*
 * The level the site requires of the record's users. A group does not tell
 * which of its members are excluded, so the minimum is given for all.
 */
static enum auth_level minimum_of(const struct holders *holders,
                                  const struct rbac_admin *admin)
{
    const struct call *call = holders->listing.access->call;

    if (admin->is_group)
        return call->ground->generation->site->minimum_level;
    return access_minimum(call, admin->name, NULL, 0);
}

/* The gate's own decision about the record alone, at the lowest level. */
static struct rbac_decision decide_alone(struct holders *holders,
                                         uint32_t admin)
{
    const struct listing *listing = &holders->listing;
    const struct site *site = listing->access->call->ground->generation->site;
    struct question q = listing->access->question;
    OWNED(rbac_subject) subject = NULL;

    holders->status = rbac_subject_new(site->engine, &admin, 1, &subject);
    if (holders->status != STATUS_OK)
        return (struct rbac_decision){0};
    q.subject = subject;
    q.level = AUTH_LEVEL_DOMAIN;
    q.minimum = minimum_of(holders, &listing->estate->admins[admin]);
    return question_decide(&q);
}

/* Of the grants that allow it, the one that needs the lowest level. */
static const struct rbac_finding *weakest(
    const struct rbac_explanation *explanation)
{
    const struct rbac_finding *found = NULL;

    for (size_t i = 0; i < explanation->n_findings; i++) {
        const struct rbac_finding *finding = &explanation->findings[i];

        if (finding->reason == RBAC_ALLOWED &&
            (!found || finding->level_required < found->level_required))
            found = finding;
    }
    return found;
}

static void put_holder(struct listing *listing,
                       const struct rbac_holder *holder, enum auth_level level)
{
    const struct rbac_admin *admin = &listing->estate->admins[holder->admin];
    const struct rbac_finding *finding = weakest(&holder->explanation);
    struct json_writer *w = listing->w;

    writer_object_begin(w);
    writer_put_string(w, "administrator", admin->name);
    writer_put_string(w, "kind", admin->is_group ? "group" : "user");
    writer_put_string(w, "level_required", auth_level_name(level));
    if (finding) {
        struct rbac_grant grant = finding->grant;

        put_until(w, admin->assignments[grant.assignment].until_s);
        grant.admin = RBAC_NONE; /* named already */
        access_put_grant(listing->access, &grant, w);
    }
    writer_object_end(w);
    listing->n_rows++;
}

/* A record of a name that nobody can sign in by gives nobody anything. */
static bool is_nobody(const struct holders *holders,
                      const struct rbac_holder *holder)
{
    const struct call *call = holders->listing.access->call;
    const struct rbac_admin *admin =
        &holders->listing.estate->admins[holder->admin];

    return !admin->is_group && strchr(admin->name, '@') &&
           !naming_may_sign_in(call->ground->generation->site,
                               &call->peer->settings->config->realms,
                               admin->name);
}

static void visit_holder(void *context, const struct rbac_holder *holder)
{
    struct holders *holders = context;
    struct rbac_decision decision;
    enum auth_level level;

    if (holders->status != STATUS_OK || holders->listing.is_cut ||
        is_nobody(holders, holder))
        return;
    decision = decide_alone(holders, holder->admin);
    level = decision.verdict == RBAC_ALLOW_AT_LEVEL ? decision.level_required
                                                    : AUTH_LEVEL_DOMAIN;
    if (decision.verdict == RBAC_DENY || level > holders->level)
        return;
    if (listing_has_room(&holders->listing))
        put_holder(&holders->listing, holder, level);
}

static enum rpc_error put_holders(const struct access *access,
                                  struct json_writer *w)
{
    const struct call *call = access->call;
    const json_t *level = params_value(call->params, "level");
    const struct rbac_request request = access_request(access);
    struct holders holders = {
        .listing = listing_begin(access, w),
        .level = level ? access_level_read(level) : AUTH_LEVEL_MFA,
    };
    enum status status = rbac_who_can(call->ground->generation->site->engine,
                                      &request, visit_holder, &holders);

    if (status == STATUS_OK)
        status = holders.status;
    listing_end(&holders.listing);
    return status == STATUS_OK ? RPC_DONE : RPC_UNAVAILABLE;
}

enum rpc_error run_access_who_can(struct call *call, struct json_writer *result)
{
    SCOPED(access_clear) struct access access = {.call = call};
    enum rpc_error error = access_read_act(&access, call->params);

    if (error != RPC_DONE)
        return error;
    if (access.is_hidden)
        return RPC_NOT_FOUND;
    access.question.now_s = call->ground->now_s;
    writer_object_begin(result);
    error = put_holders(&access, result);
    writer_object_end(result);
    return error;
}

/* ---- access.what_can ---- */

/* Visits of one grant's right are merged, category by category. */
struct rights {
    struct listing listing;
    struct rbac_held row; /* being written */
    bool is_open;
    size_t n_categories;
};

static bool is_of_row(const struct rights *rights, const struct rbac_held *held)
{
    const struct rbac_held *row = &rights->row;

    return rights->is_open && row->type == held->type &&
           row->operations == held->operations && row->level == held->level &&
           row->grant.admin == held->grant.admin &&
           row->grant.assignment == held->grant.assignment &&
           row->grant.role == held->grant.role;
}

static void put_operations(const struct rbac_held *held, struct json_writer *w)
{
    const struct rbac_type *type = rbac_catalog_type(&rbac_catalog, held->type);

    if (!type)
        return;
    writer_put_string(w, "class", rbac_type_name(type));
    writer_key(w, "operations");
    writer_array_begin(w);
    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
        const char *name = rbac_operation_name(type, bit);

        if (name && held->operations & 1u << bit)
            writer_string(w, name);
    }
    writer_array_end(w);
}

static void close_row(struct rights *rights)
{
    struct json_writer *w = rights->listing.w;

    if (!rights->is_open)
        return;
    writer_array_end(w);
    if (rights->n_categories > CATEGORIES_MAX)
        writer_put_int(w, "more",
                       (int64_t)(rights->n_categories - CATEGORIES_MAX));
    writer_object_end(w);
    rights->is_open = false;
}

static void open_row(struct rights *rights, const struct rbac_held *held)
{
    const enum auth_level minimum = rights->listing.access->minimum;
    struct json_writer *w = rights->listing.w;
    struct rbac_grant grant = held->grant;

    grant.scope = grant.collection = RBAC_NONE; /* listed separately below */
    writer_object_begin(w);
    put_operations(held, w);
    writer_put_string(
        w, "level_required",
        auth_level_name(held->level > minimum ? held->level : minimum));
    access_put_grant(rights->listing.access, &grant, w);
    put_until(w, held->until_s);
    writer_key(w, held->grant.scope != RBAC_NONE ? "scopes" : "collections");
    writer_array_begin(w);
    rights->row = *held;
    rights->is_open = true;
    rights->n_categories = 0;
    rights->listing.n_rows++;
}

static void put_category(struct rights *rights, const struct rbac_grant *grant)
{
    if (rights->n_categories++ < CATEGORIES_MAX)
        access_put_category(rights->listing.access, grant, rights->listing.w);
}

static void visit_held(void *context, const struct rbac_held *held)
{
    struct rights *rights = context;
    const int64_t now_s = rights->listing.access->question.now_s;

    if (now_s < held->from_s || now_s >= held->until_s)
        return;
    if (!is_of_row(rights, held)) {
        close_row(rights);
        if (!listing_has_room(&rights->listing))
            return;
        open_row(rights, held);
    }
    put_category(rights, &held->grant);
}

enum rpc_error run_access_what_can(struct call *call,
                                   struct json_writer *result)
{
    SCOPED(access_clear) struct access access = {.call = call};
    const enum rpc_error error = access_read_user(&access, NULL);
    struct rights rights = {.is_open = false};

    if (error != RPC_DONE)
        return error;
    writer_object_begin(result);
    writer_put_string(result, "user", access.user);
    access_put_note(&access, result);
    rights.listing = listing_begin(&access, result);
    rbac_what_can(access.subject, visit_held, &rights);
    close_row(&rights);
    listing_end(&rights.listing);
    writer_object_end(result);
    return RPC_DONE;
}
