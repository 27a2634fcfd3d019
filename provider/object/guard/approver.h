/*
 * Is the approver another person than the author? (Four eyes, T88.)
 *
 * The author of a change could have created the approver beforehand: a record
 * and an identity of their own making. So the approver's record, rights and
 * identities must be older than the request and given by somebody else, and
 * nobody may have given both persons what they sign in with.
 */
#pragma once

#include <stdbool.h>

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/store/store.h"

struct approver_question {
    const char *user;   /* the approver */
    const char *author; /* the author */
    int64_t asked_s;
};

/*
 * Did one of two users make the other, by a record, an identity or a group, or
 * whoever did? Weaker than approver_check: both may have a third maker in
 * common, and it does not matter when.
 */
MUST_CHECK
enum status approver_made(struct store *store, const char *user,
                          const char *other, bool *made_out);

/* A sentence that says why not; NULL: the approver is another person. */
MUST_CHECK
enum status approver_check(struct store *store,
                           const struct approver_question *question,
                           const char **why_out);
