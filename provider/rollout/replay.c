#include "provider/rollout/replay.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/datetime.h"
#include "provider/call/gate.h"
#include "provider/object/question.h"
#include "provider/store/audit.h"
#include "rbac/catalog.h"

enum { REPLAY_ADMINS_MAX = 1024, REPLAY_ROWS_MAX = 1000 };

/* A user on one side; kept as long as the next record has the same user. */
struct side {
    const struct site *site;
    struct rbac_subject *subject;           /* owned */
    const struct site_exclusion *exclusion; /* that frees them; NULL: none */
    bool is_excepted;                       /* one names them */
};

struct replaying {
    const struct replay *replay;
    struct json_writer *w;
    struct side before;
    struct side after;
    char *user; /* owned: the sites of the subjects */
    int64_t n_requests;
    int64_t n_gone;    /* of these, about objects that no longer exist */
    int64_t n_guarded; /* of these, denied for what they would have changed */
    size_t n_rows;
    bool is_cut;
};

static void replaying_clear(struct replaying *r)
{
    rbac_subject_free(r->before.subject);
    rbac_subject_free(r->after.subject);
    free(r->user);
}

/* ---- Who ---- */

static enum status find_subject(struct side *side, const char *user,
                                int64_t now_s)
{
    struct gate_person person = {.user = user};
    uint32_t admins[REPLAY_ADMINS_MAX];
    uint32_t own;
    const size_t n =
        site_admins_of(side->site, (struct site_member){.user = user}, admins,
                       ARRAY_SIZE(admins), &own);

    if (n > ARRAY_SIZE(admins))
        return STATUS_LIMIT;
    rbac_subject_free(TAKE(side->subject));
    TRY(rbac_subject_new(side->site->engine, admins, n, &side->subject));
    person.subject = side->subject;
    side->exclusion = gate_exclusion(side->site, &person, now_s);
    side->is_excepted = site_exclusion_of(side->site, user, NULL, 0, now_s);
    return STATUS_OK;
}

static enum status take_user(struct replaying *r, struct text user)
{
    if (r->user && text_equal(text_of(r->user), user))
        return STATUS_OK;
    free(r->user);
    r->user = text_dup(user);
    if (!r->user)
        return STATUS_NO_MEMORY;
    TRY(find_subject(&r->before, r->user, r->replay->now_s));
    return find_subject(&r->after, r->user, r->replay->now_s);
}

/* ---- What ---- */

struct asked {
    const struct object_class *class;
    const struct object_method *method; /* NULL: not a method of the class */
    struct object_need need;
    enum auth_level level;
    bool is_type_wide;
};

static bool is_same_need(struct object_need a, struct object_need b)
{
    return a.type == b.type && a.operation == b.operation;
}

/* Turns a record into a question; false: it cannot be asked. */
static bool read_asked(const struct audit_request *request, struct asked *asked)
{
    asked->class = object_class_find(request->class_name);
    asked->level = auth_level_read(request->level);
    if (!asked->class || asked->level == AUTH_LEVEL_NONE ||
        !question_need(asked->class, request->operation, &asked->need))
        return false;
    asked->method = object_method_find(asked->class, request->method);
    asked->is_type_wide = request->key.size == 0 ||
                          is_same_need(asked->need, asked->class->create);
    return true;
}

/* The gate's answer about an object that may be hidden from the caller. */
static enum status ask_object(const struct replaying *r,
                              const struct asked *asked, struct text key,
                              const struct side *side, struct question *q,
                              struct rbac_decision *decision_out)
{
    SCOPED(object_target_clear) struct object_target target = {0};
    struct question_answer answer;
    const enum status status = question_act_on(
        r->replay->store, side->site,
        (struct question_object){asked->class, key}, q, &target, &answer);

    *decision_out = answer.decision;
    if (status == STATUS_OK)
        *decision_out = question_both(
            answer.decision, question_foresee(q, asked->class, side->site));
    return status == STATUS_NOT_FOUND && target.key[0] ? STATUS_OK : status;
}

static enum status ask(const struct replaying *r, const struct side *side,
                       const struct asked *asked, struct text key,
                       struct rbac_decision *decision_out)
{
    struct question q = {
        .subject = side->subject,
        .level = asked->level,
        .now_s = r->replay->now_s,
        .need = asked->need,
    };
    enum rbac_reason refused = RBAC_ALLOWED;

    if (q.level < side->site->minimum_level && !side->exclusion)
        q.minimum = side->site->minimum_level;
    if (asked->is_type_wide)
        *decision_out = question_decide(&q);
    else
        TRY(ask_object(r, asked, key, side, &q, decision_out));
    if (asked->method)
        refused = question_method(asked->method, side->subject,
                                  side->is_excepted, q.now_s);
    if (refused != RBAC_ALLOWED)
        *decision_out = (struct rbac_decision){.reason = refused};
    return STATUS_OK;
}

/* ---- Changed answers ---- */

static const char *word_of(struct rbac_decision decision)
{
    switch (decision.verdict) {
    case RBAC_ALLOW:
        return "allowed";
    case RBAC_ALLOW_AT_LEVEL:
        return auth_level_name(decision.level_required);
    case RBAC_DENY:
        break;
    }
    return "denied";
}

static void put_changed(struct replaying *r,
                        const struct audit_request *request,
                        struct rbac_decision before, struct rbac_decision after)
{
    struct json_writer *w = r->w;
    char last[DATETIME_BYTES];

    if (r->n_rows++ >= REPLAY_ROWS_MAX) {
        r->is_cut = true;
        return;
    }
    datetime_write(request->last_s, last);
    writer_object_begin(w);
    writer_put_text(w, "user", request->user);
    writer_put_text(w, "operation", request->operation);
    writer_put_text(w, "class", request->class_name);
    if (request->key.size)
        writer_put_text(w, "key", request->key);
    writer_put_int(w, "times", request->times);
    writer_put_string(w, "last", last);
    writer_put_string(w, "before", word_of(before));
    writer_put_string(w, "after", word_of(after));
    writer_object_end(w);
}

static enum status visit(void *context, const struct audit_request *request)
{
    struct replaying *r = context;
    struct rbac_decision before = {0};
    struct rbac_decision after = {0};
    struct asked asked;
    enum status status;

    r->n_requests += request->times;
    if (!read_asked(request, &asked))
        return STATUS_OK;
    TRY(take_user(r, request->user));
    status = ask(r, &r->before, &asked, request->key, &before);
    if (status == STATUS_NOT_FOUND) {
        r->n_gone += request->times;
        return STATUS_OK;
    }
    TRY(status);
    if (request->guard.size && before.verdict == RBAC_ALLOW) {
        r->n_guarded += request->times;
        return STATUS_OK;
    }
    TRY(ask(r, &r->after, &asked, request->key, &after));
    if (before.verdict != after.verdict ||
        before.level_required != after.level_required)
        put_changed(r, request, before, after);
    return STATUS_OK;
}

enum status replay_put(const struct replay *replay, struct json_writer *w)
{
    SCOPED(replaying_clear)
    struct replaying r = {
        .replay = replay,
        .w = w,
        .before = {.site = replay->before},
        .after = {.site = replay->after},
    };

    writer_object_begin(w);
    writer_key(w, "changed");
    writer_array_begin(w);
    TRY(audit_visit_requests(replay->audit, replay->since_s, visit, &r));
    writer_array_end(w);
    writer_put_int(w, "requests", r.n_requests);
    writer_put_int(w, "gone", r.n_gone);
    writer_put_int(w, "guarded", r.n_guarded);
    writer_put_bool(w, "cut", r.is_cut);
    TRY(audit_write_start(replay->audit, replay->since_s, w));
    writer_object_end(w);
    return STATUS_OK;
}
