/*
 * Proves that rows and indexes are as the provider left them: reads each row of
 * the sealed tables once, and each index once, in order, on all processors.
 *
 * The rows are added up, and the sum is compared with the sealed one. An index
 * holds what it must if it has as many entries as the rows call for, their
 * sums are equal by a hash whose secret is new, and they ascend. So it needs
 * no search for each row, as SQLite's integrity_check does. What a table holds
 * that is not known here is left to that check.
 */
#pragma once

#include "provider/store/seal_private.h"

/*
 * Fills seal->now with the sums of all rows; the store is being read. Appends
 * faults, a sentence a line.
 */
MUST_CHECK
enum status proof_run(struct store *store, struct seal *seal,
                      struct buf *problems);
