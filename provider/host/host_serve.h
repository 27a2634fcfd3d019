/*
 * smshostd at work: the socket that pam_smsprovider.so and smsctl host ask at,
 * for root alone, and one that sshd's commands ask at about keys.
 */
#pragma once

#include "provider/host/host_config.h"
#include "provider/host/login_wire.h"

enum host_door { HOST_DOOR_LOGIN = 0, HOST_DOOR_KEYS, HOST_N_DOORS };

/*
 * Makes the sockets in their directory, which becomes root's alone if it is not
 * there. STATUS_CONFLICT: another smshostd serves there. Failures are logged.
 */
MUST_CHECK
enum status host_listen(int fds_out[HOST_N_DOORS]);

/* Serves until SIGTERM or SIGINT; closes the listeners. */
MUST_CHECK
enum status host_serve(const struct host_config *config,
                       const int listeners[HOST_N_DOORS]);
