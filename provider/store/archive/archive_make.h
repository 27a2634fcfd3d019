/*
 * Writes audit records that may be removed into an archive: a file that the
 * chain continues in, sealed, read again, and on the disk before anything is
 * removed.
 *
 * By a connection of its own, which only reads; the writer goes on meanwhile.
 */
#pragma once

#include "provider/store/archive/archive_seal.h"

enum { ARCHIVE_MAX_BYTES = 64 * 1024 * 1024 }; /* of a file, about */

struct archive_order {
    const char *directory;
    int64_t before_ms;             /* records older than this */
    int64_t last;                  /* up to this id at most */
    const _Atomic bool *is_ending; /* give up; NULL: never */
};

/*
 * Archives from the start of the audit on. last_out: up to which record it is
 * in archives now; one that is there already counts, if it is whole.
 * STATUS_END: no record is that old. STATUS_CONFLICT: there is a file that
 * should be such an archive and is not; it is logged.
 */
MUST_CHECK
enum status archive_make(struct store *store, const struct seal_key *key,
                         const struct archive_order *order, int64_t *last_out);
