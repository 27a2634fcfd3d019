/*
 * One sign-in by one mechanism: SASL messages carried by auth.start (or
 * auth.step_up) and auth.step, questions of a PAM conversation by auth.prompt.
 */
#pragma once

#include "auth/auth.h"
#include "provider/base/secret.h"
#include "provider/client/client.h"

struct signin {
    struct smsclient *client;
    const struct smsclient_options *options;
    bool is_step_up; /* more about the person who is signed in */
    struct secret token;
    struct secret password;
    char user[256]; /* for PLAIN, given or asked for */
    char host[256]; /* of the service principal */
};

/* The client is connected; on STATUS_OK its mechanism and session are set. */
MUST_CHECK
enum status exchange_run(struct signin *signin, enum auth_mechanism mechanism);
