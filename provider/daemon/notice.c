#include "provider/daemon/notice.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include <systemd/sd-daemon.h>

#include "provider/base/clock.h"
#include "provider/call/condition.h"

enum { TELL_EVERY_S = 5, STATUS_BYTES = 640 };

void notice_ready(struct notice *notice)
{
    *notice = (struct notice){.is_watched = sd_watchdog_enabled(0, NULL) > 0};
    sd_notify(0, "READY=1");
}

/* The worst condition that is not good; NULL: all is well. */
static const struct condition *worst(
    const struct condition conditions[N_CONDITIONS])
{
    const struct condition *found = NULL;

    for (size_t i = 0; i < N_CONDITIONS; i++)
        if (conditions[i].state > (found ? found->state : METRIC_STATE_GOOD))
            found = &conditions[i];
    return found;
}

static void tell_status(const struct metric_view *view,
                        const struct condition *bad)
{
    char status[STATUS_BYTES];
    const int64_t n = view->metrics->n_conns ? *view->metrics->n_conns : 0;

    if (bad)
        snprintf(status, sizeof(status), "STATUS=%s: %s",
                 metric_state_name(bad->state), bad->message);
    else
        snprintf(status, sizeof(status),
                 "STATUS=Serving %" PRId64 " connections.", n);
    sd_notify(0, status);
}

void notice_tell(struct notice *notice, struct service *service)
{
    OWNED(settings) settings = service_settings(service);
    const struct metric_view view = {.metrics = &service->metrics,
                                     .settings = settings,
                                     .now_s = clock_wall_s(),
                                     .now_ms = clock_mono_ms()};
    struct condition conditions[N_CONDITIONS];
    struct expiries expiries;

    if (view.now_s - notice->last_s < TELL_EVERY_S &&
        view.now_s >= notice->last_s)
        return;
    notice->last_s = view.now_s;
    (void)!expiries_read(settings, view.now_s, &expiries);
    conditions_read(&view, &expiries, conditions);
    expiries_clear(&expiries);
    tell_status(&view, worst(conditions));
    if (notice->is_watched && condition_is_alive(&view))
        sd_notify(0, "WATCHDOG=1");
}

/* MONOTONIC_USEC: systemd 253 and later want it for Type=notify-reload. */
void notice_reloading(void)
{
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_mono_us());
}

void notice_ending(void)
{
    sd_notify(0, "STOPPING=1\nSTATUS=Ending.");
}
