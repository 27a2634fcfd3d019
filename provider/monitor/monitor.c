#include "provider/monitor/monitor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/log_rate.h"
#include "provider/monitor/page.h"

enum {
    CONNECTIONS_MAX = 16,
    CONNECTION_BYTES = 16 * 1024,
    TIMEOUT_S = 10,
};

struct visitor {
    int fd;         /* -1: nobody */
    uint64_t since; /* as they came */
};

struct monitor {
    struct service *service; /* borrowed */
    struct listener_sockets sockets;
    struct MHD_Daemon *http;                  /* owned; NULL: not started */
    struct visitor visitors[CONNECTIONS_MAX]; /* of the thread that serves */
    uint64_t n_came;
};

/* ---- Answers ---- */

static enum MHD_Result answer(struct MHD_Connection *connection,
                              unsigned status, const char *type,
                              struct text text)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        text.size, (void *)(uintptr_t)text.data, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result;

    if (!response)
        return MHD_NO;
    result = MHD_NO;
    if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type) &&
        MHD_add_response_header(response, "X-Content-Type-Options",
                                "nosniff") &&
        MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
                                "no-store"))
        result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection,
                              unsigned status, const char *why)
{
    return answer(connection, status, "text/plain; charset=utf-8",
                  text_of(why));
}

static enum MHD_Result answer_page(struct monitor *monitor,
                                   struct MHD_Connection *connection,
                                   const char *path)
{
    struct service *service = monitor->service;
    OWNED(settings) settings = service_settings(service);
    const struct metric_view view = {
        .metrics = &service->metrics,
        .settings = settings,
        .generation = service->metrics.numbers[METRIC_GENERATION],
        .now_s = clock_wall_s(),
        .now_ms = clock_mono_ms(),
    };
    SCOPED(page_clear)
    struct page page = page_make(path, &view, service->methods);

    return answer(connection, page.status, page.type, buf_text(&page.text));
}

/* Called when the head of a request is there, then for its body and its end. */
static enum MHD_Result on_request(void *context,
                                  struct MHD_Connection *connection,
                                  const char *path, const char *method,
                                  const char *version, const char *body,
                                  size_t *body_size, void **state)
{
    static char is_begun;
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
                                                   MHD_HTTP_HEADER_HOST);

    (void)version;
    (void)body;
    if (!*state) {
        *state = &is_begun;
        return MHD_YES;
    }
    if (*body_size > 0) { /* nobody wants it: it is passed over */
        *body_size = 0;
        return MHD_YES;
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
        strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
                      "Only GET and HEAD.\n");
    if (!page_host_is_ours(host))
        return refuse(connection, MHD_HTTP_FORBIDDEN,
                      "Ask by an address, or as localhost.\n");
    return answer_page(context, connection, path);
}

__attribute__((format(printf, 2, 0))) static void on_fault(void *context,
                                                           const char *format,
                                                           va_list args)
{
    static struct log_rate rate;
    char text[512];

    (void)context;
    vsnprintf(text, sizeof(text), format, args);
    text[strcspn(text, "\n")] = '\0';
    log_rarely(LOG_WARN, &rate, "metrics.fault why=%s", text);
}

/* ---- Who is there ---- */

/* NULL: all places are taken. */
static struct visitor *find_place(struct monitor *monitor)
{
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        if (monitor->visitors[i].fd < 0)
            return &monitor->visitors[i];
    return NULL;
}

/* Whoever comes takes the last place: the one who was there first goes. A byte
 * now and then would else keep a place for ever, and the collectors out. */
static void make_room(struct monitor *monitor)
{
    struct visitor *first = &monitor->visitors[0];

    if (find_place(monitor))
        return;
    for (size_t i = 1; i < CONNECTIONS_MAX; i++)
        if (monitor->visitors[i].since < first->since)
            first = &monitor->visitors[i];
    (void)shutdown(first->fd, SHUT_RDWR); /* it is closed by its own turn */
}

static void on_connection(void *context, struct MHD_Connection *connection,
                          void **state,
                          enum MHD_ConnectionNotificationCode what)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct monitor *monitor = context;
    struct visitor *visitor = *state;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *state = visitor = find_place(monitor);
        if (visitor && info)
            *visitor = (struct visitor){info->connect_fd, ++monitor->n_came};
        make_room(monitor);
    } else if (visitor) {
        visitor->fd = -1;
    }
}

/* ---- The listener ---- */

static enum status start(struct monitor *monitor)
{
    const unsigned flags =
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO | MHD_USE_ERROR_LOG;
    const int fd = listener_fd(&monitor->sockets, 0);

    if (fd < 0 || listen(fd, CONNECTIONS_MAX) != 0) {
        log_error("listen.failed address=%s what=%s why=%s",
                  monitor->sockets.name, "listen", strerror(errno));
        if (fd >= 0)
            close(fd);
        return STATUS_UNAVAILABLE;
    }
    monitor->http = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, monitor, MHD_OPTION_EXTERNAL_LOGGER,
        on_fault, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, monitor,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)TIMEOUT_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_END);
    if (monitor->http)
        return STATUS_OK;
    close(fd);
    return STATUS_UNAVAILABLE;
}

enum status monitor_open(struct service *service, struct monitor **monitor_out)
{
    const struct config *config = service->settings->config;
    OWNED(monitor) monitor = NULL;

    *monitor_out = NULL;
    if (!config->metrics)
        return STATUS_OK;
    monitor = calloc(1, sizeof(*monitor));
    if (!monitor)
        return STATUS_NO_MEMORY;
    monitor->service = service;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        monitor->visitors[i].fd = -1;
    TRY(listener_open(&config->monitor, 1, &monitor->sockets));
    *monitor_out = TAKE(monitor);
    return STATUS_OK;
}

enum status monitor_start(struct monitor *monitor)
{
    if (!monitor)
        return STATUS_OK;
    TRY(start(monitor));
    log_info("metrics.ready address=%s",
             monitor->service->settings->config->metrics);
    return STATUS_OK;
}

void monitor_free(struct monitor *monitor)
{
    if (!monitor)
        return;
    if (monitor->http)
        MHD_stop_daemon(monitor->http);
    listener_close(&monitor->sockets);
    free(monitor);
}
