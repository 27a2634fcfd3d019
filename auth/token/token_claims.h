/*
 * What the claims of a verified token say: when, for whom, who, how strongly.
 */
#pragma once

#include "auth/token/json_strict.h"
#include "auth/token/token.h"

/* Times, audience and kind. The word for the audit in why_out. */
MUST_CHECK
enum status token_claims_check(const json_t *claims,
                               const struct auth_issuer_config *issuer,
                               int64_t now_s, const char **why_out);

/* Subject, times, factors and groups. The claims have been checked. */
MUST_CHECK
enum status token_claims_read(const json_t *claims,
                              const struct auth_issuer_config *issuer,
                              int64_t now_s, struct auth_evidence *evidence_out,
                              const char **why_out);

/* Whom the token names; data is NULL when it names nobody. */
struct text token_subject(const json_t *claims,
                          const struct auth_issuer_config *issuer);
