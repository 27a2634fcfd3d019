/*
 * Is the second person another person? (Four eyes, T88.)
 *
 * Whoever asked for a change could have made the approver beforehand: a record
 * and an identity of their own hand. So the approver's record, rights and
 * identities are older than the request and by somebody else, and nobody alone
 * gave both persons what they sign in with.
 */
#pragma once

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/store/store.h"

struct approver_question {
    const char *user;   /* who approves */
    const char *author; /* who asked */
    int64_t asked_s;
};

/* A sentence that says why not; NULL: the approver is another person. */
MUST_CHECK
enum status approver_check(struct store *store,
                           const struct approver_question *question,
                           const char **why_out);
