/*
 * A private copy of a store: for trying changes that are never kept, without
 * writing to the store or blocking its one writer.
 *
 * It is made page by page, at a tenth of what its rows would cost, and lives in
 * memory until it is larger than a cache, then in a file without a name in the
 * directory for temporary files ($SQLITE_TMPDIR, or /var/tmp).
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
