/*
 * Tokens that have signed somebody in: each does once (T4, T40).
 *
 * They stand in the store, written in the change in which the session begins:
 * as durable as that, gone with nothing else, and sealed. When there is no
 * room for one that could still be replayed, the sign-in is refused: whoever
 * fills it cannot make it forget.
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
