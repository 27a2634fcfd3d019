/*
 * SMS_ObjectLock: who edits an object (guard/lock.h).
 *
 * A lock needs the right to change the object, and to learn of one the right to
 * read it. An object that may not be read is answered like none.
 */
#include "provider/base/datetime.h"
#include "provider/object/class/object_path.h"
#include "provider/object/guard/lock.h"
#include "provider/object/secured/secured_rows.h"

/* As documented: of a request, and of a lock. */
enum { GRANTED = 10, GRANTED_AFTER_TIMEOUT = 11, DENIED_ASSIGNED = 20 };
enum { UNASSIGNED = 0, ASSIGNED = 1, TIMED_OUT = 4 };

#define OBJECT_PATH                                                            \
    {                                                                          \
        "ObjectRelPath", OBJECT_STRING, OBJECT_REQUIRED, 1, 1024, NULL, NULL,  \
            "The object, such as SMS_Application.CI_ID=16777217"               \
    }

static const struct object_property properties[] = {
    {"ID", OBJECT_INTEGER, OBJECT_KEY | OBJECT_READ_ONLY, 0, 0, "ID", NULL,
     "There are no objects: the class has methods alone"},
};

static const struct object_property request_args[] = {
    OBJECT_PATH,
    {"RequestTransfer", OBJECT_BOOLEAN, 0, 0, 1, NULL, NULL,
     "Whether to ask another site for it: there is none"},
};
static const struct object_property path_args[] = {OBJECT_PATH};

/* ---- The object that is asked about ---- */

struct asked {
    struct text path;
    const struct object_class *class;
    struct object_target target;
};

static void asked_clear(struct asked *asked)
{
    object_target_clear(&asked->target);
}

static enum status read_asked(struct object_call *call, const json_t *args,
                              struct asked *asked)
{
    const json_t *given = object_argument(args, "ObjectRelPath");
    struct object_path path;

    asked->path =
        (struct text){json_string_value(given), json_string_length(given)};
    path = object_path_read(asked->path);
    asked->class = object_class_find(path.class_name);
    if (!asked->class || !path.has_key || !lock_is_for(asked->class))
        return fail_invalid(call, "ObjectRelPath",
                            "It is no object of a class that is locked to be "
                            "edited.");
    return actor_refer(call, "ObjectRelPath", asked->class, path.key,
                       &asked->target);
}

static enum status read_to_change(struct object_call *call, const json_t *args,
                                  struct asked *asked)
{
    TRY(read_asked(call, args, asked));
    return actor_need(call, asked->class->modify, &asked->target);
}

/* ---- Answers ---- */

static enum status answer_done(struct json_writer *result)
{
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_object_end(result);
    return STATUS_OK;
}

static void put_assigned(struct object_call *call, const struct lock *lock,
                         struct json_writer *result)
{
    char from[DATETIME_BYTES];
    char site[4];

    datetime_write(lock->from_s, from);
    writer_put_string(result, "RequestID", lock->request);
    writer_put_string(result, "AssignedUser", lock->user);
    writer_put_string(result, "AssignedTimeUTC", from);
    if (site_code(call->store, site) == STATUS_OK)
        writer_put_string(result, "AssignedSiteCode", site);
}

/* request: what became of it; 0: none was made. */
static enum status answer(struct object_call *call, const struct asked *asked,
                          int64_t request, struct json_writer *result)
{
    struct lock lock;
    int64_t state;

    TRY(lock_read(call->store, asked->class, asked->target.row, &lock));
    state = !lock.user[0]                       ? UNASSIGNED
            : lock.until_s <= call->actor.now_s ? TIMED_OUT
                                                : ASSIGNED;
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_put_text(result, "ObjectRelPath", asked->path);
    if (request)
        writer_put_int(result, "RequestState", request);
    writer_put_int(result, "LockState", state);
    if (state == ASSIGNED)
        put_assigned(call, &lock, result);
    writer_object_end(result);
    return STATUS_OK;
}

/* ---- Methods ---- */

static enum status request_lock(struct object_call *call, const json_t *args,
                                struct json_writer *result)
{
    SCOPED(asked_clear) struct asked asked = {0};
    struct lock lock;

    TRY(read_to_change(call, args, &asked));
    TRY(lock_read(call->store, asked.class, asked.target.row, &lock));
    if (lock_is_of_another(call, &lock))
        return answer(call, &asked, DENIED_ASSIGNED, result);
    TRY(lock_take(call, asked.class, asked.target.row));
    return answer(call, &asked,
                  lock.user[0] && lock.until_s <= call->actor.now_s
                      ? GRANTED_AFTER_TIMEOUT
                      : GRANTED,
                  result);
}

static enum status release_lock(struct object_call *call, const json_t *args,
                                struct json_writer *result)
{
    SCOPED(asked_clear) struct asked asked = {0};

    TRY(read_to_change(call, args, &asked));
    TRY(lock_drop(call, asked.class, asked.target.row));
    return answer_done(result);
}

static enum status release_all(struct object_call *call, const json_t *args,
                               struct json_writer *result)
{
    (void)args;
    TRY(lock_drop_all(call));
    return answer_done(result);
}

static enum status get_information(struct object_call *call, const json_t *args,
                                   struct json_writer *result)
{
    SCOPED(asked_clear) struct asked asked = {0};

    TRY(read_asked(call, args, &asked));
    return answer(call, &asked, 0, result);
}

static const struct object_method methods[] = {
    {.name = "RequestLock",
     .describe = "Locks an object for the caller to edit, for half an hour, or "
                 "renews that: RequestState 10 granted, 11 granted as the last "
                 "one ended, 20 another user has it. Needs the right to change "
                 "the object",
     .is_static = true,
     .is_for_all = true,
     .args = request_args,
     .n_args = ARRAY_SIZE(request_args),
     .run = request_lock},
    {.name = "ReleaseLock",
     .describe = "Gives the caller's lock of an object back",
     .is_static = true,
     .is_for_all = true,
     .args = path_args,
     .n_args = ARRAY_SIZE(path_args),
     .run = release_lock},
    {.name = "ReleaseAllLocks",
     .describe = "Gives all locks of the caller back",
     .is_static = true,
     .is_for_all = true,
     .run = release_all},
    {.name = "GetLockInformation",
     .describe = "The user who edits an object: LockState 0 nobody, 1 the "
                 "AssignedUser, 4 a lock that has ended. Needs the right to "
                 "read the object",
     .is_static = true,
     .is_reading = true,
     .is_for_all = true,
     .args = path_args,
     .n_args = ARRAY_SIZE(path_args),
     .run = get_information},
};

const struct object_class class_object_lock = {
    .name = "SMS_ObjectLock",
    .describe = "Locks of applications, packages and others to edit them",
    RIGHTS_OF_EVERYBODY,
    PROPERTIES(properties),
    METHODS(methods),
    .table = "no_object",
    .key_column = "ID",
    .name_column = "ID",
    .has_integer_key = true,
    .is_view = true,
};
