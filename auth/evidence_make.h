/*
 * Putting evidence together; for the authenticators of this room only.
 */
#pragma once

#include "auth/evidence.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

/* One more identity; the value is copied. STATUS_LIMIT beyond the maximum. */
MUST_CHECK
enum status evidence_add_identity(struct auth_evidence *evidence,
                                  enum identity_kind kind, struct text value);

/* One more group as claimed; the name is copied. */
MUST_CHECK
enum status evidence_add_group(struct auth_evidence *evidence,
                               struct text group);

/* All of them: some are not known, or who claimed them is not believed. */
void evidence_forget_groups(struct auth_evidence *evidence);

/* What raises the level, for auth_evidence_review: "amr", "mfa". */
MUST_CHECK
enum status evidence_count(struct auth_evidence *evidence, const char *kind,
                           struct text name);

/* A copy of its own; evidence_out need not be cleared. */
MUST_CHECK
enum status evidence_copy(const struct auth_evidence *evidence,
                          struct auth_evidence *evidence_out);
