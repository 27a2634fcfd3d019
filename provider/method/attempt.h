/*
 * An act tried on a private copy of the store and undone: what it would be
 * told, its guards included. Nothing is changed or recorded by it.
 */
#pragma once

#include "provider/call/call.h"

/* For SCOPED(attempt_clear) struct attempt attempt = {0}. */
struct attempt {
    struct store *copy; /* owned */
    struct call_ground ground;
    struct rpc_request request; /* borrows the parameter "act" */
    struct call act;            /* as the writer would run it */
    enum rpc_error ended;       /* how it would be answered */
};
void attempt_clear(struct attempt *attempt);

/*
 * The parameter "act" of the call, {method, params}: one of object.create,
 * object.update, object.delete and object.invoke, as the caller's own at the
 * level of now. What the act is told is no error of the call.
 */
enum rpc_error attempt_run(struct call *call, struct attempt *attempt);
