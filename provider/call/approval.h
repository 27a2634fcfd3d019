/*
 * Four eyes: if the configuration requires a second person, every act that
 * changes rights goes through the policy, which waits for approval.
 */
#pragma once

#include "provider/call/call.h"
#include "provider/store/policy_version.h"

/*
 * Does the call change rights outside of the policy? Then it is refused, with a
 * sentence. Disabling an administrator needs no second person: it gives nothing
 * and is urgent.
 */
bool approval_holds_back(struct call *call);

/* The session's evidence as hashes: two persons have none in common. */
MUST_CHECK
enum status approval_evidence(const struct session *session,
                              char out[POLICY_EVIDENCE_BYTES]);

/* When the caller's right to change the policy ends, as things are. */
int64_t approval_until(const struct call *call);

/* Is the caller another person than the author? A sentence if not. */
enum rpc_error approval_check_person(struct call *call,
                                     const struct policy_waiting *waiting);

/* Denies the approval, with a sentence. */
enum rpc_error approval_refuse(struct call *call, const char *why);
