/*
 * A lock that one user has on an object while they edit it, so that
 * nobody else changes it meanwhile.
 *
 * It is of the user, not of a session: whoever comes back after a crash of the
 * console still has it. It gives no rights, and ends by itself.
 */
#pragma once

#include "provider/object/object_private.h"

enum { LOCK_S = 30 * 60, LOCK_REQUEST_BYTES = 37, LOCKS_USER_MAX = 1000 };

struct lock {
    char user[OBJECT_KEY_MAX_BYTES + 257]; /* "": there is none */
    char request[LOCK_REQUEST_BYTES];
    int64_t from_s;
    int64_t until_s;
};

/* Are objects of the class locked to be edited? */
bool lock_is_for(const struct object_class *class);

/* As it was left: it may have ended. */
MUST_CHECK
enum status lock_read(struct store *store, const struct object_class *class,
                      int64_t row, struct lock *lock_out);

/* Gives the caller the lock, or more time for it; nobody else has it. */
MUST_CHECK
enum status lock_take(struct object_call *call,
                      const struct object_class *class, int64_t row);

/* The caller's own: of an object, or all; without one nothing is done. */
MUST_CHECK
enum status lock_drop(struct object_call *call,
                      const struct object_class *class, int64_t row);
MUST_CHECK
enum status lock_drop_all(struct object_call *call);

/* Does another user have it now? */
bool lock_is_of_another(const struct object_call *call,
                        const struct lock *lock);

/* STATUS_CONFLICT with the failure: somebody else edits the target. */
MUST_CHECK
enum status lock_check(struct object_call *call);
