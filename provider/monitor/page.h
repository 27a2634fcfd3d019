/*
 * The pages of the monitor, without HTTP.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/call/condition.h"
#include "provider/call/method.h"

struct page {
    unsigned status; /* of HTTP */
    const char *type;
    struct buf text; /* owned */
};

/*
 * path as requested, without a query. 404 for one that is not there, 500 for
 * one that no memory is left for.
 */
struct page page_make(const char *path, const struct metric_view *view,
                      const struct method_table *methods);
void page_clear(struct page *page);

/*
 * May a request that names this host be answered? An address, or localhost;
 * host NULL: it named none.
 */
bool page_host_is_ours(const char *host);
