/*
 * The audit record of a call: who, how strongly, what of which object, by which
 * grant, and the outcome. No secrets: of the parameters only the properties and
 * arguments of a change are kept (T94, T95).
 */
#pragma once

#include "provider/call/call.h"
#include "provider/store/audit.h"

/* Appends the record of a call that ended with error; its id is kept in the
 * call. A sign-in that ended in it is recorded as such. */
MUST_CHECK
enum status record_call(struct call *call, enum rpc_error error);

/* Appends that the session is served below the minimum, and why. */
MUST_CHECK
enum status record_exclusion(const struct call *call);
