#include "provider/daemon/notice.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "provider/base/clock.h"
#include "provider/base/log_rate.h"
#include "provider/call/condition.h"

enum { TELL_EVERY_S = 5, STATUS_BYTES = 640 };

/* ---- The manager's socket ---- */

/* A path, or after '@' a name without a file; false: there is none. */
static bool find_manager(struct sockaddr_un *address_out, socklen_t *size_out)
{
    const char *name = getenv("NOTIFY_SOCKET");
    const size_t size = name ? strlen(name) : 0;

    *address_out = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (size < 2 || size >= sizeof(address_out->sun_path) ||
        (name[0] != '/' && name[0] != '@'))
        return false;
    memcpy(address_out->sun_path, name, size);
    if (name[0] == '@')
        address_out->sun_path[0] = '\0';
    *size_out = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size +
                            (name[0] == '@' ? 0 : 1));
    return true;
}

/* sd_notify() would wait for a manager that does not read. False: it may be
 * told later. */
static bool post(const char *text)
{
    static struct log_rate rate;
    struct sockaddr_un address;
    socklen_t size;
    bool is_full;
    int fd;

    if (!find_manager(&address, &size))
        return true;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    is_full = sendto(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL,
                     (const struct sockaddr *)&address, size) < 0 &&
              errno == EAGAIN;
    close(fd);
    if (is_full)
        log_rarely(LOG_WARN, &rate, "notice.unread why=%s",
                   "the service manager does not read what it is told");
    return !is_full;
}

void notice_reloaded(struct notice *notice)
{
    notice->owes_ready = !post("READY=1");
}

void notice_ready(struct notice *notice)
{
    *notice = (struct notice){.is_watched = sd_watchdog_enabled(0, NULL) > 0};
    notice_reloaded(notice);
}

/* ---- How it is ---- */

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
    (void)post(status);
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

    if (notice->owes_ready)
        notice_reloaded(notice);
    if (view.now_s - notice->last_s < TELL_EVERY_S &&
        view.now_s >= notice->last_s)
        return;
    notice->last_s = view.now_s;
    (void)!expiries_read(settings, view.now_s, &expiries);
    conditions_read(&view, &expiries, conditions);
    expiries_clear(&expiries);
    tell_status(&view, worst(conditions));
    if (notice->is_watched && !condition_fault(&view))
        (void)post("WATCHDOG=1");
}

/* MONOTONIC_USEC: systemd 253 and later want it for Type=notify-reload. */
void notice_reloading(void)
{
    char text[64];

    snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
             clock_mono_us());
    (void)post(text);
}

void notice_ending(void)
{
    (void)post("STOPPING=1\nSTATUS=Ending.");
}
