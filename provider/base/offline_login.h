/*
 * What a site signs for a host that may let somebody in for a while without
 * asking: who, where, to do what, after a sign-in of which level, from when and
 * until when. Signed with Ed25519.
 */
#pragma once

#include <stdint.h>

#include "provider/base/buf.h"

#define OFFLINE_LOGIN_HEAD "SMS Provider, offline login 1\n"

enum {
    OFFLINE_LOGIN_BYTES = 2048,
    OFFLINE_SIGNATURE_BYTES = 64,
    OFFLINE_LONGEST_S = 72 * 3600
};

struct offline_login {
    const char *user;
    const char *device; /* ResourceID */
    const char *operation;
    const char *level;
    int64_t from_s;
    int64_t until_s; /* the first second in which it does not hold */
};

/* The text that is signed. STATUS_INVALID: a name has a control in it, or the
 * time is none or longer than any may be. */
MUST_CHECK
enum status offline_login_write(const struct offline_login *login,
                                struct buf *out);
