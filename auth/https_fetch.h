/*
 * One document from an https address that an operator wrote down.
 *
 * Blocks: for a background thread. No redirects, no proxies, no credentials,
 * nothing from the environment; the server must be certified by ca_file.
 */
#pragma once

#include "provider/base/buf.h"

/* Once, from the main thread, before others use OpenSSL or curl. */
MUST_CHECK
enum status https_open(void);

/* Appends the body; more than out may hold is an error. STATUS_UNAVAILABLE
 * with the cause logged. */
MUST_CHECK
enum status https_fetch(const char *address, const char *ca_file,
                        int64_t timeout_ms, struct buf *out);
