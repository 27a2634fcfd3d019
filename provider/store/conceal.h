/*
 * Values that the store keeps without showing them to whoever reads it, or a
 * copy of it: they are encrypted by a key that is in the store too, itself
 * encrypted by a secret of the key that seals the store (seal_key.h), which is
 * in a file elsewhere. A rotation of that key encrypts the one key anew.
 *
 * What holds: the database, its journal and every copy have no value in clear
 * text; who has both the database and the sealing key can read all of them. A
 * value fits only the place that it was concealed for, and cannot be moved to
 * another unnoticed.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/base/secret.h"
#include "provider/store/store.h"

enum { CONCEAL_MORE_BYTES = 28 }; /* that a value grows by */

/*
 * Appends the value, concealed, within a change. In a private copy, of which
 * nothing is kept, no key is needed, and what comes of it cannot be read.
 * STATUS_UNAVAILABLE: the store is not sealed.
 */
MUST_CHECK
enum status conceal_value(struct store *store, struct text place,
                          struct text value, struct buf *concealed);

/* STATUS_INVALID: it was not concealed for this place, or by this store. */
MUST_CHECK
enum status conceal_reveal(struct store *store, struct text place,
                           struct text concealed, struct secret *value_out);
