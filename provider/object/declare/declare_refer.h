/*
 * What the names in policy files stand for.
 *
 * A key is a key first; then what is built in or declared has the name, before
 * what the console gave it. A name of the console's is bound to its key when
 * it is first resolved: another of the name, or a renaming, changes nothing of
 * what a grant rests on.
 */
#pragma once

#include "provider/object/declare/declare_private.h"

/*
 * The row of a scope, role or collection. STATUS_INVALID with the place when
 * there is none, or when several of the console have the name: their keys and
 * who made them are told.
 */
MUST_CHECK
enum status declare_refer(struct declare *declare, const char *place,
                          enum declared kind, const char *name,
                          int64_t *row_out);

/* What was bound and not used by the run before is forgotten. */
MUST_CHECK
enum status declare_refer_begin(struct declare *declare);
