/*
 * The denial that a call ends with (provider/object/denial.h): the gate's, that
 * of a second right or a guard, or that a handler found nothing.
 */
#pragma once

#include "provider/call/call.h"

/* The gate's: what it asked last, and its decision. */
void denial_by_gate(struct call *call);

/*
 * After gate and handler: which denial it was, in call->denial, and the error
 * that answers it. Other errors come back as they are, and there is no denial.
 */
enum rpc_error denial_settle(struct call *call, enum rpc_error error);
