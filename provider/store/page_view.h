/*
 * The pages of a database as one of its changes left them, read from its files;
 * for this room only.
 *
 * While a view is open, nothing is moved from the write-ahead log into the
 * database and the log is not begun anew: so every page stays where it is.
 * Changes are committed behind what is seen. Two locks of SQLite see to that,
 * taken as its own readers take them.
 *
 * Source: SQLite, "WAL-mode File Format".
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "provider/base/own.h"
#include "provider/base/status.h"

struct page_view;

enum { VIEW_PAGE_BYTES = 4096 };

/*
 * A view of the last change of the database at a path that others have open.
 * STATUS_END: not of this database, which has no log, pages of another size or
 * is being repaired. STATUS_LIMIT: is_over(context) before it could be had.
 */
struct page_view_wait {
    bool (*is_over)(void *context);
    void *context;
};
MUST_CHECK
enum status page_view_open(const char *path, struct page_view_wait wait,
                           struct page_view **view_out);
void page_view_free(struct page_view *view);
DEFINE_DROP(page_view)

/* Sees the change before instead. False: it cannot be seen any more. */
bool page_view_step_back(struct page_view *view);

uint32_t page_view_count(const struct page_view *view);

/* Pages count from 1. STATUS_NOT_FOUND: it has none of this number. */
MUST_CHECK
enum status page_view_read(const struct page_view *view, uint32_t page,
                           unsigned char into[VIEW_PAGE_BYTES]);
