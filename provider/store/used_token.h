/*
 * Tokens that have been used to sign in: each can be used once (T4, T40).
 *
 * They are kept in the store, written in the change that opens the session: as
 * durable as that, removed with nothing else, and sealed. If there is no room
 * for one that could still be replayed, the sign-in is refused: filling the
 * table cannot make it forget.
 */
#pragma once

#include "provider/store/store.h"

enum { USED_TOKENS_MAX = 1 << 16 };

/*
 * Within a change. STATUS_CONFLICT: it was used before; STATUS_LIMIT: no room.
 * It is forgotten some time after until_s.
 */
MUST_CHECK
enum status used_token_put(struct store *store, struct text key,
                           int64_t until_s, int64_t now_s);
