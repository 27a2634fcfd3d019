#include "provider/call/gate.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "provider/base/mutant.h"
#include "provider/call/call.h"
#include "provider/call/denial.h"
#include "provider/call/method.h"
#include "provider/object/guard/lockout.h"
#include "provider/object/naming.h"
#include "provider/object/natural.h"

bool gate_may_read(const struct call *call, const struct object_class *class,
                   const struct object_target *target)
{
    const struct question q = {
        .subject = call->rights->subject,
        .level = call->gate.level,
        .now_s = call->ground->now_s,
        .need = class->read,
        .target = target,
    };

    return question_decide(&q).verdict == RBAC_ALLOW;
}

/* ---- The caller ---- */

static bool is_break_glass(const struct site *site, const char *user)
{
    const char *root = site_user_of(site, IDENTITY_LOCAL, TEXT(IDENTITY_ROOT));

    return root && strcmp(root, user) == 0;
}

/* Also if that is unknown. */
static bool is_security(const struct site *site,
                        const struct gate_person *person, int64_t now_s)
{
    OWNED(rbac_subject) made = NULL;
    uint32_t admins[SESSION_ADMINS_MAX];
    uint32_t own;
    size_t n;

    if (person->subject)
        return lockout_administers(person->subject, now_s);
    n = site_admins_of(
        site,
        (struct site_member){person->user, person->groups, person->n_groups},
        admins, ARRAY_SIZE(admins), &own);
    return n > ARRAY_SIZE(admins) ||
           rbac_subject_new(site->engine, admins, n, &made) != STATUS_OK ||
           lockout_administers(made, now_s);
}

const struct site_exclusion *gate_exclusion(const struct site *site,
                                            const struct gate_person *person,
                                            int64_t now_s)
{
    const struct site_exclusion *exclusion = site_exclusion_of(
        site, person->user, person->groups, person->n_groups, now_s);

    if (!exclusion || is_break_glass(site, person->user))
        return exclusion;
    return is_security(site, person, now_s) ? NULL : exclusion;
}

const struct site_exclusion *gate_exclusion_of(const struct call *call)
{
    const struct session *session = call->peer->session;
    struct session_groups groups;
    struct gate_person person;

    session_groups(session, call->ground->generation->site, &groups);
    person = (struct gate_person){session->user, groups.names, groups.n,
                                  call->rights ? call->rights->subject : NULL};
    return gate_exclusion(call->ground->generation->site, &person,
                          call->ground->now_s);
}

/* Does one of them name the caller? */
static bool is_named_by_exclusion(const struct call *call)
{
    const struct session *session = call->peer->session;
    struct session_groups groups;

    session_groups(session, call->ground->generation->site, &groups);
    return site_exclusion_of(call->ground->generation->site, session->user,
                             groups.names, groups.n, call->ground->now_s);
}

/* NONE if no minimum applies to the caller: they reach it, or are excluded. */
static enum auth_level binding_minimum(struct call *call)
{
    const struct site *site = call->ground->generation->site;

    if (call->gate.level >= site->minimum_level)
        return AUTH_LEVEL_NONE;
    call->gate.exclusion = gate_exclusion_of(call);
    return call->gate.exclusion ? AUTH_LEVEL_NONE : site->minimum_level;
}

static struct session_rights *rights_of(struct call *call)
{
    struct call_ground *ground = call->ground;
    const uint64_t number = call->peer->session->number;
    const size_t slot = number % CALL_GROUND_SESSIONS;

    if (!ground->is_writer)
        return &call->peer->session->rights;
    /* The session's own belong to its loop. */
    if (ground->lately[slot].session != number)
        session_rights_drop(&ground->lately[slot].rights);
    ground->lately[slot].session = number;
    return &ground->lately[slot].rights;
}

static void set_actor(struct call *call)
{
    const struct site *site = call->ground->generation->site;

    call->act = (struct object_call){
        .store = call->ground->store,
        .class = call->gate.class,
        .actor =
            {
                .user = call->peer->session->user,
                .engine = site->engine,
                .map = site->map,
                .subject = call->rights->subject,
                .site = site,
                .reach = call->peer->settings->reach,
                .realms = &call->peer->settings->config->realms,
                .level = call->gate.level,
                .own_admin = call->rights->own_admin,
                .now_s = call->ground->now_s,
            },
    };
}

/* ---- The request ---- */

static enum gate_verdict fail_name(struct call *call, const char *at,
                                   const char *why)
{
    strcpy(call->problem.at, at);
    call->problem.why = why;
    return GATE_INVALID;
}

static enum gate_verdict find_class(struct call *call)
{
    const struct text name = params_text(call->params, "class");

    call->gate.class = object_class_find(name);
    if (!call->gate.class)
        return fail_name(call, "class", "There is no class of this name.");
    return GATE_OPEN;
}

static enum gate_verdict find_method(struct call *call)
{
    call->gate.method = object_method_find(call->gate.class,
                                           params_text(call->params, "method"));
    if (!call->gate.method)
        return fail_name(call, "method", "The class has no such method.");
    if (!call->gate.method->is_static && !params_value(call->params, "key"))
        return fail_name(call, "key", "The method is called on one object.");
    return GATE_OPEN;
}

static enum gate_verdict verdict_of(struct call *call,
                                    struct rbac_decision decision)
{
    call->gate.decision = decision;
    switch (decision.verdict) {
    case RBAC_ALLOW:
        return GATE_OPEN;
    case RBAC_ALLOW_AT_LEVEL:
        return GATE_LEVEL_TOO_LOW;
    case RBAC_DENY:
        break;
    }
    return GATE_DENIED;
}

/* An operation of a type, held anywhere. */
static enum gate_verdict ask_type(struct call *call, struct question *q,
                                  struct object_need need)
{
    q->need = call->gate.need = need;
    return verdict_of(call, question_decide(q));
}

/* Signing in more strongly must not be needed to learn the key of a name. */
static void hide_key(struct call *call)
{
    const struct text asked = params_text(call->params, "key");

    if (call->gate.decision.verdict != RBAC_ALLOW_AT_LEVEL ||
        text_equal(text_of(call->target.key), asked))
        return;
    snprintf(call->gate.denied_key, sizeof(call->gate.denied_key), "%.*s",
             (int)asked.size, asked.data);
}

/*
 * An operation on one object, besides reading it. Callers who may not know of
 * it get the answer for a missing object.
 */
static enum gate_verdict ask_object(struct call *call, struct question *q,
                                    struct object_need need)
{
    struct question_answer answer;
    char room[OBJECT_KEY_ROOM];
    const struct text key =
        object_class_key(params_text(call->params, "class"),
                         params_text(call->params, "key"), room);
    enum status status;

    q->need = need;
    status = natural_act_on(call->ground->store, call->ground->generation->site,
                            (struct question_object){call->gate.class, key}, q,
                            &call->target, &answer);
    call->gate.need = answer.need;
    call->gate.decision = answer.decision;
    hide_key(call);
    if (status == STATUS_NOT_FOUND)
        return GATE_NOT_FOUND;
    if (status == STATUS_CONFLICT &&
        answer.decision.verdict != RBAC_ALLOW_AT_LEVEL)
        return fail_name(call, "key", NATURAL_SEVERAL);
    if (status != STATUS_OK && status != STATUS_CONFLICT)
        return GATE_UNAVAILABLE;
    return verdict_of(call, answer.decision);
}

/*
 * Asks whether any row could be allowed; each row is decided in object_import.
 * The right to change objects suffices for importing changes.
 */
static enum gate_verdict ask_import(struct call *call, struct question *q)
{
    const struct object_class *class = call->gate.class;
    enum gate_verdict verdict = GATE_DENIED;

    if (!class->can_create && !class->can_modify)
        return fail_name(call, "class", "Its objects are not imported.");
    if (class->can_create)
        verdict = ask_type(call, q, class->create);
    if (verdict != GATE_OPEN && class->can_modify) {
        const struct gate asked = call->gate;

        verdict = ask_type(call, q, class->modify);
        if (class->can_create &&
            !question_is_worse(asked.decision, call->gate.decision)) {
            call->gate = asked;
            verdict = verdict_of(call, asked.decision);
        }
    }
    return verdict;
}

static enum gate_verdict ask_verb(struct call *call, struct question *q)
{
    const enum gate_verdict found = find_class(call);
    const struct object_class *class = call->gate.class;

    if (found != GATE_OPEN)
        return found;
    switch (call->method->needs.verb) {
    case VERB_READ:
        return ask_object(call, q, class->read);
    case VERB_LIST:
        return ask_type(call, q, class->read);
    case VERB_CREATE:
        if (!class->can_create)
            return fail_name(call, "class", "Its objects are not created.");
        return ask_type(call, q, class->create);
    case VERB_MODIFY:
        if (!class->can_modify)
            return fail_name(call, "class", "Its objects are not changed.");
        return ask_object(call, q, class->modify);
    case VERB_REMOVE:
        if (!class->can_remove)
            return fail_name(call, "class", "Its objects are not deleted.");
        return ask_object(call, q, class->remove);
    case VERB_IMPORT:
        return ask_import(call, q);
    }
    return GATE_DENIED;
}

/* Whoever an exclusion names, not only those who use it now (A8). */
static bool may_at_all(struct call *call)
{
    const struct object_method *method = call->gate.method;
    const bool is_excepted =
        method->refused_when_excepted && is_named_by_exclusion(call);
    const enum rbac_reason reason = question_method(
        method, call->rights->subject, is_excepted, call->ground->now_s);

    call->gate.need = method->need;
    call->gate.decision.reason = reason;
    return reason == RBAC_ALLOWED;
}

static enum gate_verdict ask_level(struct call *call, const struct question *q)
{
    if (q->minimum == AUTH_LEVEL_NONE)
        return GATE_OPEN;
    return verdict_of(call,
                      (struct rbac_decision){RBAC_ALLOW_AT_LEVEL,
                                             RBAC_LEVEL_TOO_LOW, q->minimum});
}

static enum gate_verdict ask_method(struct call *call, struct question *q)
{
    enum gate_verdict found = find_class(call);

    if (found == GATE_OPEN)
        found = find_method(call);
    if (found != GATE_OPEN)
        return found;
    if (call->gate.method->is_for_all)
        return ask_level(call, q);
    if (!may_at_all(call))
        return GATE_DENIED;
    if (call->gate.method->is_static)
        return ask_type(call, q, call->gate.method->need);
    return ask_object(call, q, call->gate.method->need);
}

static enum policy_act act_of(enum gate_verb verb)
{
    if (verb == VERB_READ)
        return POLICY_READ;
    return verb == VERB_LIST ? POLICY_TRY : POLICY_CHANGE;
}

static enum gate_verdict ask_policy(struct call *call, const struct question *q,
                                    enum gate_verb verb)
{
    const struct policy_answer answer = policy_right_decide(
        call->ground->store, call->ground->generation->site, q, act_of(verb));

    call->gate.need = answer.need;
    strcpy(call->gate.denied_key, answer.key);
    if (answer.decision.verdict == RBAC_DENY)
        call->message =
            verb == VERB_MODIFY
                ? "Applying a policy needs Modify on administrators and roles, "
                  "and Read on everything that it can declare."
                : "Seeing the policy needs Read on everything that it can "
                  "declare; planning also needs Modify on the site or on "
                  "administrators and roles.";
    return verdict_of(call, answer.decision);
}

struct policy_answer gate_ask_policy(const struct call *call,
                                     enum gate_verb verb)
{
    const struct question q = {
        .subject = call->rights->subject,
        .level = call->gate.level,
        .now_s = call->ground->now_s,
    };

    return policy_right_decide(
        call->ground->store, call->ground->generation->site, &q, act_of(verb));
}

/* However one spells oneself. */
static bool is_about_oneself(const struct call *call)
{
    const struct text user = params_text(call->params, "user");
    SCOPED(buf_free) struct buf name = buf_make(IDENTITY_MAX_BYTES);

    return !params_value(call->params, "user") ||
           (naming_read(&call->peer->settings->config->realms, user, &name) ==
                STATUS_OK &&
            text_equal(buf_text(&name), text_of(call->peer->session->user)));
}

/* By the user's own record, which is not disabled. */
static bool is_machine(const struct call *call)
{
    const struct site *site = call->ground->generation->site;
    const struct rbac_estate *estate = rbac_engine_estate(site->engine);
    const uint32_t own = call->rights->own_admin;

    return site_user_host(site, call->peer->session->user) > 0 &&
           own < estate->n_admins && !estate->admins[own].is_disabled;
}

/* A host speaks for nobody, and nobody speaks for a host. */
static enum gate_verdict ask_machine(struct call *call,
                                     const struct question *q)
{
    if (!is_machine(call)) {
        call->message = "Only the machine identity of a host asks this.";
        return GATE_DENIED;
    }
    return ask_level(call, q);
}

static enum gate_verdict ask_need(struct call *call, struct question *q)
{
    const struct gate_need *needs = &call->method->needs;

    if (needs->kind == NEEDS_MACHINE)
        return ask_machine(call, q);
    if (site_user_host(call->ground->generation->site,
                       call->peer->session->user) > 0 &&
        !MUTANT("e8-host-asks-all")) {
        call->message = "The machine identity of a host may only ask who may "
                        "log in to it.";
        return GATE_DENIED;
    }
    switch (needs->kind) {
    case NEEDS_VERB:
        return ask_verb(call, q);
    case NEEDS_METHOD:
        return ask_method(call, q);
    case NEEDS_TYPE:
        return ask_type(call, q, needs->type);
    case NEEDS_SELF_OR_TYPE:
        if (!is_about_oneself(call))
            return ask_type(call, q, needs->type);
        return ask_level(call, q);
    case NEEDS_POLICY:
        return ask_policy(call, q, needs->verb);
    case NEEDS_LEVEL:
        return ask_level(call, q);
    case NEEDS_SESSION:
    case NEEDS_NOTHING:
        return GATE_OPEN;
    case NEEDS_MACHINE: /* asked above */
    case NEEDS_HOST:
    case NEEDS_UNSET:
        break;
    }
    return GATE_DENIED;
}

/* Without them, only methods about the caller are answered. */
static enum gate_verdict find_rights(struct call *call)
{
    struct session *session = call->peer->session;
    struct session_rights *rights = rights_of(call);

    switch (session_resolve(session, call->ground->generation,
                            call->ground->now_s, rights)) {
    case STATUS_OK:
        call->rights = rights;
        return GATE_OPEN;
    case STATUS_DENIED: /* the caller's evidence is no longer theirs */
        return GATE_NOT_AUTHENTICATED;
    default:
        if (session->accounts_why)
            call->message =
                "Your groups cannot be determined now. Try again later.";
        return GATE_UNAVAILABLE;
    }
}

/* May read the store and stop the provider anyway. */
static bool is_of_host(const struct peer *peer)
{
    const struct auth_channel *channel = &peer->channel;

    return channel->kind == AUTH_CHANNEL_UNIX && channel->has_peer_uid &&
           (channel->peer_uid == 0 || channel->peer_uid == geteuid());
}

bool gate_is_open_early(const struct call *call)
{
    switch (call->method->needs.kind) {
    case NEEDS_NOTHING:
        return true;
    case NEEDS_HOST:
        return is_of_host(call->peer);
    default:
        return false;
    }
}

static enum gate_verdict ask(struct call *call)
{
    const enum gate_kind kind = call->method->needs.kind;
    struct question q = {.now_s = call->ground->now_s};
    enum gate_verdict found;

    if (gate_is_open_early(call))
        return GATE_OPEN;
    if (!call->peer->session || kind == NEEDS_HOST)
        return GATE_NOT_AUTHENTICATED;
    session_expire(call->peer->session, call->ground->now_s);
    call->gate.level = session_level(call->peer->session, call->ground->now_s);
    if (call->gate.level == AUTH_LEVEL_NONE) /* the evidence has ended */
        return GATE_NOT_AUTHENTICATED;
    /* About oneself: being the same user suffices. */
    if (kind == NEEDS_SESSION)
        return session_is_proved(call->peer->session,
                                 call->ground->generation->site)
                   ? GATE_OPEN
                   : GATE_NOT_AUTHENTICATED;
    found = find_rights(call);
    if (found != GATE_OPEN)
        return found;
    q.subject = call->rights->subject;
    q.level = call->gate.level;
    q.minimum = binding_minimum(call);
    return ask_need(call, &q);
}

static bool has_denied(enum gate_verdict verdict)
{
    return verdict == GATE_DENIED || verdict == GATE_LEVEL_TOO_LOW ||
           verdict == GATE_NOT_FOUND;
}

const char *gate_verdict_name(enum gate_verdict verdict)
{
    static const char *const names[GATE_N_VERDICTS] = {
        [GATE_DENIED] = "denied",
        [GATE_OPEN] = "allowed",
        [GATE_NOT_AUTHENTICATED] = "not_authenticated",
        [GATE_LEVEL_TOO_LOW] = "level_too_low",
        [GATE_NOT_FOUND] = "not_found",
        [GATE_INVALID] = "invalid",
        [GATE_UNAVAILABLE] = "unavailable",
    };

    return verdict < GATE_N_VERDICTS ? names[verdict] : "";
}

void gate_ask(struct call *call)
{
    call->gate = (struct gate){0};
    call->gate.verdict = ask(call);
    call->gate.was_asked = true;
    if (call->gate.verdict == GATE_OPEN && call->rights)
        set_actor(call);
    else if (has_denied(call->gate.verdict))
        denial_by_gate(call);
}
