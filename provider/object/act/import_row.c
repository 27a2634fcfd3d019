/*
 * Imports: one row, checked like object_create or object_update of its own.
 */
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/act/import_private.h"
#include "provider/object/act/write.h"

bool import_is_told(const struct object_class *class)
{
    return class->hooks && class->hooks->after_import;
}

static enum status fail_missing_object(struct import_batch *batch)
{
    struct object_call *call = batch->call;

    fail_invalid(call, batch->by->name, "There is no such %s.",
                 call->class->name);
    return STATUS_NOT_FOUND;
}

static enum status create_row(struct import_batch *batch, const json_t *row)
{
    struct object_call *call = batch->call;
    const struct object_class *class = call->class;
    const struct rbac_decision decision =
        actor_check(call, class->create, true, NULL, 0);
    int64_t number;

    if (!class->can_create || (batch->by->flags & OBJECT_READ_ONLY))
        return fail_missing_object(batch);
    if (decision.verdict != RBAC_ALLOW && !MUTANT("n1-import-creates"))
        return fail_denied(call, decision, class->create);
    TRY(write_create(call, row, &number));
    if (import_is_told(class))
        TRY(row_list_add(&batch->created, number));
    batch->imported->n_created++;
    import_keys_add(&batch->created_keys, text_of(call->made_key));
    return STATUS_OK;
}

/* What names the object and is not to be changed. */
static bool is_left_out(const struct import_batch *batch,
                        const struct object_property *property)
{
    if (batch->is_alike)
        return (property->flags & OBJECT_FIXED) != 0;
    return property == batch->by &&
           (property->flags & (OBJECT_READ_ONLY | OBJECT_FIXED));
}

static enum status without_key(const struct import_batch *batch,
                               const json_t *row, json_t **row_out)
{
    const struct object_class *class = batch->call->class;
    const char *name;
    json_t *value;
    json_t *copy;

    if (!batch->is_alike && !is_left_out(batch, batch->by)) {
        *row_out = json_incref((json_t *)(uintptr_t)row);
        return STATUS_OK;
    }
    copy = json_copy((json_t *)(uintptr_t)row);
    if (!copy)
        return STATUS_NO_MEMORY;
    json_object_foreach ((json_t *)(uintptr_t)row, name, value) {
        const int at = object_property_index(class, text_of(name));

        if (at >= 0 && is_left_out(batch, &class->properties[at]))
            json_object_del(copy, name);
    }
    *row_out = copy;
    return STATUS_OK;
}

static void row_drop(json_t **row)
{
    json_decref(*row);
}

/* The question that the gate asks before object.update. */
static enum status ask_modify(struct object_call *call)
{
    const struct object_class *class = call->class;
    const struct question q = actor_question(call, class->modify, call->target);
    struct question_answer answer;

    TRY(question_act(&q, class, &answer));
    if (!class->can_modify)
        return fail_invalid(call, "", "Objects of %s are not changed.",
                            class->name);
    if (answer.decision.verdict != RBAC_ALLOW && !MUTANT("n1-import-changes"))
        return fail_denied(call, answer.decision, answer.need);
    return STATUS_OK;
}

static enum status update_target(struct import_batch *batch, const json_t *row)
{
    SCOPED(row_drop) json_t *properties = NULL;
    struct object_call *call = batch->call;
    bool is_changed = false;

    TRY(without_key(batch, row, &properties));
    TRY(ask_modify(call));
    TRY(write_update(call, properties, &is_changed));
    if (!is_changed) {
        batch->imported->n_unchanged++;
        return STATUS_OK;
    }
    batch->imported->n_updated++;
    import_keys_add(&batch->updated_keys, text_of(call->target->key));
    return STATUS_OK;
}

static enum status update_row(struct import_batch *batch, struct text key,
                              const json_t *row)
{
    SCOPED(object_target_clear) struct object_target target = {0};
    struct object_call *call = batch->call;
    enum status status;

    TRY(object_target_read(call->store, call->actor.map, call->class, key,
                           &target));
    call->target = &target;
    status = update_target(batch, row);
    call->target = NULL;
    return status == STATUS_NOT_FOUND ? fail_missing_object(batch) : status;
}

enum status import_take_row(struct import_batch *batch,
                            const struct import_found *found, const json_t *row)
{
    struct object_call *call = batch->call;

    if (found->n > 1)
        return fail_conflict(call, "Several %s have this %s.",
                             call->class->name, batch->by->name);
    return found->n ? update_row(batch, text_of(found->key), row)
                    : create_row(batch, row);
}
