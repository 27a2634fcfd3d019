/*
 * Is the approver another person than the author? (Four eyes, T88.)
 *
 * The author of a change could have created the approver beforehand: a record
 * and an identity of their own making. So the approver's record, rights and
 * identities must be older than the request and given by somebody else, and
 * nobody may have given both persons what they sign in with.
 *
 * The persons behind a record are found through its makers. When one of those
 * loses a maker of their own (their record is deleted or renamed, an identity
 * taken, a group left), those whom they made keep that maker.
 */
#pragma once

#include <stdbool.h>

#include "provider/base/identity.h"
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

/* Before the rights of a record change: what its user, or a member of the group
 * it is of, asked for must be asked for again. */
MUST_CHECK
enum status approver_end_asked(struct store *store, int64_t row);

/* The same, and before a record (row, or 0) or a group of the site loses what
 * shows who made whom. */
MUST_CHECK
enum status approver_keep(struct store *store, int64_t row, const char *group);

/* The same, of who has an identity, if anybody. */
MUST_CHECK
enum status approver_keep_of(struct store *store, enum identity_kind kind,
                             struct text value);

/* The same, of a record that is to lose the identities that are not marked as
 * kept. */
MUST_CHECK
enum status approver_keep_lent(struct store *store, int64_t row);

/* The same, of a record that gets another name. */
MUST_CHECK
enum status approver_keep_renamed(struct store *store, int64_t row,
                                  const char *name);
