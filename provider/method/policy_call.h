/*
 * Shared by the policy methods: the caller as the object room needs it, and
 * errors as answers.
 */
#pragma once

#include "provider/call/call.h"
#include "provider/rollout/rollout.h"

/* The caller on whose behalf objects are declared, with their groups. */
struct policy_caller {
    struct declare_caller caller;
    struct session_groups groups;
};
void policy_caller_set(struct policy_caller *caller, const struct call *call);

/*
 * A failure of reading or running as an error; for STATUS_INVALID the source's
 * messages are added to the answer.
 */
enum rpc_error policy_call_fail(struct call *call, enum status status,
                                const struct source *source);

/* The parameter "files"; gives the source even if they contain errors. */
enum rpc_error policy_call_files(struct call *call, struct source **source_out);

/* The version that a parameter names, with its files. */
enum rpc_error policy_call_version(struct call *call, const char *param,
                                   struct policy_version *version_out);
enum rpc_error policy_call_stored(struct call *call, const char *digest,
                                  struct source **source_out);

/* The first act that the caller may not do, as a denial. */
enum rpc_error policy_call_deny(struct call *call,
                                const struct declare_missing *missing);

/* Rights on the policy beyond the method's row (gate.h). */
enum rpc_error policy_call_need(struct call *call, enum gate_verb verb);

/* A rollout for the caller; the caller ends its part of the change. */
struct rollout policy_call_rollout(struct call *call, struct source *source,
                                   const struct policy_caller *caller);

/* Work done on a copy (call_copy) counts as the call's own. */
void policy_call_copied(struct call *call, const struct store *copy);

/* Undoes the part; false: the change can no longer be trusted. */
bool policy_call_undo(struct call *call);
