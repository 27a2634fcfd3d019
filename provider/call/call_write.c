#include "provider/call/call_private.h"

#include "provider/call/cost.h"
#include "provider/call/method.h"

/* What is decided from now on is decided by what was changed. */
static enum status follow_change(struct call *call)
{
    if (call->next_site)
        return call_ground_take(call->ground, TAKE(call->next_site));
    if (call->act.estate_changed)
        return call_ground_renew(call->ground);
    return STATUS_OK;
}

/* An act that cannot be recorded, or leaves no valid site, is none. */
static enum rpc_error record_act(struct call *call)
{
    enum status status = call_record_done(call);

    if (status == STATUS_OK)
        status = follow_change(call);
    if (status == STATUS_OK)
        return RPC_DONE;
    return status == STATUS_INVALID ? RPC_CONFLICT : RPC_UNAVAILABLE;
}

/*
 * One part of the writer's change, kept whole or undone: gate, act, record, new
 * generation. Of what was undone the record of how it ended is kept, but for a
 * change that is to be tried on a copy first, or a question that has to know
 * somebody's groups: that is as if it had not begun.
 */
static enum rpc_error change(struct call *call, struct json_writer *w)
{
    struct call_ground *ground = call->ground;
    bool wants_trial = false;
    enum rpc_error error;

    if (store_part_begin(ground->store) != STATUS_OK)
        return RPC_UNAVAILABLE;
    error = call_act(call, w);
    if (error == RPC_DONE)
        error = record_act(call);
    else
        wants_trial = cost_wants_trial(call);
    object_target_clear(&call->target);
    if (error == RPC_DONE) {
        if (store_part_keep(ground->store) == STATUS_OK) {
            call_note_batch(call);
            return RPC_DONE;
        }
        ground->is_broken = true; /* the generation may be ahead of it */
        error = RPC_UNAVAILABLE;
    }
    if (store_part_undo(ground->store) != STATUS_OK) {
        ground->is_broken = true;
        return RPC_UNAVAILABLE;
    }
    if (wants_trial) {
        call->peer->change = PEER_CHANGE_LONG;
        return RPC_LIMIT;
    }
    if (call->wants_groups)
        return error;
    return call_keep_record(call, error) == STATUS_OK ? error : RPC_UNAVAILABLE;
}

enum call_end call_write(struct call *call, struct json_writer *w)
{
    const struct json_mark mark = json_writer_mark(w);
    const enum rpc_error error = change(call, w);

    if (call->peer->change == PEER_CHANGE_TRIED)
        call->peer->change = PEER_CHANGE_NEW;
    if (call->method->again) /* its outcome was taken, or denied by the gate */
        peer_drop_exchange(call->peer);
    if (error == RPC_DONE)
        return CALL_ANSWERED;
    json_writer_return(w, mark);
    if (call->peer->change == PEER_CHANGE_LONG)
        return CALL_FOR_POOL;
    if (call->wants_groups)
        return CALL_FOR_GROUPS;
    call_fail(call, error, w);
    return CALL_ANSWERED;
}
