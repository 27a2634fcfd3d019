/*
 * Builds evidence; for the authenticators of this room only.
 */
#pragma once

#include "auth/evidence.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

/* Adds an identity; copies the value. STATUS_LIMIT beyond the maximum. */
MUST_CHECK
enum status evidence_add_identity(struct auth_evidence *evidence,
                                  enum identity_kind kind, struct text value);

/* Adds a claimed group; copies the name. */
MUST_CHECK
enum status evidence_add_group(struct auth_evidence *evidence,
                               struct text group);

/* Drops all groups: some are unknown, or their source is not trusted. */
void evidence_forget_groups(struct auth_evidence *evidence);

/* Adds what raises the level, for auth_evidence_review: "amr", "mfa". */
MUST_CHECK
enum status evidence_count(struct auth_evidence *evidence, const char *kind,
                           struct text name);

/* The facts that prove a level, besides the identity. */
uint32_t evidence_level_facts(enum auth_level level);

/* A deep copy; evidence_out need not be cleared. */
MUST_CHECK
enum status evidence_copy(const struct auth_evidence *evidence,
                          struct auth_evidence *evidence_out);
