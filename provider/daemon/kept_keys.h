/*
 * The keys of a site that nobody else can make again, encrypted for a backup:
 * the store's, without which no backup is believed, and those that sign for
 * hosts. Certificates and keytabs are issued anew instead.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/config/config.h"

enum { KEPT_KEYS_MAX = 3, KEPT_MAX_BYTES = 64 * 1024 };

/* The keys for the holder of a certificate (PEM). Failures are logged. */
MUST_CHECK
enum status kept_keys_write(const struct config *config,
                            struct text certificate, struct buf *out);

/* Which were not there, and are now. */
struct kept_return {
    const char *paths[KEPT_KEYS_MAX]; /* borrowed from the configuration */
    size_t n;
};

/*
 * Puts back those that are missing. STATUS_CONFLICT: there is another key in a
 * place; STATUS_INVALID: they cannot be decrypted. Each is logged, and nothing
 * was put anywhere then.
 */
MUST_CHECK
enum status kept_keys_return(const struct config *config, struct text kept,
                             struct text key, struct kept_return *return_out);

/* What was put back goes again. */
void kept_keys_withdraw(const struct kept_return *returned);
