/*
 * A policy as one file in canonical form: what is declared, sorted by name,
 * every default left out. Reading it gives the same policy again, but for
 * places and order. An administrator's own file is never rewritten.
 */
#pragma once

#include "policy/policy.h"

MUST_CHECK
enum status policy_write(const struct policy *policy, struct buf *out);

/*
 * Parts of it, for other writers: a text as a YAML scalar; a text on one line,
 * what is not seen escaped; a day or time.
 */
void policy_write_text(struct text text, struct buf *out);
void policy_write_seen(struct text text, struct buf *out);
void policy_write_date(int64_t seconds, struct buf *out);
