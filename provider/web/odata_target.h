/*
 * The address of a request for the administration service: what is asked for
 * below /AdminService, and the line of the wire that asks for it.
 *
 *     wmi/                    the classes
 *     wmi/CLASS?OPTIONS       objects of a class
 *     wmi/CLASS/$count        how many there are
 *     wmi/CLASS(KEY)          one object; also CLASS('KEY') and CLASS/KEY
 *
 * Names are read without regard to case, options with their $ or without, and
 * a slash more does not matter.
 */
#pragma once

#include "provider/base/buf.h"

enum { ODATA_PAGE_ROWS = 1000, ODATA_TEXT_MAX_BYTES = 64 * 1024 };

enum odata_kind {
    ODATA_KIND_NONE = 0, /* there is no such thing: what is wrong is said */
    ODATA_KIND_CLASSES,
    ODATA_KIND_LIST,
    ODATA_KIND_COUNT,
    ODATA_KIND_ONE,
};

/* Texts are decoded; empty: not given. */
struct odata_target {
    enum odata_kind kind;
    unsigned status; /* of ODATA_KIND_NONE */
    const char *why; /* the same */
    struct buf class_name;
    struct buf key;
    struct buf filter, order, select, after;
    int64_t top; /* -1: not given */
    int64_t skip;
};

/* path: below /AdminService/. To be cleared, whatever is in it. */
struct odata_target odata_target_read(struct text path, struct text query);
void odata_target_clear(struct odata_target *target);

/* Appends the line that asks for it. */
void odata_target_ask(const struct odata_target *target, struct buf *line);

/* Appends "CLASS?$filter=..", of the page that begins after. */
void odata_target_put_next(const struct odata_target *target, const char *after,
                           struct buf *out);
