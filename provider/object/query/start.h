/*
 * Where a page of devices, or a count of them, begins: with the set of the
 * visible, with what its condition seeks, or with the index of its order. The
 * same for all classes whose rows belong to devices.
 *
 * Whichever is chosen, the answer is the same. What is sought and what an index
 * has may be hidden, so the time that it takes depends on hidden devices. It
 * does so within bounds (T60): a caller who sees START_FEW devices or fewer
 * reads those and no others; nobody who does not see everything reads more than
 * SOUGHT_COMMON rows that are sought; and an index is walked only where
 * sorting what is visible would take longer.
 */
#pragma once

#include "provider/object/query/order_sql.h"

enum { START_FEW = 8192 };

enum start {
    START_ROWS = 0, /* all rows, in the order of their keys */
    START_VISIBLE,
    START_SOUGHT,
    START_WALKED, /* all rows, in the order of an index */
    START_HELD,   /* of members: one readable collection after the other */
};

struct start_ask {
    const struct object_class *class; /* start_is_of_devices() */
    struct visible *visible;
    const struct order *order;
    int64_t limit;   /* of a page */
    bool is_count;   /* everything is read */
    bool is_sought;  /* the condition seeks */
    bool is_of_key;  /* by key: there is no more than one for each value */
    bool is_ordered; /* what is sought comes in the order of keys */

    /* Is SOUGHT_COMMON or more sought? */
    enum status (*is_common)(void *context, bool *is_common_out);
    void *context;
};

MUST_CHECK
enum status start_choose(const struct start_ask *ask, enum start *start_out);

/* Does every row of the class belong to a device, so that it is visible if and
 * only if its device is? */
bool start_is_of_devices(const struct object_class *class);

/* How many of the devices the caller sees. */
enum start_extent {
    START_SEES_FEW = 0, /* START_FEW or fewer */
    START_SEES_PART,
    START_SEES_ALL,
};
MUST_CHECK
enum status start_extent(struct visible *visible,
                         enum start_extent *extent_out);
