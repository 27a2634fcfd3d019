/*
 * The client message of PLAIN (RFC 4616): [authzid] NUL authcid NUL passwd
 */
#pragma once

#include "provider/base/status.h"
#include "provider/base/text.h"

struct plain_message {
    struct text authzid; /* may be empty */
    struct text user;
    struct text secret; /* may be empty: PAM refuses it */
};

/* Borrowed from the message. STATUS_INVALID unless it matches exactly. */
MUST_CHECK
enum status plain_read(struct text message, struct plain_message *out);
