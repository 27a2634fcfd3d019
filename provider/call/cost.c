#include "provider/call/cost.h"

#include "provider/base/mutant.h"
#include "provider/call/call_private.h"
#include "provider/call/method.h"

enum {
    IN_LOOP_MAX_US = 20 * 1000,
    IN_WRITER_FIRST_US = 100 * 1000, /* unless it was tried before */
    IN_WRITER_MAX_US = 1000 * 1000,
    POLICY_MAX_US = 10 * 1000 * 1000,
};

/* Without a budget there is no pool to try it in. */
static bool is_first_try(const struct call *call)
{
    return call->ground->is_writer && call->ground->budget &&
           call->peer->change != PEER_CHANGE_TRIED &&
           !call_is_about_oneself(call) && !MUTANT("b1-untried-change");
}

/* Policy files are one change, however much they declare. */
static int64_t most_in_writer_us(const struct call *call)
{
    return call->method->needs.kind == NEEDS_POLICY ? POLICY_MAX_US
                                                    : IN_WRITER_MAX_US;
}

/* A copy is not sealed: in the writer it takes about twice as long. */
static int64_t most_us(const struct call *call)
{
    if (call->peer->change == PEER_CHANGE_TRYING)
        return most_in_writer_us(call) / 2;
    if (call->ground->is_pool)
        return INT64_MAX;
    if (!call->ground->is_writer)
        return IN_LOOP_MAX_US;
    if (is_first_try(call))
        return IN_WRITER_FIRST_US;
    return most_in_writer_us(call);
}

void cost_begin(const struct call *call)
{
    const struct call_ground *ground = call->ground;
    const int64_t most = most_us(call);
    const struct store_allowance allowance = {
        .cpu_us = ground->left_us < most ? ground->left_us : most,
        .is_void = {ground->is_writer ? NULL : ground->is_gone,
                    ground->is_ending},
    };

    store_allow(ground->store, ground->budget ? &allowance : NULL);
}

void cost_end(struct call *call)
{
    call->is_cut |= store_is_spent(call->ground->store);
    store_allow(call->ground->store, NULL);
}

bool cost_is_budgeted(const struct call *call)
{
    return !call_is_about_oneself(call);
}

static bool is_ending(const struct call_ground *ground)
{
    return ground->is_ending && *ground->is_ending;
}

enum rpc_error cost_error(struct call *call, enum rpc_error error)
{
    if (!call->is_cut || error == RPC_DONE)
        return error;
    if (is_ending(call->ground)) {
        call->message = "The provider is shutting down. Try again later.";
        return RPC_UNAVAILABLE;
    }
    call->message = "This takes more work than allowed. Ask for less.";
    if (call->ground->left_us <= most_us(call)) /* else it never may */
        call->retry_after_ms = call->ground->retry_ms;
    return RPC_LIMIT;
}

bool cost_is_spent(struct call *call)
{
    if (!call->ground->budget || call->ground->left_us > 0 ||
        !cost_is_budgeted(call))
        return false;
    call->message =
        "Your share of CPU time is used up for now. Try again later.";
    call->retry_after_ms = call->ground->retry_ms;
    return true;
}

bool cost_wants_trial(const struct call *call)
{
    return call->is_cut && is_first_try(call) && !is_ending(call->ground) &&
           call->ground->left_us > IN_WRITER_FIRST_US;
}
