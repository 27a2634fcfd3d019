/*
 * The resources that a caller may read, as one set: made of the sets of the
 * collections in which the gate lets the caller read resources.
 *
 * It is exactly what the gate would answer one by one: a device or user is
 * readable if a collection that holds it is, and what a readable collection
 * limits is readable with it. It is made when a statement first asks, from the
 * state that the statement reads; of few collections only the blocks that are
 * asked about, as for a page few are needed.
 *
 * SQL asks sms_sees(resource), or reads the devices in the table sms_visible
 * (operation, resource) in order; operation is RBAC_OP_READ_RESOURCE. With
 * RBAC_OP_READ the table has the collections that the caller may read.
 */
#pragma once

#include "provider/object/object_private.h"

/* What sms_sees and sms_visible answer from here on, until visible_end(); not
 * if this fails. */
MUST_CHECK
enum status visible_begin(struct visible *visible, struct store *store,
                          const struct object_filter *filter);
void visible_end(struct visible *visible);

/* Of devices. */
MUST_CHECK
enum status visible_count(struct visible *visible, int64_t *n_out);

/* Of members of all collections that the caller may read. */
MUST_CHECK
enum status visible_count_held(struct visible *visible, int64_t *n_out);

/* The same as far as it is known without reading what is visible, to choose how
 * that is read: of one collection what it counts as its members. */
MUST_CHECK
enum status visible_size(struct visible *visible, int64_t *n_out);
