/*
 * Strict Base64 (RFC 4648): no white space, no bits beyond the last byte.
 *
 * The plain alphabet is padded, the URL alphabet is not; nothing else is
 * accepted. Source: RFC 4648 section 3.5, rule T42.
 */
#pragma once

#include "provider/base/buf.h"

enum base64_alphabet {
    BASE64_PLAIN, /* + / and padding */
    BASE64_URL,   /* - _ and no padding */
};

void base64_append(struct buf *out, enum base64_alphabet alphabet,
                   struct text bytes);

/* STATUS_INVALID for anything but the canonical encoding of some bytes. */
MUST_CHECK
enum status base64_read(enum base64_alphabet alphabet, struct text encoded,
                        struct buf *out);
