/*
 * SMS_SecuredCategoryMembership: objects and their scopes.
 *
 * Scopes are set on the object: this needs Set Security Scope on it, and the
 * right to set every scope added or removed (R8.5 to R8.7). A batch is applied
 * as a whole or not at all; an object keeps at least one scope.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/object/class/class_rows.h"

enum { BATCH_MAX = 1000 };

static const struct object_property properties[] = {
    {"MembershipKey", OBJECT_STRING, OBJECT_KEY | OBJECT_READ_ONLY, 1, 300,
     "MembershipKey", NULL, "CategoryID.ObjectTypeID.ObjectKey"},
    {"CategoryID", OBJECT_STRING, OBJECT_READ_ONLY, 8, 8, "CategoryID", NULL,
     "The scope"},
    {"CategoryName", OBJECT_STRING, OBJECT_READ_ONLY, 1, 256, "CategoryName",
     NULL, "Its name"},
    {"ObjectTypeID", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, 65535, "ObjectTypeID",
     NULL, "Type of the object in it"},
    {"ObjectKey", OBJECT_STRING, OBJECT_READ_ONLY, 1, 256, "ObjectKey", NULL,
     "Key of the object"},
};

/* ---- The methods ---- */

static const struct object_property batch_args[] = {
    {"ObjectIDs", OBJECT_STRINGS, OBJECT_REQUIRED, 1, 256, NULL, NULL,
     "Keys of the objects"},
    {"ObjectTypeIDs", OBJECT_EMBEDDED, OBJECT_REQUIRED, 1, BATCH_MAX, NULL,
     NULL, "Their types, numbers, in the same order"},
    {"CategoryIDs", OBJECT_STRINGS, OBJECT_REQUIRED, 1, 256, NULL, NULL,
     "The scopes, in the same order"},
};

struct change {
    const struct object_class *class;
    const char *key;
    int64_t scope; /* row */
};

static enum status read_change(struct object_call *call, const json_t *args,
                               size_t i, struct change *change)
{
    const json_t *type =
        json_array_get(object_argument(args, "ObjectTypeIDs"), i);
    const json_t *id = json_array_get(object_argument(args, "CategoryIDs"), i);
    SCOPED(object_target_clear) struct object_target scope = {0};

    change->class = json_is_integer(type)
                        ? object_class_of_scopes(json_integer_value(type))
                        : NULL;
    if (!change->class)
        return fail_invalid(call, "ObjectTypeIDs",
                            "Entry %zu is no type whose objects have scopes.",
                            i + 1);
    change->key = json_string_value(
        json_array_get(object_argument(args, "ObjectIDs"), i));
    TRY(actor_refer(call, "CategoryIDs", &class_scope,
                    text_of(json_string_value(id)), &scope));
    change->scope = scope.row;
    return STATUS_OK;
}

/* What the object would be in after the change, as the engine counts. */
static size_t scopes_after(const struct object_target *object, uint32_t scope,
                           bool is_adding, uint32_t *after)
{
    size_t n = 0;
    bool is_there = false;

    for (size_t i = 0; i < object->n_labels; i++) {
        if (object->labels[i] == scope) {
            is_there = true;
            if (!is_adding)
                continue;
        }
        after[n++] = object->labels[i];
    }
    if (is_adding && !is_there)
        after[n++] = scope;
    return n;
}

static enum status check_change(struct object_call *call,
                                const struct change *change, bool is_adding,
                                const struct object_target *object)
{
    const uint32_t scope =
        object_map_index(call->actor.map, MAP_SCOPE, change->scope);
    const struct rbac_request request = {
        .type = change->class->type,
        .operation = RBAC_OP_SET_SCOPE,
        .labels = object->labels,
        .n_labels = object->n_labels,
        .level = call->actor.level,
        .now_s = call->actor.now_s,
    };
    SCOPED(memory_drop)
    uint32_t *after = calloc(object->n_labels + 1, sizeof(*after));
    struct rbac_decision decision;

    if (!after)
        return STATUS_NO_MEMORY;
    if (scope == RBAC_NONE)
        return STATUS_UNAVAILABLE; /* made a moment ago: not loaded yet */
    if (is_adding && object->n_labels >= OBJECT_LABELS_MAX)
        return fail_invalid(call, "CategoryIDs",
                            "An object is in at most %d scopes.",
                            OBJECT_LABELS_MAX);
    decision = rbac_check_scopes(call->actor.subject, &request, after,
                                 scopes_after(object, scope, is_adding, after));
    if (decision.verdict == RBAC_ALLOW)
        return STATUS_OK;
    (void)fail_denied(
        call, decision,
        (struct object_need){change->class->type, RBAC_OP_SET_SCOPE});
    return fail_of(call, object);
}

static enum status apply_change(struct object_call *call,
                                const struct change *change, bool is_adding)
{
    SCOPED(object_target_clear) struct object_target object = {0};
    int64_t row;

    TRY(actor_refer(call, "ObjectIDs", change->class, text_of(change->key),
                    &object));
    TRY(check_change(call, change, is_adding, &object));
    row = object.row;
    object_target_clear(&object);
    if (is_adding)
        TRY(scopes_add(call->store, change->class->type, row, change->scope));
    else
        TRY(scopes_remove(call->store, change->class->type, row,
                          change->scope));
    return scopes_refresh(call->store, change->class, row);
}

static enum status run_batch(struct object_call *call, const json_t *args,
                             bool is_adding, struct json_writer *result)
{
    const size_t n = json_array_size(object_argument(args, "ObjectIDs"));

    if (n != json_array_size(object_argument(args, "ObjectTypeIDs")) ||
        n != json_array_size(object_argument(args, "CategoryIDs")))
        return fail_invalid(call, "ObjectIDs",
                            "The three lists are of one length.");
    if (n == 0 || n > BATCH_MAX)
        return fail_invalid(call, "ObjectIDs", "1 to %d entries.", BATCH_MAX);
    for (size_t i = 0; i < n; i++) {
        struct change change;

        TRY(read_change(call, args, i, &change));
        TRY(apply_change(call, &change, is_adding));
    }
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_object_end(result);
    return STATUS_OK;
}

static enum status add_memberships(struct object_call *call, const json_t *args,
                                   struct json_writer *result)
{
    return run_batch(call, args, true, result);
}

static enum status remove_memberships(struct object_call *call,
                                      const json_t *args,
                                      struct json_writer *result)
{
    return run_batch(call, args, false, result);
}

static const struct object_method methods[] = {
    {
        .name = "AddMemberships",
        .describe = "Puts objects into scopes",
        .need = {RBAC_TYPE_SCOPE, RBAC_OP_READ},
        .is_static = true,
        .message_id = 31226,
        .args = batch_args,
        .n_args = ARRAY_SIZE(batch_args),
        .run = add_memberships,
    },
    {
        .name = "RemoveMemberships",
        .describe = "Takes objects out of scopes",
        .need = {RBAC_TYPE_SCOPE, RBAC_OP_READ},
        .is_static = true,
        .message_id = 31227,
        .args = batch_args,
        .n_args = ARRAY_SIZE(batch_args),
        .run = remove_memberships,
    },
};

const struct object_class class_membership = {
    .name = "SMS_SecuredCategoryMembership",
    .describe = "An object in a security scope",
    .type = RBAC_TYPE_SCOPE,
    .read = {RBAC_TYPE_SCOPE, RBAC_OP_READ},
    .create = {RBAC_TYPE_SCOPE, RBAC_OP_MODIFY},
    .modify = {RBAC_TYPE_SCOPE, RBAC_OP_MODIFY},
    .remove = {RBAC_TYPE_SCOPE, RBAC_OP_MODIFY},
    PROPERTIES(properties),
    METHODS(methods),
    .table = "membership",
    .key_column = "MembershipKey",
    .name_column = "MembershipKey",
    .is_view = true,
    .also[0].kind = LABELS_SCOPES,
    .also[0].operation = RBAC_OP_READ,
    .also[0].type = "t.ObjectTypeID",
    .also[0].labels = "t.scopes",
};
