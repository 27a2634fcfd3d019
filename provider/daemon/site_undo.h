/*
 * Applies the policy of an earlier version again, on the host, while the
 * provider is not running: for when an applied policy lets nobody sign in.
 */
#pragma once

#include "provider/config/config.h"

/*
 * version 0: the newest that differs from the running one. Checks no rights, is
 * recorded in the audit, and becomes a new version. STATUS_NOT_FOUND: there is
 * no such version.
 */
MUST_CHECK
enum status site_undo(const struct config *config, int64_t version);
