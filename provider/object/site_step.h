/*
 * The next site from the previous one and what a change has changed: its own
 * collections, and roles, scopes and administrators if any of their tables
 * changed. What was not changed is not read again. For the files of the site.
 *
 * What has changed is known from the store, which follows each row as it is
 * written (provider/store/seal.h), not from the acts: the site is what a fresh
 * one would be.
 */
#pragma once

#include "provider/object/site_draft.h"
#include "provider/store/seal.h"

/* Tables that a site is made of, and what else decides on rights. */
enum { SITE_N_FOLLOWED = 18 };
extern const struct seal_followed site_followed[SITE_N_FOLLOWED];

/* Is it known what has changed since the previous one? */
bool site_step_is_known(const struct store *store, const struct site *previous);

/* Fills the draft and its map; arrays may be the previous site's. */
MUST_CHECK
enum status site_step_read(struct site_draft *draft,
                           const struct site *previous);
