/*
 * The site's store as the configuration names it, with its seal: opening it,
 * and the acts on it that a person on the host orders explicitly.
 */
#pragma once

#include "provider/config/config.h"
#include "provider/store/store.h"

/*
 * For serving. STATUS_UNAVAILABLE: there is none, which is never taken for an
 * empty one; STATUS_INVALID: it is not as the provider left it. Both logged.
 */
MUST_CHECK
enum status site_store_open(const struct config *config,
                            struct store **store_out);

/*
 * Makes a new store with key and anchor. STATUS_CONFLICT: a store or an anchor
 * of one is there.
 */
MUST_CHECK
enum status site_store_init(const struct config *config);

/*
 * Takes the store as it is, though it is not as the provider left it: an older
 * one that was restored, or one that was repaired. Recorded in its audit.
 */
MUST_CHECK
enum status site_store_accept(const struct config *config);

/* Seals the store with a new key, which takes the old one's place. */
MUST_CHECK
enum status site_store_rotate(const struct config *config);
