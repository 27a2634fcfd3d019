/*
 * The process of an agent that holds one session and relays the lines of those
 * who use it.
 *
 * It does one thing at a time, so that answers cannot be mixed: a line is sent,
 * its answer awaited and given to whoever asked, or dropped if that process is
 * gone; only then is the next line read. Its memory is its own: what it knows
 * ends with it. Rule T123.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "provider/agent/agent_session.h"

/* What the agent knows of a holder, which sends it when it has changed. */
struct agent_state {
    uint64_t n_opens;  /* requests that it has taken */
    uint32_t n_askers; /* processes that use it now */
    bool is_held;      /* somebody is signed in */
    enum auth_level level;
    char user[256];
    char mechanism[32];
    int64_t since_s;
    int64_t expires_s;
};

/*
 * Runs until control closes. There it receives requests, each with the socket
 * of whoever asks, and sends its states. Takes request over, the first one's,
 * and control.
 */
void agent_holder_run(int control, struct agent_request *request);

/*
 * The same with a session that is there, which it takes over: when that has
 * ended there is no other, and when control closes the provider is told so.
 */
void agent_holder_keep(int control, struct agent_session *session);
