/*
 * Values as the canonical form of policy files writes them.
 */
#pragma once

#include <stdint.h>

#include "provider/base/buf.h"

/*
 * A text as a YAML scalar; a text on one line, what is not seen escaped; a day
 * or time.
 */
void policy_write_text(struct text text, struct buf *out);
void policy_write_seen(struct text text, struct buf *out);
void policy_write_date(int64_t seconds, struct buf *out);
