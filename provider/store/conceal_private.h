/*
 * The key of concealed values when the sealing key changes; for this room only.
 */
#pragma once

#include "provider/store/seal_key.h"
#include "provider/store/store.h"

/* Within a change: what the old key opens, the new one does from now on. */
MUST_CHECK
enum status conceal_rotate(struct store *store, const struct seal_key *old,
                           const struct seal_key *new);
