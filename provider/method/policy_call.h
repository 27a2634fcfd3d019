/*
 * What the policy methods share: the caller as the object room is told of
 * them, and how what went wrong becomes the answer.
 */
#pragma once

#include "provider/call/call.h"
#include "provider/rollout/rollout.h"

/* The caller on whose behalf things are declared, with their groups. */
struct policy_caller {
    struct declare_caller caller;
    struct session_groups groups;
};
void policy_caller_set(struct policy_caller *caller, const struct call *call);

/*
 * A status of reading or rolling out as an error; for STATUS_INVALID the
 * source's messages go into the answer.
 */
enum rpc_error policy_call_fail(struct call *call, enum status status,
                                const struct source *source);

/* The parameter "files"; the source is there also for what is wrong. */
enum rpc_error policy_call_files(struct call *call, struct source **source_out);

/* The version that a parameter names, with its files. */
enum rpc_error policy_call_version(struct call *call, const char *param,
                                   struct policy_version *version_out);
enum rpc_error policy_call_stored(struct call *call, const char *digest,
                                  struct source **source_out);

/* The first thing the caller may not have done, as a denial. */
enum rpc_error policy_call_deny(struct call *call,
                                const struct declare_missing *missing);

/* More of the policy than the method's row asks for (gate.h). */
enum rpc_error policy_call_need(struct call *call, enum gate_verb verb);

/* A rollout for the caller; its part of the change is the caller's to end. */
struct rollout policy_call_rollout(struct call *call, struct source *source,
                                   const struct policy_caller *caller);

/* What was done on a copy (call_copy) counts as the call's own work. */
void policy_call_copied(struct call *call, const struct store *copy);

/* Undoes the part; false: the change cannot be trusted any more. */
bool policy_call_undo(struct call *call);
