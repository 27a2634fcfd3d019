/*
 * Replays the requests of a period: which would be answered differently if
 * another site replaced the present one.
 *
 * The audit has every change, every refusal, and the reads that are recorded.
 * Requests about removed objects are only counted. A user is in the groups that
 * the site lists; evidence counts as it was.
 */
#pragma once

#include "provider/base/json_writer.h"
#include "provider/object/site.h"

struct replay {
    struct store *store; /* the site as it would be */
    struct store *audit; /* with the audit of the requests */
    const struct site *before;
    const struct site *after;
    int64_t now_s;
    int64_t since_s;
};

/*
 * {"requests", "gone", "guarded", "changed": [{user, operation, class, key,
 * times, last, before, after}], "cut", "starts"}: identical requests share a
 * row; starts, as written by audit_write_start(), says that the period is
 * incomplete. Answers are "allowed", "denied", or the level that would be
 * needed.
 */
MUST_CHECK
enum status replay_put(const struct replay *replay, struct json_writer *w);
