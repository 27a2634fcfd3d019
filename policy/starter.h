/*
 * A first policy for a new site, commented, for `smsctl policy new`: one Full
 * Administrator, a help desk, and an application team with its own scope and
 * collections.
 */
#pragma once

#include "provider/base/buf.h"

/* STATUS_INVALID when the administrator is no user such as alice@REALM. */
MUST_CHECK
enum status policy_starter_write(struct text administrator, struct buf *out);
