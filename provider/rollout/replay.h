/*
 * The requests of a time asked again: which of them would now be answered
 * otherwise, if another site took the place of the present one.
 *
 * Asked again is what the audit has: every change, every refusal, and what was
 * read on record. An object that is gone is asked about no more, and a user is
 * in the groups that the site itself names; evidence counts as it was.
 */
#pragma once

#include "provider/base/json_writer.h"
#include "provider/object/site.h"

struct replay {
    struct store *store; /* as it would be */
    struct store *audit; /* with the records of what was asked */
    const struct site *before;
    const struct site *after;
    int64_t now_s;
    int64_t since_s;
};

/*
 * {"requests", "gone", "changed": [{user, operation, class, key, times, last,
 * before, after}], "cut", "starts"}: what was asked alike is one row; starts,
 * as audit_write_start() writes it, says that not all of that time is there.
 * Answers are "allowed", "denied", or the level that would be needed.
 */
MUST_CHECK
enum status replay_put(const struct replay *replay, struct json_writer *w);
