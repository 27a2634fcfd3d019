/*
 * The process that talks with the issuer: its libraries, and whatever they keep
 * of a token in their memory, end with it. It says one thing at a time, in one
 * packet, and goes on when it is told to.
 */
#pragma once

#include <sys/types.h>

#include "provider/host/device_message.h"
#include "provider/host/host_config.h"

enum device_said {
    DEVICE_SAYS_NOTHING = 0, /* it failed, or is gone */
    DEVICE_SAYS_OFFER,
    DEVICE_SAYS_PENDING, /* the user has not confirmed the code yet */
    DEVICE_SAYS_REFUSED,
    DEVICE_SAYS_EXPIRED,
    DEVICE_SAYS_TOKEN,
};

struct device_asker {
    pid_t pid;
    int fd;
    char user_code[DEVICE_USER_CODE_BYTES];
    char address[DEVICE_ADDRESS_BYTES];
    struct secret token; /* owned; with DEVICE_SAYS_TOKEN */
};

/* Starts it; the first that it says is the offer. */
MUST_CHECK
enum status device_asker_start(const struct host_config *config,
                               struct device_asker *asker_out);
void device_asker_end(struct device_asker *asker); /* for SCOPED() */

/*
 * What it says next. caller: a descriptor of whoever waits for it; when that
 * closes, or says something, nothing is waited for any more.
 */
enum device_said device_asker_hear(struct device_asker *asker, int caller);

/* Lets it ask for the token. False: it is gone. */
bool device_asker_go_on(struct device_asker *asker);
