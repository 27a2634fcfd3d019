/*
 * The host's own session with the provider: opened at the start, kept open, and
 * opened again when it ends, so that a login waits for one question and no
 * handshake.
 */
#pragma once

#include "provider/host/host_config.h"
#include "provider/host/login_wire.h"

struct host_link {
    struct host_config config;
    struct smsclient *client; /* owned */
    bool is_open;
    bool is_refused;         /* it was reached, and did not sign this host in */
    int64_t closed_until_ms; /* it failed just now: nobody waits for it */
};

/* Without memory STATUS_NO_MEMORY; whether the provider answers shows later. */
MUST_CHECK
enum status host_link_make(const struct host_config *config,
                           struct host_link *link_out);
void host_link_drop(struct host_link *link);

/* Asks host.login, and answers in any case: while the site cannot be reached,
 * by an answer of it that was kept, if there is one. */
void host_link_ask(struct host_link *link, const struct login_request *request,
                   struct login_reply *reply_out);

/* Looks whether it is open, and opens it: the reply says how it is. Tells the
 * site what it has missed. */
void host_link_look(struct host_link *link, const struct login_request *request,
                    struct login_reply *reply_out);
