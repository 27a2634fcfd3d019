/*
 * Holds the session of a sign-in for the login that it let in, from the
 * module's auth part to the end of its session part, and relays what smsctl of
 * that login asks in it. The session is the user's own, made by their own
 * evidence; this host has nothing by which it could make another (T125).
 *
 * Two processes: this one hears the module and looks who comes, the other has
 * the connection and does what the agent of smsctl does.
 */
#pragma once

#include "provider/host/host_config.h"
#include "provider/host/login_wire.h"

struct host_held {
    const struct host_config *config;
    const struct login_request *request; /* of the sign-in */
    struct smsclient *session;           /* owned */
};

/*
 * Sends the reply to the sign-in at fd, with a handle of the session unless
 * there is none, and returns when the session has ended. It ends with the
 * process that opened it, too, and if nobody opens it within a minute. asked:
 * where a place for it is asked for (hold_place.h).
 */
void host_hold(struct host_held *held, struct login_reply *reply, int fd,
               int asked);
