/*
 * The configured store of the site, with its seal: opening it, and the commands
 * on it that an operator on the host runs explicitly.
 */
#pragma once

#include "provider/config/config.h"
#include "provider/store/store.h"

/* Warns if the host's clock is behind the latest time that was seen. */
void site_store_check_clock(void);

/*
 * For serving. STATUS_UNAVAILABLE: there is none, which is never taken for an
 * empty one; STATUS_INVALID: it is not as the provider left it. Both are
 * logged. Time is not before its last checkpoint from then on.
 */
MUST_CHECK
enum status site_store_open(const struct config *config,
                            struct store **store_out);

/*
 * Creates a new store with key and anchor. STATUS_CONFLICT: a store, or the
 * anchor of one, exists.
 */
MUST_CHECK
enum status site_store_init(const struct config *config);

/*
 * Accepts the store as it is, although it is not as the provider left it: a
 * restored backup, or a repaired one. The host's clock is right, even if
 * checkpoints were later. Recorded in its audit.
 */
MUST_CHECK
enum status site_store_accept(const struct config *config);

/* The same for a backup that was just put in its place. */
MUST_CHECK
enum status site_store_restore(const struct config *config);

/* Seals the store with a new key, which replaces the old one. */
MUST_CHECK
enum status site_store_rotate(const struct config *config);
