#include "provider/call/call_private.h"

#include "provider/base/mutant.h"
#include "provider/call/cost.h"
#include "provider/store/store_copy.h"

enum status call_copy(struct store *store, struct store **copy_out)
{
    OWNED(store) copy = NULL;

    TRY(store_copy(store, &copy));
    TRY(site_prepare_copy(copy));
    TRY(store_write_begin(copy));
    TRY(store_part_begin(copy));
    *copy_out = TAKE(copy);
    return STATUS_OK;
}

static enum rpc_error act_on_copy(struct call *call, struct store *copy,
                                  struct json_writer *w)
{
    struct store *store = call->ground->store;
    enum rpc_error error;

    call->ground->store = copy;
    call->peer->change = PEER_CHANGE_TRYING;
    error = call_act(call, w);
    call->peer->change = PEER_CHANGE_NEW;
    call->ground->store = store;
    call->ground->is_broken = false; /* only the copy's */
    object_target_clear(&call->target);
    return error;
}

static enum rpc_error open_copy(struct call *call, struct store **copy_out)
{
    enum status status;

    cost_begin(call);
    status = call_copy(call->ground->store, copy_out);
    cost_end(call);
    if (status == STATUS_LIMIT)
        call->is_cut = true; /* or it is too large to be copied */
    return status == STATUS_OK ? RPC_DONE : cost_error(call, RPC_UNAVAILABLE);
}

/*
 * A change that the writer gave up. It goes back there if it succeeded here;
 * otherwise that is the answer, and nobody had to wait.
 */
enum call_end call_try(struct call *call, struct json_writer *w,
                       struct call_late **late_out)
{
    const struct json_mark mark = json_writer_mark(w);
    OWNED(store) copy = NULL; /* outlives what it holds */
    enum rpc_error error = open_copy(call, &copy);

    call->peer->change = PEER_CHANGE_NEW;
    metrics_add(call->ground->metrics, METRIC_CHANGES_TRIED, 1);
    if (error == RPC_DONE)
        error = act_on_copy(call, copy, w);
    if (error == RPC_DONE && MUTANT("e7-trial-is-taken"))
        call_note_batch(call);
    if (error == RPC_DONE) {
        json_writer_return(w, mark);
        call->peer->change = PEER_CHANGE_TRIED;
        return CALL_FOR_WRITER;
    }
    site_free(TAKE(call->next_site));
    return call_answer_late(call, error, mark, w, late_out);
}
