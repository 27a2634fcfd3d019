#include "provider/call/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/call/gate.h"
#include "provider/call/params.h"
#include "provider/object/naming.h"
#include "provider/object/natural.h"
#include "provider/object/question.h"

void access_clear(struct access *access)
{
    rbac_subject_free(access->made);
    free(access->spelled);
    object_target_clear(&access->target);
}

static enum rpc_error fail(struct call *call, const char *at, const char *why)
{
    snprintf(call->problem.at, sizeof(call->problem.at), "%s", at);
    call->problem.why = why;
    return RPC_INVALID;
}

enum auth_level access_level_read(const json_t *value)
{
    char number[24];

    if (json_is_string(value))
        return auth_level_read(text_of(json_string_value(value)));
    if (!json_is_integer(value))
        return AUTH_LEVEL_NONE;
    snprintf(number, sizeof(number), "%lld",
             (long long)json_integer_value(value));
    return auth_level_read(text_of(number));
}

/* ---- Who ---- */

static enum rpc_error take_other(struct access *access, char *const *groups,
                                 size_t n_groups)
{
    const struct site *site = access->call->ground->generation->site;
    uint32_t admins[SESSION_ADMINS_MAX];
    uint32_t own;
    const size_t n =
        access->is_nobody
            ? 0
            : site_admins_of(
                  site, (struct site_member){access->user, groups, n_groups},
                  admins, ARRAY_SIZE(admins), &own);

    rbac_subject_free(TAKE(access->made));
    if (n > ARRAY_SIZE(admins) ||
        rbac_subject_new(site->engine, admins, n, &access->made) != STATUS_OK)
        return RPC_UNAVAILABLE;
    access->subject = access->made;
    access->question.subject = access->subject;
    return RPC_DONE;
}

enum auth_level access_minimum(const struct call *call, const char *user,
                               char *const *groups, size_t n_groups)
{
    const struct site *site = call->ground->generation->site;
    const struct gate_person person = {user, groups, n_groups, NULL};

    if (gate_exclusion(site, &person, call->ground->now_s))
        return AUTH_LEVEL_NONE;
    return site->minimum_level;
}

void access_set_level(struct access *access, enum auth_level level)
{
    access->question.level = level;
    access->question.minimum =
        level < access->minimum ? access->minimum : AUTH_LEVEL_NONE;
}

/* The level given; else one's own now, or the highest for another user. */
static void take_level(struct access *access, const json_t *said,
                       bool is_oneself)
{
    const struct call *call = access->call;
    struct session_groups groups;

    groups.n = 0;
    if (is_oneself)
        session_groups(call->peer->session, call->ground->generation->site,
                       &groups);
    access->minimum =
        access_minimum(call, access->user, groups.names, groups.n);
    access_set_level(access, said         ? access_level_read(said)
                             : is_oneself ? call->gate.level
                                          : AUTH_LEVEL_MFA);
}

static bool may_read_all(const struct call *call, const char *class)
{
    const struct object_target type_wide = {0};

    return gate_may_read(call, object_class_find(text_of(class)), &type_wide);
}

static const struct realms *realms_of(const struct access *access)
{
    return &access->call->peer->settings->config->realms;
}

/* However it is spelled: the answer is what a sign-in would get. */
static enum rpc_error spell_user(struct access *access, const json_t *user)
{
    SCOPED(buf_free) struct buf name = buf_make(IDENTITY_MAX_BYTES);
    const enum status status = naming_read(
        realms_of(access),
        (struct text){json_string_value(user), json_string_length(user)},
        &name);

    if (status == STATUS_INVALID)
        return fail(access->call, "user", "It is no user of its realm.");
    access->spelled = status == STATUS_OK ? text_dup(buf_text(&name)) : NULL;
    return access->spelled ? RPC_DONE : RPC_UNAVAILABLE;
}

void access_put_note(const struct access *access, struct json_writer *w)
{
    SCOPED(buf_free) struct buf why = buf_make(4 * IDENTITY_MAX_BYTES);

    if (access->is_nobody)
        naming_write_why(realms_of(access), access->user, &why);
    else if (may_read_all(access->call, "SMS_Admin"))
        naming_write_nearest(access->call->ground->generation->site,
                             access->user, &why);
    if (why.size > 0 && buf_status(&why) == STATUS_OK)
        writer_put_text(w, "note", buf_text(&why));
}

enum rpc_error access_read_user(struct access *access, const json_t *level)
{
    const struct call *call = access->call;
    const json_t *user = params_value(call->params, "user");
    const struct session *session = call->peer->session;
    enum rpc_error error = user ? spell_user(access, user) : RPC_DONE;
    bool is_oneself;

    if (error != RPC_DONE)
        return error;
    is_oneself = !user || strcmp(access->spelled, session->user) == 0;
    access->user = is_oneself ? session->user : access->spelled;
    access->subject = call->rights->subject;
    access->is_nobody =
        !is_oneself && !naming_may_sign_in(call->ground->generation->site,
                                           realms_of(access), access->user);
    if (!is_oneself)
        error = take_other(access, NULL, 0);
    access->question.subject = access->subject;
    access->question.now_s = call->ground->now_s;
    take_level(access, level, is_oneself);
    return error;
}

enum rpc_error access_ask_about(struct access *access, const char *user,
                                const json_t *level)
{
    const struct call *call = access->call;
    char *copy = text_dup(text_of(user));
    enum rpc_error error;

    if (!copy)
        return RPC_UNAVAILABLE;
    free(access->spelled);
    access->spelled = copy;
    access->user = copy;
    access->is_nobody = !naming_may_sign_in(call->ground->generation->site,
                                            realms_of(access), access->user);
    error = take_other(access, NULL, 0);
    if (error == RPC_DONE)
        take_level(access, level, false);
    return error;
}

enum rpc_error access_count_groups(struct access *access, char *const *groups,
                                   size_t n)
{
    access->minimum = access_minimum(access->call, access->user, groups, n);
    access->question.minimum = access->question.level < access->minimum
                                   ? access->minimum
                                   : AUTH_LEVEL_NONE;
    return take_other(access, groups, n);
}

/* ---- What, of which object ---- */

/* One that is hidden, or none, perhaps has the word as its name. */
static enum status find_by_name(struct access *access,
                                const struct object_class *class,
                                struct text word)
{
    const struct call *call = access->call;
    const struct question reader = {.subject = call->rights->subject,
                                    .level = call->gate.level,
                                    .now_s = call->ground->now_s,
                                    .need = class->read};

    return natural_read(
        call->ground->store, call->ground->generation->site->map,
        (struct question_object){class, word}, &reader, &access->target);
}

static enum rpc_error take_target(struct access *access,
                                  const struct object_class *class,
                                  struct text key)
{
    const struct call *call = access->call;
    enum status status;

    if (!class)
        return fail(access->call, "class",
                    "Objects of this class are not kept here.");
    status = object_target_read(call->ground->store,
                                call->ground->generation->site->map, class, key,
                                &access->target);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return RPC_UNAVAILABLE;
    access->is_hidden =
        status != STATUS_OK || !gate_may_read(call, class, &access->target);
    if (access->is_hidden) {
        status = find_by_name(access, class, key);
        if (status == STATUS_CONFLICT)
            return fail(access->call, "key", NATURAL_SEVERAL);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return RPC_UNAVAILABLE;
        access->is_hidden = status != STATUS_OK;
    }
    access->question.target = &access->target;
    return RPC_DONE;
}

/* As a denial names it; objects of other types are not kept here. */
static bool find_need(const struct object_class *class,
                      const struct rbac_type *type, struct text operation,
                      struct object_need *need_out)
{
    const int bit = rbac_operation_bit(type, operation);

    if (class)
        return question_need(class, operation, need_out);
    *need_out = (struct object_need){type->id, (uint8_t)bit};
    return bit >= 0;
}

enum rpc_error access_read_act(struct access *access, const json_t *asked)
{
    const struct text class_name = params_text(asked, "class");
    char room[OBJECT_KEY_ROOM];
    const struct text key =
        object_class_key(class_name, params_text(asked, "key"), room);
    const struct object_class *class = object_class_find(class_name);
    const struct rbac_type *type =
        class ? rbac_catalog_type(&rbac_catalog, class->type)
              : rbac_catalog_class(&rbac_catalog, class_name);

    if (!type)
        return fail(access->call, "class", "There is no class of this name.");
    if (!find_need(class, type, params_text(asked, "operation"),
                   &access->question.need))
        return fail(access->call, "operation",
                    "The class has no operation of this name.");
    access->class = class;
    return params_value(asked, "key") ? take_target(access, class, key)
                                      : RPC_DONE;
}

enum rpc_error access_read(struct access *access, const json_t *asked)
{
    const enum rpc_error error =
        access_read_user(access, params_value(asked, "level"));

    return error == RPC_DONE ? access_read_act(access, asked) : error;
}

struct rbac_decision access_decide(const struct access *access)
{
    return question_hold(&access->question, access->class,
                         access->call->ground->generation->site);
}

struct rbac_request access_request(const struct access *access)
{
    const struct question *q = &access->question;

    return (struct rbac_request){
        .type = q->need.type,
        .operation = q->need.operation,
        .is_type_wide = !q->target,
        .labels = access->target.labels,
        .n_labels = access->target.n_labels,
        .level = q->level > q->minimum ? q->level : q->minimum,
        .now_s = q->now_s,
    };
}

/* ---- What the caller may know ---- */

static bool shows_scopes(const struct access *access)
{
    return MUTANT("a10-scope-names") ||
           may_read_all(access->call, "SMS_SecuredCategory");
}

static bool shows_collection(const struct access *access, uint32_t index)
{
    uint32_t label = index;
    const struct object_target target = {.labels = &label, .n_labels = 1};

    return MUTANT("a10-names") ||
           gate_may_read(access->call,
                         object_class_find(TEXT("SMS_Collection")), &target);
}

/* Moves those that may be read to the front, in order; returns their number. */
static size_t put_shown_first(const struct access *access, uint32_t *labels,
                              size_t n)
{
    size_t n_shown = 0;

    for (size_t i = 0; i < n; i++)
        if (shows_collection(access, labels[i])) {
            const uint32_t label = labels[i];

            memmove(&labels[n_shown + 1], &labels[n_shown],
                    (i - n_shown) * sizeof(*labels));
            labels[n_shown++] = label;
        }
    return n_shown;
}

struct rbac_request access_request_shown(const struct access *access)
{
    struct rbac_request request = access_request(access);
    const struct rbac_type *type =
        rbac_catalog_type(&rbac_catalog, request.type);

    if (type && type->securing == RBAC_BY_COLLECTION)
        request.n_labels = put_shown_first(access, access->target.labels,
                                           access->target.n_labels);
    return request;
}

/* ---- Grants ---- */

static const struct rbac_estate *estate_of(const struct access *access)
{
    return rbac_engine_estate(access->call->ground->generation->site->engine);
}

/* name NULL: hidden from the caller */
static void put_name(struct json_writer *w, const char *id, const char *name)
{
    writer_object_begin(w);
    writer_put_string(w, "id", id);
    if (name)
        writer_put_string(w, "name", name);
    writer_object_end(w);
}

static void put_scope_name(const struct access *access, uint32_t index,
                           struct json_writer *w)
{
    const struct rbac_scope *scope = &estate_of(access)->scopes[index];

    put_name(w, scope->id, shows_scopes(access) ? scope->name : NULL);
}

static void put_collection_name(const struct access *access, uint32_t index,
                                struct json_writer *w)
{
    const struct rbac_collection *collection =
        &estate_of(access)->collections[index];

    put_name(w, collection->id,
             shows_collection(access, index) ? collection->name : NULL);
}

void access_put_scope(const struct access *access, uint32_t index,
                      struct json_writer *w)
{
    if (index >= estate_of(access)->n_scopes)
        return;
    writer_key(w, "scope");
    put_scope_name(access, index, w);
}

void access_put_collection(const struct access *access, uint32_t index,
                           struct json_writer *w)
{
    if (index >= estate_of(access)->n_collections)
        return;
    writer_key(w, "collection");
    put_collection_name(access, index, w);
}

void access_put_category(const struct access *access,
                         const struct rbac_grant *grant, struct json_writer *w)
{
    if (grant->scope < estate_of(access)->n_scopes)
        put_scope_name(access, grant->scope, w);
    else if (grant->collection < estate_of(access)->n_collections)
        put_collection_name(access, grant->collection, w);
}

void access_put_grant(const struct access *access,
                      const struct rbac_grant *grant, struct json_writer *w)
{
    const struct rbac_estate *estate = estate_of(access);

    if (grant->admin < estate->n_admins)
        writer_put_string(w, "administrator",
                          estate->admins[grant->admin].name);
    if (grant->assignment != RBAC_NONE)
        writer_put_int(w, "assignment", (int64_t)grant->assignment + 1);
    if (grant->role < estate->n_roles) {
        writer_key(w, "role");
        put_name(w, estate->roles[grant->role].id,
                 estate->roles[grant->role].name);
    }
    access_put_scope(access, grant->scope, w);
    access_put_collection(access, grant->collection, w);
}
