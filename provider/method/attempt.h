/*
 * Tries an act on a private copy of the store and undoes it: its answer, guards
 * included. It changes and records nothing.
 */
#pragma once

#include "provider/call/call.h"

/* For SCOPED(attempt_clear) struct attempt attempt = {0}. */
struct attempt {
    struct store *copy; /* owned */
    struct call_ground ground;
    struct rpc_request request; /* borrows the parameter "act" */
    struct call act;            /* as the writer would run it */
    enum rpc_error ended;       /* its answer */
};
void attempt_clear(struct attempt *attempt);

/*
 * Tries the call's parameter "act", {method, params}: one of object.create,
 * object.update, object.delete and object.invoke, as the caller at their
 * present level. The act's answer is not an error of the call.
 */
enum rpc_error attempt_run(struct call *call, struct attempt *attempt);
