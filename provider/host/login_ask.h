/*
 * Asking at a socket of smshostd: one connection a question, to a
 * process of root alone (T49).
 */
#pragma once

#include "provider/host/login_wire.h"

/* The descriptor, above the standard ones; -1, and why (a constant). */
int login_open(long long deadline_ms, const char **why);

/* The same at another socket of its directory. */
int login_open_at(const char *path, long long deadline_ms, const char **why);

/* The same where the session of a handle is held. */
int login_open_session(const char *handle, long long deadline_ms,
                       const char **why);

/*
 * Sends a request and takes the reply to it. False: there is none that is
 * whole, in time, and about the same user. What was sent is wiped here.
 */
bool login_ask(int fd, const struct login_request *request,
               long long deadline_ms, struct login_reply *reply_out);
