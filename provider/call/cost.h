/*
 * What one call may cost where it keeps others waiting.
 *
 * A loop gives a call 20 ms, and sends it to the pool when that is used up; the
 * writer gives a change 100 ms, and when that is used up it is undone and tried
 * on a copy, in the pool. One that succeeded there may take longer.
 */
#pragma once

#include "provider/call/call.h"

/* From here to cost_end the store cuts the call off at what it may cost. */
void cost_begin(const struct call *call);
void cost_end(struct call *call);

/* A call that ran out of its limit, as an error. */
enum rpc_error cost_error(struct call *call, enum rpc_error error);

/* Requests about the caller's own session are never refused for cost. */
bool cost_is_budgeted(const struct call *call);

/* Has the caller nothing left to spend? Then that is what the call says. */
bool cost_is_spent(struct call *call);

/*
 * The first try took too long, and the caller may spend more: what was done is
 * to be undone, and tried out where nobody waits for it.
 */
bool cost_wants_trial(const struct call *call);
