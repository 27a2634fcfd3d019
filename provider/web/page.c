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
    {"/rpc", CONFIG_PATH_RPC, HEAD_POST, "POST", "application/json", NULL,
     NULL},
    {"/metrics", CONFIG_PATH_METRICS, HEAD_GET, "GET",
     "text/plain; version=0.0.4; charset=utf-8",
     "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"server.metrics\"}",
     write_metrics},
};

static bool is_served(const struct config_listener *listener,
                      enum config_path path)
{
    for (size_t i = 0; i < listener->n_paths; i++)
        if (listener->paths[i] == (int)path)
            return true;
    return listener->n_paths == 0 && path == CONFIG_PATH_RPC;
}

const struct page *page_find(const struct peer *peer, struct text path)
{
    for (size_t i = 0; i < ARRAY_SIZE(pages); i++)
        if (text_equal(path, text_of(pages[i].path)) &&
            is_served(peer->listener->config, pages[i].of))
            return &pages[i];
    return NULL;
}
