/*
 * A command of smsctl that uses a session, as the process sees it that holds
 * that.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/client/link.h"

struct agent_asker {
    struct link *link;  /* owned */
    struct buf leaving; /* answers that it has not taken yet */
    unsigned timeout_ms;
    bool is_ready; /* it may have sent a line */
    bool is_over;  /* closed when all has left */
};

void agent_asker_close(struct agent_asker *asker);

/* Sends what can be sent now, and never waits: one that does not read delays
 * nobody else. */
void agent_asker_flush(struct agent_asker *asker);
