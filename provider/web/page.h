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
    const char *path; /* with a slash at its end: whatever is below it */
    enum config_path of;
    unsigned methods;     /* 1 << head_method each */
    const char *allow;    /* those, for Allow */
    const char *type;     /* of its answer */
    bool is_open;         /* a file, or the way to it: nobody need sign in */
    const char *moved_to; /* the page that is meant; NULL: this one */
    const char *line;     /* that it asks; NULL: the body, or what its address
                             and body say (odata_ask.h) */
    /* Its text, out of the answer to that line; NULL: the answer is the text.
     * False: it is not what it should be. */
    bool (*write)(struct text reply, struct buf *out);
};

/* Is it served still? */
bool page_is_served(const struct peer *peer, const struct page *page);

/* NULL: the listener serves nothing there. below_out: the rest of the path. */
const struct page *page_find(const struct peer *peer, struct text path,
                             struct text *below_out);
