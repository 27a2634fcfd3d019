/*
 * What is served where: a path, the method that it is asked by, and the call of
 * the wire that answers it. No page answers anything itself.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/base/text.h"
#include "provider/call/peer.h"
#include "provider/web/head.h"

struct page {
    const char *path;
    enum config_path of;
    enum head_method method;
    const char *allow; /* that method, for Allow */
    const char *type;  /* of its answer */
    /* The line that it asks; NULL: the body is the line. */
    const char *line;
    /* Its text, out of the answer to that line; NULL: the answer is the text.
     * False: it is not what it should be. */
    bool (*write)(struct text reply, struct buf *out);
};

/* NULL: the listener serves nothing there. */
const struct page *page_find(const struct peer *peer, struct text path);
