/*
 * Declared hosts: which device is meant.
 *
 * A name is looked up once. Afterwards the record stays with its device,
 * whatever devices are called: whoever may rename, delete and make devices
 * could otherwise have a host ask about theirs, and log in to it. A host whose
 * device is gone is denied everybody, and stands in no change's way.
 */
#include <inttypes.h>
#include <stdio.h>

#include "provider/object/declare/declare_host_sql.h"
#include "provider/object/declare/declare_private.h"
#include "provider/object/declare/guard_private.h"
#include "provider/object/question.h"

/* STATUS_END: the record is new. */
static enum status find_bound(struct declare *declare, const char *name,
                              int64_t *device_out)
{
    return store_int_with(declare->store, SQL_DECLARE_HOST_BOUND,
                          STORE_ARGS(STORE_TEXT(text_of(name))), device_out);
}

static enum status find_named(struct declare *declare, const char *place,
                              const struct policy_admin *admin,
                              int64_t *device_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare_with(
        declare->store, SQL_DECLARE_HOST_DEVICE,
        STORE_ARGS(STORE_TEXT(text_of(admin->host)), STORE_INT(admin->device)),
        &stmt));
    found = store_step(stmt);
    if (found == STATUS_END)
        return declare_fail(declare, place, "there is no device %.200s%s",
                            admin->host,
                            admin->device ? " of this number" : "");
    TRY(found);
    *device_out = store_int(stmt, 0);
    found = store_step(stmt);
    if (found == STATUS_OK)
        return declare_fail(declare, place,
                            "several devices are called %.200s: say beside it "
                            "which one the host is, as \"device\" and its "
                            "ResourceID",
                            admin->host);
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status fail_bound(struct declare *declare, const char *place,
                              const struct policy_admin *admin, int64_t bound)
{
    return declare_fail(declare, place,
                        "%.200s is bound to the device %" PRId64
                        ": to move it, remove the entry in one version and "
                        "declare it in the next",
                        admin->name, bound);
}

enum status declare_find_host(struct declare *declare, const char *place,
                              const struct policy_admin *admin,
                              int64_t *device_out)
{
    const enum status found = find_bound(declare, admin->name, device_out);

    if (found == STATUS_END)
        return find_named(declare, place, admin, device_out);
    if (found == STATUS_OK && admin->device && admin->device != *device_out)
        return fail_bound(declare, place, admin, *device_out);
    return found;
}

enum status guard_host(struct declare *declare, const char *place,
                       const char *name, int64_t device)
{
    const struct object_class *class = object_class_find(TEXT("SMS_R_System"));
    SCOPED(object_target_clear) struct object_target target = {0};
    struct object_need manage;
    char key[24];
    enum status read;

    if (!declare->guard)
        return STATUS_OK;
    TRY(guard_stage(declare));
    if (!class || !question_need(class, TEXT("Modify Resource"), &manage))
        return STATUS_UNAVAILABLE;
    snprintf(key, sizeof(key), "%" PRId64, device);
    read = object_target_read(declare->store, declare->guard->site->map, class,
                              text_of(key), &target);
    if (read == STATUS_NOT_FOUND)
        return declare_fail(declare, place, "the device of %.200s is gone",
                            name);
    TRY(read);
    TRY(guard_ask(declare, class->read, target.labels, target.n_labels, place,
                  name));
    return guard_ask(declare, manage, target.labels, target.n_labels, place,
                     name);
}
