/*
 * One sign-in with one mechanism: SASL messages in auth.start (or auth.step_up)
 * and auth.step, answers of a PAM conversation in auth.prompt.
 */
#pragma once

#include "auth/mechanism_table.h"
#include "provider/base/secret.h"
#include "provider/client/client.h"

struct signin {
    struct smsclient *client;
    const struct smsclient_options *options;
    bool is_step_up; /* a step-up of the signed-in user */
    struct secret token;
    struct secret password;
    char user[256]; /* for PLAIN, given or prompted for */
    char host[256]; /* of the service principal */
};

/* The client is connected; on STATUS_OK its mechanism and session are set. */
MUST_CHECK
enum status exchange_run(struct signin *signin, enum auth_mechanism mechanism);
