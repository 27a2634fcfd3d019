/*
 * Puts a backup (smsctl backup) in the place of the site's store, while the
 * provider is not running.
 */
#pragma once

#include "provider/config/config.h"

/* What is asked before anything is replaced: true goes on. */
typedef bool restore_confirm(void *context, const char *question);

struct restore_order {
    const char *file; /* for messages */
    int fd;           /* borrowed; open for reading */
    restore_confirm *confirm;
    void *context;
};

/*
 * Checks every row of the backup with the store's key, asks, keeps the present
 * store under another name, and seals what was restored, on record, above all
 * serials seen. Whatever fails, the present store is in its place again.
 * STATUS_INVALID: the backup was changed, is damaged, or sealed with another
 * key; STATUS_CONFLICT: the provider is running; STATUS_DENIED: not confirmed.
 * Each is logged.
 */
MUST_CHECK
enum status restore_store(const struct config *config,
                          const struct restore_order *order);
