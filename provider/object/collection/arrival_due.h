/*
 * Devices that came with an import and wait for query rules to be asked about
 * them (arrival.h).
 */
#pragma once

#include "provider/object/query/member_set.h"

/* Devices of the same import, or of several; those of the first block are
 * asked about first. */
struct wave {
    int64_t first;
    int64_t last;
    int64_t rule; /* that was asked last; 0: none */
};

/* One of them, by a statement that selects its columns. */
MUST_CHECK
enum status arrival_read(struct store *store, const char *sql,
                         struct wave *wave, bool *is_any_out);

/* Within the change that makes them: devices from first to last are asked about
 * later. */
MUST_CHECK
enum status arrival_request(struct store *store, int64_t first, int64_t last);

/* Does a device wait for rules to be asked? */
MUST_CHECK
enum status arrival_waits(struct store *store, int64_t device, bool *is_out);

/* Those of a block that wait. */
MUST_CHECK
enum status arrival_block(struct store *store, int64_t number,
                          struct member_block *waiting_out);
