/*
 * A process that asks the provider in a session of its own, one question at a
 * time, and answers whoever asked: their socket comes with the question.
 */
#pragma once

#include <sys/types.h>

#include "provider/host/host_config.h"
#include "provider/host/login_wire.h"

struct host_asker {
    pid_t pid; /* 0: there is none */
    int fd;
    bool is_busy;
    int64_t until_ms; /* busy: it has to be done then */
};

/*
 * Starts it. The one that is standing opens its session at once and keeps it
 * open, so that a login waits for one question and no handshake.
 * STATUS_UNAVAILABLE: it cannot be started.
 */
MUST_CHECK
enum status host_asker_start(const struct host_config *config, bool is_standing,
                             struct host_asker *asker_out);

/* Kills it; whoever waits for its answer sees their socket closed. */
void host_asker_end(struct host_asker *asker);

/* Gives it a question, while it is not busy; fd stays the caller's to close.
 * False: it is gone. */
bool host_asker_give(struct host_asker *asker,
                     const struct login_request *request, int fd,
                     int64_t until_ms);

/* Looks, when its descriptor is readable, whether it is busy now. False: it is
 * gone. */
bool host_asker_look(struct host_asker *asker);

/* Sends what is known of a question that is not asked. */
void host_asker_refuse(const struct login_request *request, int fd,
                       const char *why);
