/*
 * A database over a view of another's pages: what it writes is its own, what it
 * did not write is read where it stands. For this room only.
 */
#pragma once

#include <sqlite3.h>

#include "provider/store/page_view.h"

struct overlay;

/* Takes the view. */
MUST_CHECK
enum status overlay_new(struct page_view *view, struct overlay **overlay_out);
void overlay_free(struct overlay *overlay); /* after its connection */
DEFINE_DROP(overlay)

/* One connection, without a log. */
MUST_CHECK
enum status overlay_open(struct overlay *overlay, sqlite3 **db_out);
