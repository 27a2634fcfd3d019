/*
 * A private copy of a store: for trying changes that are never kept, without
 * writing to the store or blocking its one writer.
 *
 * A copy of a sealed store costs what it touches: it reads pages where they
 * stand and keeps those that it writes. Meanwhile nothing of the store's log is
 * moved, so a copy is for the length of a call. Others are made page by page.
 * What a copy keeps is in memory until it is larger than a cache, then in a
 * file without a name in the directory for temporary files ($SQLITE_TMPDIR, or
 * /var/tmp).
 */
#pragma once

#include "provider/store/store.h"

/*
 * Everything that the store's open read transaction sees. The copy may use what
 * is left of the store's allowance, writes included: ended in the middle of a
 * change, it is lost, without anybody else's work. STATUS_LIMIT: it is too
 * large for the disk, or would cost too much.
 */
MUST_CHECK
enum status store_copy(struct store *store, struct store **copy_out);
