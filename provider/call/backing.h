/*
 * The extent of a right: how many objects it covers, and how many devices those
 * reach.
 */
#pragma once

#include "policy/rights.h"
#include "provider/object/object.h"

struct backing_count {
    int64_t n_objects;
    int64_t n_devices; /* of collections; else 0 */
};

/* The reader; subject NULL: the host. */
struct backing_reader {
    const struct rbac_subject *subject;
    enum auth_level level;
    int64_t now_s;
};

/*
 * Counts each distinct query of many rows once. Borrows everything: the rows
 * are those that compare the two engines.
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

/* Does the reader read every object of the type, so that their number discloses
 * nothing hidden (T60)? */
bool backing_tells(struct backing *backing, uint16_t type);

/* In the present store: removed objects have no extent. */
MUST_CHECK
enum status backing_of(struct backing *backing, const struct rights_row *row,
                       struct backing_count *count_out);
