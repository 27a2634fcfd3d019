/*
 * Strings that several grounds share, and where their ids stand: a new
 * generation brings few, and those of all collections are not copied for it.
 *
 * Threads: strings are added under a lock, and never changed. The ids are set
 * by who made the texts, before anybody else has them.
 */
#pragma once

#include <stddef.h>

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"
#include "rbac/names.h"

struct texts;

/* Held once; NULL: out of memory. */
struct texts *texts_new(void);
struct texts *texts_hold(struct texts *texts);
void texts_free(struct texts *texts);
DEFINE_DROP(texts)

/* A copy, which lives as long as they; NULL: out of memory. */
const char *texts_keep(struct texts *texts, const char *text);

/* How many were ever kept. */
size_t texts_count(struct texts *texts);

/* Sets the ids[n], which are kept in the texts; STATUS_CONFLICT with bad_out
 * set if one is there twice. Their copy, and the index of one (UINT32_MAX). */
MUST_CHECK
enum status texts_set_ids(struct texts *texts, const char *const *ids, size_t n,
                          size_t *bad_out);
const char *const *texts_ids(const struct texts *texts, size_t *n_out);
uint32_t texts_find_id(const struct texts *texts, struct text id);
