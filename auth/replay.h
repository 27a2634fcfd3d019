/*
 * The memory of tokens that have been used: each signs in once (T4, T40).
 *
 * A table of a fixed size in a file, shared with the next run of the
 * provider through the page cache; it is not synced, so a power cut may
 * forget the last seconds, a crash of the process does not. When the table
 * has no room for a token that could still be replayed, the sign-in is
 * refused: an attacker who fills it cannot make it forget.
 *
 * Safe for threads.
 */
#pragma once

#include <stdint.h>

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

enum { REPLAY_SLOTS = 1 << 16 }; /* 24 bytes each */

struct replay;

/*
 * Opens or makes the file; NULL keeps the memory in this process only.
 * STATUS_INVALID when it is something else, or others can write to it.
 */
MUST_CHECK
enum status replay_open(const char *path, struct replay **replay_out);
void replay_close(struct replay *replay);

static inline void replay_drop(struct replay **owned)
{
    replay_close(*owned);
}

/*
 * Remembers the token until its end. STATUS_CONFLICT: it was used before;
 * STATUS_LIMIT: no room.
 */
MUST_CHECK
enum status replay_remember(struct replay *replay, struct text issuer,
                            struct text id, int64_t expires_at_s,
                            int64_t now_s);
