/*
 * Long answers, packed (gzip, RFC 1952) for clients that take them so.
 */
#pragma once

#include <stdbool.h>

#include "provider/base/buf.h"
#include "provider/base/text.h"

enum {
    PACK_MIN_BYTES = 2048,       /* a shorter one fits into few packets */
    PACK_MAX_BYTES = 1024 * 1024 /* a longer one would hold its loop up */
};

/* Does Accept-Encoding take gzip? data NULL: there was none. */
bool pack_is_taken(struct text accept_encoding);

/* Appends it packed. False: it is sent as it is. */
bool pack_gzip(struct text body, struct buf *out);
