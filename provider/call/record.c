#include "provider/call/record.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/datetime.h"
#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/call/denial.h"
#include "provider/call/method.h"
#include "provider/call/refusals.h"
#include "provider/call/request_id.h"
#include "provider/call/sent.h"
#include "provider/object/guard/shown.h"
#include "rbac/explain.h"

enum { DETAIL_MAX_BYTES = 4096, GRANT_MAX_BYTES = 512 };

static enum audit_outcome outcome_of(enum rpc_error error)
{
    switch (error) {
    case RPC_DONE:
        return AUDIT_DONE;
    case RPC_LEVEL_TOO_LOW:
    case RPC_DENIED:
    case RPC_NOT_FOUND:
        return AUDIT_DENIED;
    case RPC_NOT_AUTHENTICATED:
        return AUDIT_REFUSED;
    case RPC_PARSE:
    case RPC_INVALID_REQUEST:
    case RPC_UNKNOWN_METHOD:
    case RPC_INVALID_PARAMS:
    case RPC_CONFLICT:
    case RPC_INVALID:
    case RPC_LIMIT:
    case RPC_UNAVAILABLE:
    case RPC_N_ERRORS:
        break;
    }
    return AUDIT_FAILED;
}

/* ---- What of which object ---- */

/* What was denied, or answered about somebody else; NULL: neither. */
static const struct denial *decided(const struct call *call)
{
    if (call->denial.is_set)
        return &call->denial;
    return call->answered.is_set ? &call->answered : NULL;
}

/* Was the call done by answering that somebody else may not? */
static bool has_answered_no(const struct call *call, enum rpc_error error)
{
    return error == RPC_DONE && call->answered.is_set &&
           call->answered.decision.verdict != RBAC_ALLOW;
}

/* What that is about; else what the gate asked for last. */
static struct text operation_of(const struct call *call)
{
    const struct denial *denial = decided(call);

    if (denial && !MUTANT("d4-record-derives"))
        return text_of(need_operation_name(denial->need));
    return text_of(need_operation_name(call->gate.need));
}

static struct text key_of(const struct call *call)
{
    const struct denial *denial = decided(call);

    if (denial)
        return text_of(denial->key);
    if (call->act.made_key[0])
        return text_of(call->act.made_key);
    if (call->target.key[0])
        return text_of(call->target.key);
    if (call->method->needs.verb == VERB_IMPORT)
        return (struct text){0}; /* names a property there */
    return params_text(call->params, "key");
}

static struct text class_of(const struct call *call)
{
    const struct denial *denial = decided(call);

    if (denial)
        return text_of(denial->class_name);
    if (call->act.made_class)
        return text_of(call->act.made_class->name);
    if (call->gate.class)
        return text_of(call->gate.class->name);
    return params_text(call->params, "class");
}

static int done_message(const struct object_messages *messages,
                        enum gate_verb verb)
{
    switch (verb) {
    case VERB_CREATE:
        return messages->created;
    case VERB_MODIFY:
        return messages->modified;
    case VERB_REMOVE:
        return messages->deleted;
    case VERB_READ:
    case VERB_LIST:
    case VERB_IMPORT: /* of several objects; the detail has them */
        break;
    }
    return 0;
}

/* That of success only for completed acts; for a denial, the refused one. */
static int message_of(const struct call *call, enum rpc_error error)
{
    const struct object_class *class = call->gate.class;

    if (error != RPC_DONE && !MUTANT("d4-message-of-success"))
        return call->denial.message_id;
    if (call->act.message_id)
        return call->act.message_id;
    if (call->gate.method)
        return call->gate.method->message_id;
    if (!class || call->method->needs.kind != NEEDS_VERB)
        return 0;
    return done_message(&class->messages, call->method->needs.verb);
}

/* ---- By which grant ---- */

static const char *name_or_dash(const char *name)
{
    return name ? name : "-";
}

static void write_grant(const struct rbac_estate *estate,
                        const struct rbac_grant *grant, char *out, size_t size)
{
    const char *admin = NULL, *role = NULL, *scope = NULL, *collection = NULL;

    if (grant->admin < estate->n_admins)
        admin = estate->admins[grant->admin].name;
    if (grant->role < estate->n_roles)
        role = estate->roles[grant->role].id;
    if (grant->scope < estate->n_scopes)
        scope = estate->scopes[grant->scope].id;
    if (grant->collection < estate->n_collections)
        collection = estate->collections[grant->collection].id;
    snprintf(out, size, "admin=%s role=%s scope=%s collection=%s",
             name_or_dash(admin), name_or_dash(role), name_or_dash(scope),
             name_or_dash(collection));
}

/* The grant that allowed it, in words; "" if none did. */
static struct text grant_of(struct call *call, enum rpc_error error, char *out,
                            size_t size)
{
    struct rbac_explanation why;
    const struct rbac_request request = {
        .type = call->gate.need.type,
        .operation = call->gate.need.operation,
        .is_type_wide = !call->act.target,
        .labels = call->target.labels,
        .n_labels = call->target.n_labels,
        .level = call->gate.level,
        .now_s = call->ground->now_s,
    };

    if (error != RPC_DONE || !call->rights || call->gate.need.type == 0)
        return (struct text){0};
    rbac_explain(call->rights->subject, &request, &why);
    if (why.n_findings == 0 || why.findings[0].reason != RBAC_ALLOWED)
        return (struct text){0};
    write_grant(rbac_engine_estate(call->act.actor.engine),
                &why.findings[0].grant, out, size);
    return text_of(out);
}

/* ---- The outcome ---- */

static struct text reason_of(const struct call *call, enum rpc_error error)
{
    if (has_answered_no(call, error) && call->often)
        return text_of(call->often);
    if (has_answered_no(call, error))
        return text_of(*denial_code(&call->answered)
                           ? denial_code(&call->answered)
                           : "not-found");
    if (error == RPC_DONE)
        return (struct text){0};
    if (call->denial.is_set && *denial_code(&call->denial))
        return text_of(denial_code(&call->denial));
    return text_of(rpc_error_reason(error));
}

/* What an auditor should know about the whole session. */
static void write_session_marks(const struct session *session,
                                struct json_writer *w)
{
    if (!session_groups_known(session))
        writer_put_bool(w, "groups_known", false);
    if (session_is_break_glass(session))
        writer_put_bool(w, "break_glass", true);
    if (session_proxy(session))
        writer_put_string(w, "delegated_by", session_proxy(session));
}

/* One JSON object. */
static enum status write_detail(const struct call *call, struct buf *out)
{
    struct json_writer w = json_writer_make(out);

    writer_object_begin(&w);
    if (call->gate.exclusion)
        writer_put_string(&w, "excluded", call->gate.exclusion->reason);
    if (call->peer->session)
        write_session_marks(call->peer->session, &w);
    if (call->gate.method)
        writer_put_string(&w, "method", call->gate.method->name);
    if (call->note.size > 0 && buf_status(&call->note) == STATUS_OK) {
        writer_key(&w, call->note_name ? call->note_name : "policy");
        writer_raw(&w, buf_text(&call->note));
    }
    if (call->denial.is_set)
        denial_put_lack(&call->denial, &w);
    if (call->act.keys.size && buf_status(&call->act.keys) == STATUS_OK)
        writer_put_text(&w, "deleted_keys", buf_text(&call->act.keys));
    if (call->act.remark)
        writer_put_string(&w, "remark", call->act.remark);
    if (call->act.failure.place[0]) /* in a policy file */
        writer_put_string(&w, "at", call->act.failure.place);
    TRY(sent_write(call, &w));
    writer_object_end(&w);
    return STATUS_OK;
}

static const struct auth_evidence *proof_of(const struct call *call)
{
    return call->peer->session
               ? session_proof(call->peer->session, call->ground->now_s)
               : NULL;
}

/* Its request, and who made it. */
static void set_caller(struct audit_record *record, const struct call *call,
                       char request_id[REQUEST_ID_BYTES])
{
    const struct session *session = call->peer->session;

    request_id_write(call->peer->number, call->request->number, request_id);
    record->request = text_of(request_id);
    record->trace = trace_id(call->request->trace);
    record->span = trace_span(call->request->trace);
    record->peer = text_of(call->peer->name);
    if (!session)
        return;
    record->user = text_of(session->user);
    record->session = session->number;
    record->method = text_of(auth_method_name(proof_of(call)->method));
    record->level =
        text_of(auth_level_name(session_level(session, call->ground->now_s)));
}

/* Rows of an import that were denied, like acts of their own, in one record. */
static enum status record_denied_rows(const struct call *call)
{
    const struct denial *denial = &call->rows_denied;
    SCOPED(buf_free) struct buf detail = buf_make(DETAIL_MAX_BYTES);
    struct json_writer w = json_writer_make(&detail);
    struct audit_record record = {
        .event = call->method->name,
        .class_name = text_of(denial->class_name),
        .key = text_of(denial->key),
        .operation = text_of(need_operation_name(denial->need)),
        .outcome = AUDIT_DENIED,
        .reason = text_of(denial_code(denial)),
    };
    char request_id[REQUEST_ID_BYTES];
    int64_t id;

    set_caller(&record, call, request_id);
    writer_object_begin(&w);
    writer_put_int(&w, "rows_denied", (int64_t)call->n_rows_denied);
    writer_put_int(&w, "record", call->record_id);
    denial_put_lack(denial, &w);
    writer_object_end(&w);
    if (buf_status(&detail) == STATUS_OK)
        record.detail = buf_text(&detail);
    return audit_append(call->ground->store, &record, &id);
}

static enum status record_act(struct call *call, enum rpc_error error)
{
    SCOPED(buf_free)
    struct buf detail =
        buf_make(DETAIL_MAX_BYTES + call->note.size + call->act.keys.size);
    char grant[GRANT_MAX_BYTES];
    char request_id[REQUEST_ID_BYTES];
    struct audit_record record = {
        .event = call->method->name,
        .class_name = class_of(call),
        .key = key_of(call),
        .operation = operation_of(call),
        .outcome =
            has_answered_no(call, error) ? AUDIT_DENIED : outcome_of(error),
        .reason = reason_of(call, error),
        .grant = grant_of(call, error, grant, sizeof(grant)),
        .message_id = message_of(call, error),
    };

    set_caller(&record, call, request_id);
    TRY(write_detail(call, &detail));
    if (buf_status(&detail) == STATUS_OK)
        record.detail = buf_text(&detail);
    TRY(audit_append(call->ground->store, &record, &call->record_id));
    if (error == RPC_DONE && call->n_rows_denied &&
        !MUTANT("n3-denied-rows-unrecorded"))
        return record_denied_rows(call);
    return STATUS_OK;
}

/* The evidence and its level, for the question who can still sign in. */
static enum status note_evidence(struct call *call)
{
    const struct session *session = call->peer->session;
    const struct auth_evidence *proof;
    const int64_t now_s = call->ground->now_s;

    if (*call->sign_in.why || !session || session->n_proofs == 0)
        return STATUS_OK;
    proof = &session->proofs[session->n_proofs - 1];
    for (size_t i = 0; i < proof->n_identities; i++)
        TRY(shown_note(
            call->ground->store, call->ground->generation->site,
            &(struct shown_use){session->user, proof->identities[i].kind,
                                text_of(proof->identities[i].value),
                                auth_level_of(proof, now_s), now_s}));
    return STATUS_OK;
}

/* Counted with similar ones: strangers cannot fill the audit. */
static bool is_one_of_many(const struct call *call, const char *why)
{
    const struct call_ground *ground = call->ground;

    return why && *why && ground->refusals &&
           !refusals_add(ground->refusals, call->peer->source, why,
                         ground->now_s, ground->now_ms) &&
           !MUTANT("b5-every-refusal");
}

static enum status record_sign_in(struct call *call)
{
    const struct call_sign_in *signed_in = &call->sign_in;
    SCOPED(buf_free) struct buf detail = buf_make(DETAIL_MAX_BYTES);
    struct json_writer w = json_writer_make(&detail);
    struct audit_record record = {
        .event = signed_in->event,
        .outcome = *signed_in->why ? AUDIT_REFUSED : AUDIT_DONE,
        .reason = text_of(signed_in->why),
    };
    char request_id[REQUEST_ID_BYTES];

    if (is_one_of_many(call, signed_in->why))
        return STATUS_OK;
    set_caller(&record, call, request_id);
    record.user = text_of(signed_in->user);
    record.method = text_of(auth_method_name(signed_in->method));
    record.level = text_of(auth_level_name(signed_in->level));
    writer_object_begin(&w);
    writer_put_string(&w, "mechanism", signed_in->mechanism);
    if (*signed_in->acting_as)
        writer_put_string(&w, "acting_as", signed_in->acting_as);
    if (!*signed_in->why && call->peer->session) {
        writer_put_string(&w, "evidence", proof_of(call)->detail);
        if (signed_in->is_weak)
            writer_put_string(&w, "mapped_by", "upn");
        write_session_marks(call->peer->session, &w);
    }
    writer_object_end(&w);
    if (buf_status(&detail) == STATUS_OK)
        record.detail = buf_text(&detail);
    TRY(note_evidence(call));
    return audit_append(call->ground->store, &record, &call->record_id);
}

enum status record_call(struct call *call, enum rpc_error error)
{
    if (call->sign_in.event)
        return record_sign_in(call);
    if (error == RPC_DONE && is_one_of_many(call, call->often))
        return STATUS_OK;
    return record_act(call, error);
}

/* The exclusion, its owner, and its end. */
static void write_exclusion(const struct call *call, struct json_writer *w)
{
    const struct site_exclusion *exclusion = call->gate.exclusion;
    char until[DATETIME_BYTES];

    writer_object_begin(w);
    writer_put_string(w, exclusion->is_group ? "group" : "user",
                      exclusion->user);
    writer_put_string(w, "reason", exclusion->reason);
    writer_put_string(w, "owner", exclusion->owner);
    if (exclusion->until_s != INT64_MAX) {
        datetime_write(exclusion->until_s, until);
        writer_put_string(w, "until", until);
    }
    writer_put_string(
        w, "minimum_level",
        auth_level_name(call->ground->generation->site->minimum_level));
    writer_object_end(w);
}

enum status record_exclusion(const struct call *call)
{
    SCOPED(buf_free) struct buf detail = buf_make(DETAIL_MAX_BYTES);
    struct json_writer w = json_writer_make(&detail);
    struct audit_record record = {
        .event = "exclusion.used",
        .outcome = AUDIT_DONE,
    };
    char request_id[REQUEST_ID_BYTES];
    int64_t id;

    set_caller(&record, call, request_id);
    write_exclusion(call, &w);
    if (buf_status(&detail) == STATUS_OK)
        record.detail = buf_text(&detail);
    log_warn("session.excluded session=%llu user=%s level=%s by=%s request=%s",
             (unsigned long long)call->peer->session->number,
             call->peer->session->user, auth_level_name(call->gate.level),
             call->gate.exclusion->user, request_id);
    return audit_append(call->ground->store, &record, &id);
}
