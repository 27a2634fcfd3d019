#include "provider/web/page.h"

#include "provider/wire/metric_text.h"
#include "provider/wire/reply.h"

static bool write_metrics(struct text reply, struct buf *out)
{
    SCOPED(rpc_reply_drop) struct rpc_reply read = {0};

    if (rpc_reply_read(reply, &read) != STATUS_OK || !read.result)
        return false;
    metric_write_text(read.result, out);
    return true;
}

static const struct page pages[] = {
    {.path = "/rpc",
     .of = CONFIG_PATH_RPC,
     .methods = 1U << HEAD_POST,
     .allow = "POST",
     .type = "application/json"},
    {.path = "/metrics",
     .of = CONFIG_PATH_METRICS,
     .methods = 1U << HEAD_GET,
     .allow = "GET",
     .type = "text/plain; version=0.0.4; charset=utf-8",
     .line = "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"server.metrics\"}",
     .write = write_metrics},
    {.path = "/access/",
     .of = CONFIG_PATH_ACCESS,
     .methods = 1U << HEAD_GET | 1U << HEAD_POST,
     .allow = "GET, POST",
     .type = "application/json"},
    {.path = "/.well-known/authzen-configuration",
     .of = CONFIG_PATH_ACCESS,
     .methods = 1U << HEAD_GET,
     .allow = "GET",
     .type = "application/json"},
    {.path = "/adminservice/",
     .of = CONFIG_PATH_ADMINSERVICE,
     .methods = 1U << HEAD_GET | 1U << HEAD_POST | 1U << HEAD_PUT |
                1U << HEAD_PATCH | 1U << HEAD_DELETE,
     .allow = "GET, POST, PUT, PATCH, DELETE",
     .type = "application/json; odata.metadata=minimal"},
    {.path = "/console/",
     .of = CONFIG_PATH_CONSOLE,
     .methods = 1U << HEAD_GET | 1U << HEAD_HEAD,
     .allow = "GET, HEAD",
     .is_open = true},
    {.path = "/console",
     .of = CONFIG_PATH_CONSOLE,
     .methods = 1U << HEAD_GET | 1U << HEAD_HEAD,
     .allow = "GET, HEAD",
     .is_open = true,
     .moved_to = "/console/"},
    {.path = "/",
     .of = CONFIG_PATH_CONSOLE,
     .methods = 1U << HEAD_GET | 1U << HEAD_HEAD,
     .allow = "GET, HEAD",
     .is_open = true,
     .moved_to = "/console/"},
};

/* Scripts write AdminService in any case. */
static bool is_at(const struct page *page, struct text path, struct text *below)
{
    const struct text own = text_of(page->path);

    if (page->moved_to || own.data[own.size - 1] != '/')
        return text_equal(path, own);
    if (path.size < own.size ||
        !text_equal_nocase((struct text){path.data, own.size}, own))
        return false;
    *below = (struct text){path.data + own.size, path.size - own.size};
    return true;
}

bool page_is_served(const struct peer *peer, const struct page *page)
{
    return config_serves(peer->listener->config, page->of);
}

const struct page *page_find(const struct peer *peer, struct text path,
                             struct text *below_out)
{
    *below_out = (struct text){0};
    for (size_t i = 0; i < ARRAY_SIZE(pages); i++)
        if (page_is_served(peer, &pages[i]) &&
            is_at(&pages[i], path, below_out))
            return &pages[i];
    return NULL;
}
