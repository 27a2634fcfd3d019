/*
 * Four eyes: where the configuration asks for a second person, every act that
 * changes who may do what is one of the policy, which waits for approval.
 */
#pragma once

#include "provider/call/call.h"
#include "provider/store/policy_version.h"

/*
 * Is the call one that changes who may do what by another door? It is refused
 * then, with a sentence. To disable an administrator takes nobody but one's
 * own eyes: it gives nothing and cannot wait.
 */
bool approval_holds_back(struct call *call);

/* What the session was proved by, as hashes: two persons have none in common.
 */
MUST_CHECK
enum status approval_evidence(const struct session *session,
                              char out[POLICY_EVIDENCE_BYTES]);

/* When the caller's own right to change the policy ends, as it is now. */
int64_t approval_until(const struct call *call);

/* Whether the caller is another person than who asked; a sentence if not. */
enum rpc_error approval_check_person(struct call *call,
                                     const struct policy_waiting *waiting);

/* Denies the approval, with a sentence. */
enum rpc_error approval_refuse(struct call *call, const char *why);
