/*
 * The client message of OAUTHBEARER (RFC 7628 section 3.1):
 *
 *     n,a=AUTHZID,^Aauth=Bearer TOKEN^A^A
 */
#pragma once

#include "provider/base/buf.h"

enum { BEARER_AUTHZID_MAX_BYTES = 1024 };

struct bearer_message {
    struct text token;  /* borrowed from the message */
    struct buf authzid; /* unescaped, owned; empty: none was sent */
};

/* STATUS_INVALID for anything but the grammar. Clear it in any case. */
MUST_CHECK
enum status bearer_read(struct text message, struct bearer_message *out);
void bearer_write(struct buf *out, struct text authzid, struct text token);
void bearer_message_clear(struct bearer_message *message);
