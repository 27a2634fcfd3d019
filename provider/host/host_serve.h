/*
 * smshostd at work: the socket that pam_smsprovider.so and smsctl host ask at,
 * for root alone.
 */
#pragma once

#include "provider/host/host_config.h"
#include "provider/host/login_wire.h"

/*
 * Makes the socket in its directory, which becomes root's alone if it is not
 * there. STATUS_CONFLICT: another smshostd serves there. Failures are logged.
 */
MUST_CHECK
enum status host_listen(int *fd_out);

/* Serves until SIGTERM or SIGINT; closes the listener. */
MUST_CHECK
enum status host_serve(const struct host_config *config, int listener);
