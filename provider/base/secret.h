/*
 * Bytes that must not outlive their use: passwords, tokens, keys, tickets.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "provider/base/status.h"
#include "provider/base/text.h"

struct secret {
    char *data; /* owned, size bytes and a NUL */
    size_t size;
};

/* Copies the bytes; wipes what secret_out held before. */
MUST_CHECK
enum status secret_set(struct secret *secret_out, struct text bytes);

/* Overwrites and frees; the secret is then empty. For SCOPED(secret_wipe). */
void secret_wipe(struct secret *secret);

/* Compares in a time that depends on the lengths only. */
bool secret_equal(struct text a, struct text b);
