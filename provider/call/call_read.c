#include "provider/call/call_private.h"

enum call_end call_read(struct call *call, struct json_writer *w)
{
    const struct json_mark mark = json_writer_mark(w);
    const enum rpc_error error = call_act(call, w);
    enum call_end end = CALL_ANSWERED;

    if (call->wants_time)
        end = CALL_WAITS;
    else if (call->is_cut && !call->ground->is_pool)
        end = CALL_FOR_POOL;
    else if (call->wants_writer || call_leaves_record(call, error))
        end = CALL_FOR_WRITER;
    if (end != CALL_ANSWERED)
        json_writer_return(w, mark); /* it starts again there */
    else if (error != RPC_DONE)
        call_fail(call, error, w);
    return end;
}
