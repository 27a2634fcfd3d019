/*
 * Names of users in the store, in the one spelling of the site's realms.
 *
 * What is stored was spelled by the realms of its time. When those change, so
 * do the names, before anybody signs in by the new ones: a grant stays its
 * holder's.
 */
#pragma once

#include "provider/base/realm.h"
#include "provider/object/site.h"

/*
 * Within a change. STATUS_CONFLICT: two records would be one person's; why_out
 * names both, and the change must be undone. *n_out: names that were changed.
 */
MUST_CHECK
enum status site_respell(struct store *store, const struct realms *realms,
                         size_t *n_out, struct buf *why_out);
