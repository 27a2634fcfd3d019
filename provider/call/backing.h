/*
 * What stands behind a right: how many objects it is over, and how many
 * devices those reach.
 */
#pragma once

#include "policy/rights.h"
#include "provider/object/object.h"

struct backing_count {
    int64_t n_objects;
    int64_t n_devices; /* behind collections; else 0 */
};

/* For whom it is counted; subject NULL: for the host. */
struct backing_reader {
    const struct rbac_subject *subject;
    enum auth_level level;
    int64_t now_s;
};

/*
 * Counts once what many rows ask for. Borrows all of it: the rows are those
 * that compare the two engines.
 */
struct backing;
MUST_CHECK
enum status backing_new(struct store *store, const struct rbac_engine *before,
                        const struct rbac_engine *after,
                        const struct rights_difference *rights,
                        struct backing_reader reader,
                        struct backing **backing_out);
void backing_free(struct backing *backing);
DEFINE_DROP(backing)

/* Does the reader read every object of the type, so that a number of them
 * tells of nothing that is hidden (T60)? */
bool backing_tells(struct backing *backing, uint16_t type);

/* As the store is now: what is gone has nothing behind it. */
MUST_CHECK
enum status backing_of(struct backing *backing, const struct rights_row *row,
                       struct backing_count *count_out);
