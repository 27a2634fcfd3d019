/*
 * The askers of smshostd: one is always there, others while there is more than
 * one question. One that hangs is ended, and keeps nobody else waiting.
 */
#pragma once

#include <poll.h>

#include "provider/host/host_asker.h"

enum { HOST_ASKERS_MAX = 8 };

struct host_askers {
    const struct host_config *config;
    struct host_asker items[HOST_ASKERS_MAX]; /* the first one is standing */
    int64_t start_ms; /* the standing one ended: when to start the next */
};

void host_askers_make(const struct host_config *config,
                      struct host_askers *askers_out);
void host_askers_drop(struct host_askers *askers);

/* False: so many are busy, or all, or none can be started. */
bool host_askers_give(struct host_askers *askers,
                      const struct login_request *request, int fd, size_t most);

/* Descriptors to be watched, one for each asker; negative: there is none. */
void host_askers_watch(const struct host_askers *askers,
                       struct pollfd watched[HOST_ASKERS_MAX]);

/* What has come, and what time has made due. */
void host_askers_follow(struct host_askers *askers,
                        const struct pollfd watched[HOST_ASKERS_MAX]);

/* When to follow at the latest. */
int64_t host_askers_wake_ms(const struct host_askers *askers);
