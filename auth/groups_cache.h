/*
 * A bounded cache of users' groups; the oldest of a set is evicted. Used under
 * the lock of its owner.
 */
#pragma once

#include "auth/groups.h"

struct groups_cache;

MUST_CHECK
enum status groups_cache_new(size_t n_max, struct groups_cache **cache_out);
void groups_cache_free(struct groups_cache *cache);
DEFINE_DROP(groups_cache)

/* An account's list if it was asked for after after_ms; borrowed. Else NULL. */
struct groups_list *groups_cache_find(const struct groups_cache *cache,
                                      struct text account, int64_t after_ms);

/* Holds the list; without memory for the name nothing is cached. */
void groups_cache_put(struct groups_cache *cache, struct text account,
                      struct groups_list *list);
