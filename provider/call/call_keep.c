#include "provider/call/call_private.h"

#include "provider/call/method.h"
#include "provider/call/record.h"

/* Everything of the break-glass administrator is, except what is about that
 * session itself (T89). */
bool call_is_recorded(const struct call *call)
{
    const struct session *session = call->peer->session;

    if (call->method->flags & (METHOD_WRITES | METHOD_RECORDED))
        return true;
    if (call->act.reads_audit)
        return true;
    if ((call->method->flags & METHOD_ONCE) && session &&
        !session->is_noted_once)
        return true;
    return session && session_is_break_glass(session) &&
           !call_is_about_oneself(call);
}

/* Does the request use an exclusion that this session has not used before (T71,
 * T95)? */
static bool uses_exclusion(const struct call *call)
{
    return call->gate.exclusion &&
           !session_has_noted(call->peer->session, call->gate.exclusion);
}

/* Refusals are recorded; failures, and requests before sign-in, are not worth
 * letting strangers fill the audit. */
static bool is_refusal(enum rpc_error error)
{
    return error == RPC_DENIED || error == RPC_LEVEL_TOO_LOW ||
           error == RPC_NOT_FOUND;
}

bool call_leaves_record(const struct call *call, enum rpc_error error)
{
    return call->sign_in.event || call_is_recorded(call) || is_refusal(error) ||
           uses_exclusion(call);
}

/* An exclusion, and the call itself; either may be all there is. */
static enum status record(struct call *call, enum rpc_error error)
{
    if (uses_exclusion(call)) {
        TRY(record_exclusion(call));
        TRY(session_note_exclusion(call->peer->session, call->gate.exclusion));
    }
    if (call->sign_in.event || call_is_recorded(call) || is_refusal(error))
        TRY(record_call(call, error));
    if ((call->method->flags & METHOD_ONCE) && error == RPC_DONE)
        call->peer->session->is_noted_once = true;
    return STATUS_OK;
}

enum status call_record_done(struct call *call)
{
    return record(call, RPC_DONE);
}

enum status call_keep_record(struct call *call, enum rpc_error error)
{
    struct store *store = call->ground->store;
    enum status status;

    TRY(store_part_begin(store));
    status = record(call, error);
    if (status == STATUS_OK && store_part_keep(store) == STATUS_OK)
        return STATUS_OK;
    if (status == STATUS_OK || store_part_undo(store) != STATUS_OK)
        call->ground->is_broken = true;
    return STATUS_UNAVAILABLE;
}
