/*
 * What the service manager is told: sd_notify(3).
 *
 * Main thread only, which waits for nobody: a manager that does not read what
 * it is told is told less. Outside of a service all of it does nothing.
 */
#pragma once

#include "provider/net/service.h"

struct notice {
    bool is_watched; /* WatchdogSec= is set */
    bool owes_ready; /* it could not be told */
    int64_t last_s;  /* when the status was last told */
};

/* After start: ready. */
void notice_ready(struct notice *notice);

/*
 * Call once a second: the status in one line, when it may have changed, and
 * that it is alive. A provider whose writer does not come round is left to the
 * manager's watchdog.
 */
void notice_tell(struct notice *notice, struct service *service);

void notice_reloading(void);
void notice_reloaded(struct notice *notice);
void notice_ending(void);
