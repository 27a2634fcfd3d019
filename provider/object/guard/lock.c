#include "provider/object/guard/lock.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/datetime.h"
#include "provider/base/mutant.h"
#include "provider/object/guard/lock_sql.h"

bool lock_is_for(const struct object_class *class)
{
    static const uint16_t types[] = {
        2,  /* packages */
        11, /* configuration items and baselines */
        14, /* images to install from */
        18, /* images */
        19, /* boot images */
        20, /* task sequences */
        23, /* packages of drivers */
        24, /* packages of updates */
        25, /* drivers */
        31, /* applications */
        32, /* global conditions */
        34, /* groups of updates */
    };

    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        if (class->type == types[i])
            return object_class_of_type(types[i]) == class;
    return false;
}

enum status lock_read(struct store *store, const struct object_class *class,
                      int64_t row, struct lock *lock_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found = store_row_with(
        store, SQL_LOCK_FIND,
        STORE_ARGS(STORE_TEXT(text_of(class->name)), STORE_INT(row)), &stmt);

    *lock_out = (struct lock){0};
    if (found == STATUS_END)
        return STATUS_OK;
    TRY(found);
    snprintf(lock_out->user, sizeof(lock_out->user), "%.*s",
             (int)store_text(stmt, 0).size, store_text(stmt, 0).data);
    snprintf(lock_out->request, sizeof(lock_out->request), "%.*s",
             (int)store_text(stmt, 1).size, store_text(stmt, 1).data);
    lock_out->from_s = store_int(stmt, 2);
    lock_out->until_s = store_int(stmt, 3);
    return STATUS_OK;
}

static enum status check_count(struct object_call *call)
{
    int64_t n;

    TRY(store_int_with(call->store, SQL_LOCK_COUNT,
                       STORE_ARGS(STORE_TEXT(text_of(call->actor.user)),
                                  STORE_INT(call->actor.now_s)),
                       &n));
    return n <= LOCKS_USER_MAX
               ? STATUS_OK
               : fail_conflict(call, "You have %d locks. Release some first.",
                               LOCKS_USER_MAX);
}

enum status lock_take(struct object_call *call,
                      const struct object_class *class, int64_t row)
{
    const int64_t now_s = call->actor.now_s;

    TRY(store_run_with(call->store, SQL_LOCK_CUT,
                       STORE_ARGS(STORE_INT(now_s))));
    TRY(store_run_with(
        call->store, SQL_LOCK_PUT,
        STORE_ARGS(STORE_TEXT(text_of(class->name)), STORE_INT(row),
                   STORE_TEXT(text_of(call->actor.user)), STORE_INT(now_s),
                   STORE_INT(now_s + LOCK_S))));
    return check_count(call);
}

enum status lock_drop(struct object_call *call,
                      const struct object_class *class, int64_t row)
{
    return store_run_with(call->store, SQL_LOCK_DROP,
                          STORE_ARGS(STORE_TEXT(text_of(class->name)),
                                     STORE_INT(row),
                                     STORE_TEXT(text_of(call->actor.user))));
}

enum status lock_drop_all(struct object_call *call)
{
    return store_run_with(call->store, SQL_LOCK_DROP_ALL,
                          STORE_ARGS(STORE_TEXT(text_of(call->actor.user))));
}

bool lock_is_of_another(const struct object_call *call, const struct lock *lock)
{
    return lock->user[0] && lock->until_s > call->actor.now_s &&
           strcmp(lock->user, call->actor.user) != 0;
}

enum status lock_check(struct object_call *call)
{
    char until[DATETIME_BYTES];
    struct lock lock;

    if (!lock_is_for(call->class) || MUTANT("g5-lock-unread"))
        return STATUS_OK;
    TRY(lock_read(call->store, call->class, call->target->row, &lock));
    if (!lock_is_of_another(call, &lock))
        return STATUS_OK;
    datetime_write(lock.until_s, until);
    return fail_conflict(call,
                         "%s is editing this object, until %s or until they "
                         "release it (0x40480732).",
                         lock.user, until);
}
