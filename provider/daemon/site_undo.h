/*
 * The policy of an earlier version put back by a person on the host, while the
 * provider does not run: for whoever applied what lets nobody in.
 */
#pragma once

#include "provider/config/config.h"

/*
 * version 0: the newest that says something else than the one that runs.
 * Asked of nobody, recorded in the audit, and a new version. STATUS_NOT_FOUND:
 * there is no such version.
 */
MUST_CHECK
enum status site_undo(const struct config *config, int64_t version);
