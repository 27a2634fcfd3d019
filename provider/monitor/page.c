#include "provider/monitor/page.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "provider/call/metric_report.h"
#include "provider/wire/metric_text.h"

enum {
    PAGE_MAX_BYTES = 1024 * 1024,
    STATUS_GOOD = 200,
    STATUS_NONE = 404,
    STATUS_FAULT = 500,
    STATUS_NOT_READY = 503,
    HOST_MAX_BYTES = 256,
};

static const char plain[] = "text/plain; charset=utf-8";

/* ---- The pages ---- */

static void json_drop(json_t **json)
{
    json_decref(*json);
}

static void put_metrics(struct page *page, const struct metric_view *view,
                        const struct method_table *methods)
{
    SCOPED(buf_free) struct buf json = buf_make(PAGE_MAX_BYTES);
    struct json_writer w = json_writer_make(&json);
    SCOPED(json_drop) json_t *metrics = NULL;

    writer_object_begin(&w);
    metric_report_put(view, methods, &w);
    writer_object_end(&w);
    if (buf_status(&json) == STATUS_OK)
        metrics =
            json_loadb(buf_text(&json).data, buf_text(&json).size, 0, NULL);
    page->type = "text/plain; version=0.0.4; charset=utf-8";
    page->status = metrics ? STATUS_GOOD : STATUS_FAULT;
    if (metrics)
        metric_write_text(metrics, &page->text);
}

static void read_conditions(const struct metric_view *view,
                            struct condition conditions[N_CONDITIONS])
{
    struct expiries expiries;

    /* Those that memory is left for. */
    (void)!expiries_read(view->settings, view->now_s, &expiries);
    conditions_read(view, &expiries, conditions);
    expiries_clear(&expiries);
}

static void put_condition(struct page *page, const struct condition *condition)
{
    static const char marks[METRIC_N_STATES] = {
        [METRIC_STATE_GOOD] = '+',
        [METRIC_STATE_WARNING] = '!',
        [METRIC_STATE_FAILED] = '-',
    };

    buf_append_format(&page->text, "[%c]%s %s%s%s%s%s\n",
                      marks[condition->state], condition->name,
                      metric_state_name(condition->state),
                      *condition->message ? ": " : "", condition->message,
                      *condition->next ? " " : "", condition->next);
}

static void put_ready(struct page *page, const struct metric_view *view,
                      const struct method_table *methods)
{
    struct condition conditions[N_CONDITIONS];

    (void)methods;
    read_conditions(view, conditions);
    page->status =
        conditions_are_ready(conditions) ? STATUS_GOOD : STATUS_NOT_READY;
    for (size_t i = 0; i < N_CONDITIONS; i++)
        put_condition(page, &conditions[i]);
}

/* Whether starting it again might help. */
static void put_health(struct page *page, const struct metric_view *view,
                       const struct method_table *methods)
{
    const char *fault = condition_fault(view);

    (void)methods;
    page->status = fault ? STATUS_NOT_READY : STATUS_GOOD;
    buf_append_format(&page->text, "%s\n", fault ? fault : "ok");
}

static const struct {
    const char *path;
    void (*put)(struct page *page, const struct metric_view *view,
                const struct method_table *methods);
} pages[] = {
    {"/metrics", put_metrics},
    {"/healthz", put_health},
    {"/readyz", put_ready},
};

struct page page_make(const char *path, const struct metric_view *view,
                      const struct method_table *methods)
{
    struct page page = {
        .status = STATUS_NONE, .type = plain, .text = buf_make(PAGE_MAX_BYTES)};

    for (size_t i = 0; i < ARRAY_SIZE(pages); i++)
        if (strcmp(path, pages[i].path) == 0)
            pages[i].put(&page, view, methods);
    if (page.status == STATUS_NONE)
        buf_append_string(&page.text,
                          "There are /metrics, /healthz and /readyz.\n");
    if (buf_status(&page.text) == STATUS_OK && page.status != STATUS_FAULT)
        return page;
    buf_clear(&page.text);
    page.status = STATUS_FAULT;
    return page;
}

void page_clear(struct page *page)
{
    buf_free(&page->text);
}

/* ---- Whom it is for ---- */

/* Without the port. False: it is no host. */
static bool cut_port(char *host)
{
    char *end = host[0] == '[' ? strchr(host, ']') : strchr(host, ':');

    if (host[0] == '[' && !end)
        return false;
    if (end)
        *end = '\0';
    return !end || host[0] != '[' || end[1] == '\0' || end[1] == ':';
}

bool page_host_is_ours(const char *host)
{
    char name[HOST_MAX_BYTES];
    unsigned char address[sizeof(struct in6_addr)];

    if (!host || snprintf(name, sizeof(name), "%s", host) >= (int)sizeof(name))
        return false;
    if (!cut_port(name))
        return false;
    return strcasecmp(name, "localhost") == 0 ||
           inet_pton(AF_INET, name, address) == 1 ||
           (name[0] == '[' && inet_pton(AF_INET6, name + 1, address) == 1);
}
