/*
 * Reads the claims of a verified token: validity, audience, user, strength.
 */
#pragma once

#include "auth/token/json_strict.h"
#include "auth/token/token.h"

/* Checks times, audience and kind. The word for the audit is in why_out. */
MUST_CHECK
enum status token_claims_check(const json_t *claims,
                               const struct auth_issuer_config *issuer,
                               int64_t now_s, const char **why_out);

/* Reads subject, times, factors and groups. The claims have been checked. */
MUST_CHECK
enum status token_claims_read(const json_t *claims,
                              const struct auth_issuer_config *issuer,
                              int64_t now_s, struct auth_evidence *evidence_out,
                              const char **why_out);

/* The user the token names; data is NULL if it names none. */
struct text token_subject(const json_t *claims,
                          const struct auth_issuer_config *issuer);
