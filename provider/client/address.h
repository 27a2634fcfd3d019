/*
 * Where a provider listens: "unix:PATH", "tls:HOST:PORT", or "srv:DOMAIN" for
 * what DNS says.
 */
#pragma once

#include "provider/base/status.h"
#include "provider/base/text.h"

enum {
    ADDRESS_HOST_MAX_BYTES = 253,
    ADDRESS_PATH_MAX_BYTES = 107, /* sun_path, with its NUL */
};

enum address_kind {
    ADDRESS_NONE = 0,
    ADDRESS_UNIX,
    ADDRESS_TLS,
    ADDRESS_SRV, /* host is the domain; there is no port */
};

struct address {
    enum address_kind kind;
    char path[ADDRESS_PATH_MAX_BYTES + 1];
    char host[ADDRESS_HOST_MAX_BYTES + 1]; /* without brackets */
    char port[6];                          /* "1" to "65535" */
};

/* An IPv6 address is in brackets: tls:[::1]:7443. */
MUST_CHECK
enum status address_read(struct text text, struct address *address_out);
