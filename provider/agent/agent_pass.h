/*
 * Passes a request and the socket of its caller from the agent to the process
 * that holds the session.
 */
#pragma once

#include "provider/base/status.h"
#include "provider/base/text.h"

/* Never waits; fd stays the caller's. */
MUST_CHECK
enum status agent_pass_give(int control, struct text line, int fd);

/* The line, at most size bytes, and the socket, which are given. STATUS_END:
 * there is nothing now. STATUS_UNAVAILABLE: the other end has closed. */
MUST_CHECK
enum status agent_pass_take(int control, char *line, size_t size,
                            size_t *size_out, int *fd_out);
