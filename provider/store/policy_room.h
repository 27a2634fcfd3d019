/*
 * Limits the space of policy versions: how much is kept, and how much of that
 * one author may add. A version that changes nothing counts as one.
 */
#pragma once

#include "provider/store/policy_version.h"

enum {
    POLICY_VERSIONS_MAX = 1000,
    POLICY_KEPT_MAX_BYTES = 64 * 1024 * 1024, /* of different texts */
    POLICY_RATE_S = 60,
    POLICY_RATE_VERSIONS = 600,
    POLICY_RATE_BYTES = 4 * 1024 * 1024, /* of different texts */
};

/*
 * May the author add a version of n_bytes now? STATUS_LIMIT: too much lately.
 * The host's own directory is exempt.
 */
MUST_CHECK
enum status policy_room_check(struct store *store, const char *author,
                              size_t n_bytes, int64_t now_s);

/*
 * Within a change: drops the oldest versions until the rest is within the
 * limits, but never the newest, nor the newest of the directory.
 */
MUST_CHECK
enum status policy_room_make(struct store *store);
