#include "provider/call/answer.h"

#include <stdlib.h>
#include <string.h>

#include "provider/call/method.h"
#include "provider/call/raise.h"
#include "provider/call/request_id.h"

void answer_mechanisms(const struct peer *peer, struct json_writer *w)
{
    writer_array_begin(w);
    for (int i = 0; i < AUTH_N_MECHANISMS; i++)
        if (peer_may_use(peer, (enum auth_mechanism)i))
            writer_string(w, auth_mechanism_name((enum auth_mechanism)i));
    writer_array_end(w);
}

/* Every mechanism of the listener, also ones the peer has no evidence for: it
 * may come back with a certificate. */
static void put_how(const struct peer *peer, enum auth_level required,
                    struct json_writer *w)
{
    writer_key(w, "how");
    writer_array_begin(w);
    for (int i = 0; i < AUTH_N_MECHANISMS; i++) {
        const enum auth_mechanism mechanism = (enum auth_mechanism)i;

        if (raise_reach(peer, mechanism) >= required)
            writer_string(w, auth_mechanism_name(mechanism));
    }
    writer_array_end(w);
}

/* "site.yaml:12" as file and line. */
static void put_place(const char *place, struct json_writer *w)
{
    const char *colon = strrchr(place, ':');

    if (!colon) {
        writer_put_string(w, "file", place);
        return;
    }
    writer_put_text(w, "file", (struct text){place, (size_t)(colon - place)});
    writer_put_int(w, "line", strtol(colon + 1, NULL, 10));
}

/* A true next step: explain knows grants, but not the guards behind them. */
static const char *next_step(enum rbac_reason reason)
{
    if (reason < RBAC_GUARD_LAST_SCOPE)
        return "Run smsctl explain (access.explain) to see the nearest grants "
               "and what they lack.";
    if (reason == RBAC_GUARD_MORE_THAN_HELD ||
        reason == RBAC_GUARD_SCOPE_NOT_HELD)
        return "Ask somebody who holds it there, or a full administrator.";
    if (reason == RBAC_GUARD_FULL_ADMINISTRATOR)
        return "Ask a full administrator with the scope All.";
    return "No grant changes this: the message says what prevents it.";
}

/*
 * What was denied. It is told: a caller hears "denied" only of what they may
 * read, and of the rest that it is not there, so it tells nothing that
 * access.explain would not.
 */
static void put_denial(const struct call *call, struct json_writer *w)
{
    const struct denial *denial = &call->denial;
    const char *operation = need_operation_name(denial->need);

    writer_put_string(w, "code", denial_code(denial));
    if (call->record_id)
        writer_put_int(w, "decision", call->record_id);
    if (call->act.failure.place[0]) /* the line that asks for it */
        put_place(call->act.failure.place, w);
    if (operation[0])
        writer_put_string(w, "operation", operation);
    if (denial->class_name[0])
        writer_put_string(w, "class", denial->class_name);
    if (denial->key[0])
        writer_put_string(w, "key", denial->key);
    denial_put_lack(denial, w);
}

static void put_denied(const struct call *call, struct json_writer *w)
{
    writer_put_string(w, "how", next_step(call->denial.decision.reason));
    if (!session_groups_known(call->peer->session)) /* may be why */
        writer_put_bool(w, "groups_known", false);
    put_denial(call, w);
}

static void put_level(const struct call *call, struct json_writer *w)
{
    const enum auth_level required = call->denial.decision.level_required;

    writer_put_string(w, "level", auth_level_name(call->gate.level));
    put_how(call->peer, required, w);
    writer_key(w, "raise");
    raise_write_level(call->peer, required, w);
    put_denial(call, w);
}

static void put_conflict(struct call *call, struct json_writer *w)
{
    if (call->act.failure.version)
        writer_put_int(w, "version", call->act.failure.version);
    if (call->act.failure.place[0])
        put_place(call->act.failure.place, w);
}

/* The errors in the files sent, as a list. */
static void put_messages(const struct call *call, struct json_writer *w)
{
    if (call->messages.size == 0 || buf_status(&call->messages) != STATUS_OK)
        return;
    writer_key(w, "messages");
    writer_raw(w, buf_text(&call->messages));
}

static void put_invalid(struct call *call, const char *sentence,
                        struct json_writer *w)
{
    put_messages(call, w);
    writer_put_string(w, "property",
                      call->problem.at[0] ? call->problem.at
                                          : call->act.failure.property);
    writer_put_string(w, "why", sentence);
}

static const char *sentence_of(const struct call *call, enum rpc_error error)
{
    if (call->message)
        return call->message;
    if (error == RPC_NOT_FOUND)
        return rpc_error_text(error); /* the same, whatever the cause */
    if (call->problem.why)
        return call->problem.why;
    if (call->act.failure.why[0])
        return call->act.failure.why;
    if (error == RPC_DENIED && call->denial.decision.reason != RBAC_REASON_NONE)
        return rbac_reason_text(call->denial.decision.reason);
    return rpc_error_text(error);
}

static void put_data(struct call *call, enum rpc_error error,
                     const char *sentence, struct json_writer *w)
{
    switch (error) {
    case RPC_NOT_AUTHENTICATED:
        writer_key(w, "mechanisms");
        answer_mechanisms(call->peer, w);
        return;
    case RPC_LEVEL_TOO_LOW:
        put_level(call, w);
        return;
    case RPC_DENIED:
        put_denied(call, w);
        return;
    case RPC_CONFLICT:
        put_conflict(call, w);
        return;
    case RPC_INVALID:
        put_invalid(call, sentence, w);
        return;
    case RPC_PARSE:
    case RPC_INVALID_REQUEST:
    case RPC_INVALID_PARAMS:
        writer_put_string(w, "at", call->problem.at);
        return;
    case RPC_LIMIT:
        if (call->retry_after_ms > 0)
            writer_put_int(w, "retry_after_ms", call->retry_after_ms);
        return;
    case RPC_DONE:
    case RPC_UNKNOWN_METHOD:
    case RPC_NOT_FOUND:
    case RPC_UNAVAILABLE:
    case RPC_N_ERRORS:
        return;
    }
}

void answer_request_id(const struct peer *peer, uint64_t number,
                       struct json_writer *w)
{
    char id[REQUEST_ID_BYTES];

    request_id_write(peer->number, number, id);
    writer_put_string(w, "request", id);
}

void answer_error(struct call *call, enum rpc_error error,
                  struct json_writer *w)
{
    const char *sentence = sentence_of(call, error);

    reply_error_begin(w, call->request->id, error, sentence);
    answer_request_id(call->peer, call->request->number, w);
    put_data(call, error, sentence, w);
    reply_error_end(w);
}

void answer_error_value(struct call *call, enum rpc_error error,
                        struct json_writer *w)
{
    const char *sentence = sentence_of(call, error);

    writer_object_begin(w);
    writer_put_int(w, "code", rpc_error_code(error));
    writer_put_string(w, "message", sentence);
    writer_key(w, "data");
    writer_object_begin(w);
    writer_put_string(w, "reason", rpc_error_reason(error));
    put_data(call, error, sentence, w);
    writer_object_end(w);
    writer_object_end(w);
}
