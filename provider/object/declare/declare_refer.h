/*
 * What the names in policy files mean.
 *
 * A reference that could be a key is a key; then built-in and declared objects
 * come before those of the console. A name of the console is bound to its key
 * when it is first resolved: another object of the name, or a renaming, does
 * not change what a grant refers to.
 */
#pragma once

#include "provider/object/declare/declare_private.h"

/*
 * The row of a scope, role or collection. STATUS_INVALID with the place if
 * there is none, or if several of the console have the name: their keys and
 * creators are given.
 */
MUST_CHECK
enum status declare_refer(struct declare *declare, const char *place,
                          enum declared kind, const char *name,
                          int64_t *row_out);

/* Bindings that the last run did not use are forgotten. */
MUST_CHECK
enum status declare_refer_begin(struct declare *declare);
