/*
 * What may one do, and why: the gate's own decision, asked without acting.
 *
 * About oneself, or with Read on administrators about anybody. Of an object
 * that who asks may not read nothing is said, whomever it is about (T60).
 */
#include <stdio.h>

#include "provider/daemon/method.h"
#include "provider/daemon/methods.h"

/* One question: a person, a level, an operation, perhaps an object. */
struct access {
    struct call *call;
    const char *user;
    struct rbac_subject *subject;
    struct rbac_subject *made; /* owned: the subject of another user */
    struct object_target target;
    bool has_target;
    bool is_hidden;
    struct gate_question question;
};

static void access_clear(struct access *access)
{
    rbac_subject_free(access->made);
    object_target_clear(&access->target);
}

static enum rpc_error fail(struct call *call, const char *at, const char *why)
{
    snprintf(call->problem.at, sizeof(call->problem.at), "%s", at);
    call->problem.why = why;
    return RPC_INVALID;
}

static enum auth_level read_level(const json_t *value)
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

static enum rpc_error take_other(struct access *access)
{
    const struct site *site = access->call->ground->generation->site;
    uint32_t admins[SESSION_ADMINS_MAX];
    uint32_t own;
    const size_t n = site_admins_of(site, access->user, NULL, 0, admins,
                                    ARRAY_SIZE(admins), &own);

    if (n > ARRAY_SIZE(admins) ||
        rbac_subject_new(site->engine, admins, n, &access->made) != STATUS_OK)
        return RPC_UNAVAILABLE;
    access->subject = access->made;
    return RPC_DONE;
}

/* At what level: as said; else one's own now, or the highest for another. */
static void take_level(struct access *access, const json_t *said,
                       bool is_oneself)
{
    const struct call *call = access->call;
    const struct site *site = call->ground->generation->site;
    char *groups[AUTH_GROUPS_MAX];
    size_t n_groups = 0;

    access->question.level = said         ? read_level(said)
                             : is_oneself ? call->gate.level
                                          : AUTH_LEVEL_MFA;
    if (is_oneself)
        n_groups =
            session_groups(call->peer->session, groups, ARRAY_SIZE(groups));
    if (access->question.level < site->minimum_level &&
        !site_exclusion_of(site, access->user, groups, n_groups,
                           call->ground->now_s))
        access->question.minimum = site->minimum_level;
}

static enum rpc_error take_user(struct access *access, const json_t *level)
{
    const struct call *call = access->call;
    const json_t *user = params_value(call->params, "user");
    const struct session *session = call->peer->session;
    const bool is_oneself =
        !user ||
        text_equal(text_of(json_string_value(user)), text_of(session->user));
    enum rpc_error error = RPC_DONE;

    access->user = is_oneself ? session->user : json_string_value(user);
    access->subject = call->rights->subject;
    if (!is_oneself)
        error = take_other(access);
    access->question.subject = access->subject;
    access->question.now_s = call->ground->now_s;
    take_level(access, level, is_oneself);
    return error;
}

/* ---- What, of which object ---- */

static bool asker_reads(const struct access *access,
                        const struct object_class *class)
{
    const struct call *call = access->call;
    const struct gate_question q = {
        .subject = call->rights->subject,
        .level = call->gate.level,
        .now_s = call->ground->now_s,
        .need = class->read,
        .target = &access->target,
    };

    return gate_decide(&q).verdict == RBAC_ALLOW;
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
    access->has_target = true;
    access->is_hidden = status != STATUS_OK || !asker_reads(access, class);
    access->question.target = &access->target;
    return RPC_DONE;
}

static enum rpc_error take_operation(struct access *access, const json_t *asked)
{
    const struct text class_name = params_text(asked, "class");
    const struct text key = params_text(asked, "key");
    const struct object_class *class = object_class_find(class_name);
    const struct rbac_type *type =
        class ? rbac_catalog_type(&rbac_catalog, class->type)
              : rbac_catalog_class(&rbac_catalog, class_name);
    int bit;

    if (!type)
        return fail(access->call, "class", "There is no class of this name.");
    bit = rbac_operation_bit(type, params_text(asked, "operation"));
    if (bit < 0)
        return fail(access->call, "operation",
                    "The class has no operation of this name.");
    access->question.need = (struct object_need){type->id, (uint8_t)bit};
    return params_value(asked, "key") ? take_target(access, class, key)
                                      : RPC_DONE;
}

static enum rpc_error access_read(struct access *access, const json_t *asked)
{
    const enum rpc_error error =
        take_user(access, params_value(asked, "level"));

    return error == RPC_DONE ? take_operation(access, asked) : error;
}

/* ---- access.check ---- */

static void put_decision(const struct access *access,
                         struct rbac_decision decision, struct json_writer *w)
{
    writer_put_bool(w, "allowed", decision.verdict == RBAC_ALLOW);
    if (decision.verdict == RBAC_ALLOW_AT_LEVEL)
        writer_put_string(w, "level_required",
                          auth_level_name(decision.level_required));
    writer_put_string(w, "code",
                      access->is_hidden ? "not-found"
                                        : rbac_reason_name(decision.reason));
}

static struct rbac_decision decide(const struct access *access)
{
    if (access->is_hidden)
        return (struct rbac_decision){0};
    return gate_decide(&access->question);
}

static enum rpc_error check_one(struct call *call, const json_t *asked,
                                struct json_writer *w)
{
    SCOPED(access_clear) struct access access = {.call = call};
    const enum rpc_error error = access_read(&access, asked);

    if (error != RPC_DONE)
        return error;
    writer_object_begin(w);
    put_decision(&access, decide(&access), w);
    writer_object_end(w);
    return RPC_DONE;
}

static enum rpc_error check_many(struct call *call, const json_t *checks,
                                 struct json_writer *w)
{
    static const struct param item_params[] = {
        {"operation", PARAM_TEXT, true, 256},
        {"class", PARAM_TEXT, true, 256},
        {"key", PARAM_TEXT, false, OBJECT_KEY_MAX_BYTES},
        {"level", PARAM_LEVEL, false, 0},
    };
    enum rpc_error error = RPC_DONE;

    writer_array_begin(w);
    for (size_t i = 0; i < json_array_size(checks) && error == RPC_DONE; i++) {
        const json_t *asked = json_array_get(checks, i);

        if (!params_check(asked, item_params, ARRAY_SIZE(item_params),
                          &call->problem))
            return RPC_INVALID_PARAMS;
        error = check_one(call, asked, w);
    }
    writer_array_end(w);
    return error;
}

enum rpc_error run_access_check(struct call *call, struct json_writer *result)
{
    const json_t *checks = params_value(call->params, "checks");

    if (checks)
        return check_many(call, checks, result);
    if (!params_value(call->params, "operation") ||
        !params_value(call->params, "class")) {
        call->problem = (struct rpc_problem){
            "operation", "Say operation and class, or several as checks."};
        return RPC_INVALID_PARAMS;
    }
    return check_one(call, call->params, result);
}

/* ---- access.explain ---- */

static void put_name(struct json_writer *w, const char *key, const char *id,
                     const char *name)
{
    writer_key(w, key);
    writer_object_begin(w);
    writer_put_string(w, "id", id);
    writer_put_string(w, "name", name);
    writer_object_end(w);
}

static void put_scope(const struct rbac_estate *estate, uint32_t index,
                      struct json_writer *w)
{
    if (index < estate->n_scopes)
        put_name(w, "scope", estate->scopes[index].id,
                 estate->scopes[index].name);
}

static void put_collection(const struct rbac_estate *estate, uint32_t index,
                           struct json_writer *w)
{
    if (index < estate->n_collections)
        put_name(w, "collection", estate->collections[index].id,
                 estate->collections[index].name);
}

static void put_grant(const struct rbac_estate *estate,
                      const struct rbac_grant *grant, struct json_writer *w)
{
    if (grant->admin < estate->n_admins)
        writer_put_string(w, "administrator",
                          estate->admins[grant->admin].name);
    if (grant->assignment != RBAC_NONE)
        writer_put_int(w, "assignment", (int64_t)grant->assignment + 1);
    if (grant->role < estate->n_roles)
        put_name(w, "role", estate->roles[grant->role].id,
                 estate->roles[grant->role].name);
    put_scope(estate, grant->scope, w);
    put_collection(estate, grant->collection, w);
}

/* The smallest change that would allow. */
static void put_change(const struct rbac_estate *estate,
                       const struct rbac_finding *finding,
                       struct json_writer *w)
{
    if (finding->change == RBAC_CHANGE_NONE)
        return;
    writer_key(w, "change");
    writer_object_begin(w);
    writer_put_string(w, "kind", rbac_change_name(finding->change));
    if (finding->change == RBAC_CHANGE_ADD_SCOPE)
        put_scope(estate, finding->change_category, w);
    if (finding->change == RBAC_CHANGE_ADD_COLLECTION ||
        finding->change == RBAC_CHANGE_REMOVE_COLLECTION)
        put_collection(estate, finding->change_category, w);
    if (finding->change == RBAC_CHANGE_SIGN_IN_AT)
        writer_put_string(w, "level", auth_level_name(finding->level_required));
    writer_object_end(w);
}

static void put_findings(const struct access *access, struct json_writer *w)
{
    const struct rbac_estate *estate =
        rbac_engine_estate(access->call->ground->generation->site->engine);
    const struct gate_question *q = &access->question;
    const struct rbac_request request = {
        .type = q->need.type,
        .operation = q->need.operation,
        .is_type_wide = !q->target,
        .labels = access->target.labels,
        .n_labels = access->target.n_labels,
        .level = q->level > q->minimum ? q->level : q->minimum,
        .now_s = q->now_s,
    };
    struct rbac_explanation why;

    rbac_explain(access->subject, &request, &why);
    for (size_t i = 0; i < why.n_findings; i++) {
        const struct rbac_finding *finding = &why.findings[i];

        writer_object_begin(w);
        put_grant(estate, &finding->grant, w);
        writer_put_string(w, "code", rbac_reason_name(finding->reason));
        writer_put_string(w, "text", rbac_reason_text(finding->reason));
        put_change(estate, finding, w);
        writer_object_end(w);
    }
}

enum rpc_error run_access_explain(struct call *call, struct json_writer *result)
{
    SCOPED(access_clear) struct access access = {.call = call};
    const enum rpc_error error = access_read(&access, call->params);
    struct rbac_decision decision;

    if (error != RPC_DONE)
        return error;
    if (access.is_hidden)
        return RPC_NOT_FOUND;
    decision = gate_decide(&access.question);
    writer_object_begin(result);
    writer_put_string(result, "user", access.user);
    put_decision(&access, decision, result);
    writer_put_string(result, "text", rbac_reason_text(decision.reason));
    writer_put_string(result, "level", auth_level_name(access.question.level));
    writer_key(result, "findings");
    writer_array_begin(result);
    put_findings(&access, result);
    writer_array_end(result);
    writer_object_end(result);
    return RPC_DONE;
}
