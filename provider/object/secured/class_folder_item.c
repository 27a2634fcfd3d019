/*
 * SMS_ObjectContainerItem: which folder an object is in.
 *
 * Seeing an item needs Read on both the folder and the object (R7.8.2).
 * Moving needs Move Object on the object, and Read on the folders it leaves and
 * enters.
 */
#include <inttypes.h>
#include <stdio.h>

#include "provider/object/secured/class_folder_item_sql.h"
#include "provider/object/secured/folder.h"
#include "provider/object/secured/secured_rows.h"

enum { MOVE_MAX = 1000, MESSAGE_MOVED = 30116 };

static const struct object_property properties[] = {
    {"MemberID", OBJECT_INTEGER, OBJECT_KEY | OBJECT_READ_ONLY, 1, INT64_MAX,
     "MemberID", NULL, "Key, given by the site"},
    {"InstanceKey", OBJECT_STRING, OBJECT_READ_ONLY, 1, 256, "InstanceKey",
     NULL, "Key of the object"},
    {"ObjectType", OBJECT_INTEGER, OBJECT_READ_ONLY, 1, 65535, "ObjectType",
     NULL, "What the folder holds"},
    {"ContainerNodeID", OBJECT_INTEGER, OBJECT_READ_ONLY, 1, INT64_MAX,
     "ContainerNodeID", NULL, "The folder"},
};

/* ---- MoveMembers ---- */

static const struct object_property move_args[] = {
    {"InstanceKeys", OBJECT_STRINGS, OBJECT_REQUIRED, 1, 256, NULL, NULL,
     "Keys of the objects"},
    {"ContainerNodeID", OBJECT_INTEGER, OBJECT_REQUIRED, 0, INT64_MAX, NULL,
     NULL, "The folder they are in; 0: none"},
    {"TargetContainerNodeID", OBJECT_INTEGER, OBJECT_REQUIRED, 0, INT64_MAX,
     NULL, NULL, "The folder they are moved to; 0: none"},
    {"ObjectType", OBJECT_INTEGER, OBJECT_REQUIRED, 1, 65535, NULL, NULL,
     "What the folders hold"},
};

struct move {
    const struct object_class *class;
    int64_t kind;
    int64_t from;
    int64_t to;
};

static int64_t number_given(const json_t *args, const char *name)
{
    return json_integer_value(object_argument(args, name));
}

/* A collection goes into folders of its own kind. */
static enum status check_kind(struct object_call *call, const struct move *move,
                              int64_t row)
{
    int64_t type;

    if (move->class != &class_collection)
        return STATUS_OK;
    TRY(store_int_with(call->store, SQL_FOLDER_COLLECTION_TYPE,
                       STORE_ARGS(STORE_INT(row)), &type));
    return folder_kind_of_collection(type) == move->kind
               ? STATUS_OK
               : fail_invalid(call, "InstanceKeys",
                              "A collection is of another kind.");
}

static enum status check_place(struct object_call *call,
                               const struct move *move, int64_t row)
{
    int64_t folder = 0;
    const enum status found = store_int_with(
        call->store, SQL_FOLDER_OF,
        STORE_ARGS(STORE_INT(move->class->type), STORE_INT(row)), &folder);

    if (found != STATUS_OK && found != STATUS_END)
        return found;
    return folder == move->from
               ? STATUS_OK
               : fail_invalid(call, "ContainerNodeID",
                              "An object is not in this folder.");
}

static enum status move_one(struct object_call *call, const struct move *move,
                            const char *key)
{
    SCOPED(object_target_clear) struct object_target object = {0};
    const struct object_need need = {move->class->type, RBAC_OP_MOVE};

    TRY(actor_refer(call, "InstanceKeys", move->class, text_of(key), &object));
    TRY(actor_need(call, need, &object));
    TRY(check_kind(call, move, object.row));
    TRY(check_place(call, move, object.row));
    TRY(store_run_with(
        call->store, SQL_FOLDER_TAKE,
        STORE_ARGS(STORE_INT(move->class->type), STORE_INT(object.row))));
    if (move->to == 0)
        return STATUS_OK;
    return store_run_with(
        call->store, SQL_FOLDER_PUT,
        STORE_ARGS(STORE_INT(move->class->type), STORE_INT(object.row),
                   STORE_TEXT(text_of(object.key)), STORE_INT(move->kind),
                   STORE_INT(move->to)));
}

static enum status read_move(struct object_call *call, const json_t *args,
                             struct move *move)
{
    move->kind = number_given(args, "ObjectType");
    move->from = number_given(args, "ContainerNodeID");
    move->to = number_given(args, "TargetContainerNodeID");
    move->class = folder_class_of(move->kind);
    if (!move->class)
        return fail_invalid(call, "ObjectType",
                            "Objects of this type are in no folders.");
    if (move->from)
        TRY(folder_refer(call, "ContainerNodeID", move->from, move->kind));
    if (move->to)
        TRY(folder_refer(call, "TargetContainerNodeID", move->to, move->kind));
    return STATUS_OK;
}

static enum status move_members(struct object_call *call, const json_t *args,
                                struct json_writer *result)
{
    const json_t *keys = object_argument(args, "InstanceKeys");
    const size_t n = json_array_size(keys);
    struct move move;

    if (n == 0 || n > MOVE_MAX)
        return fail_invalid(call, "InstanceKeys", "1 to %d keys.", MOVE_MAX);
    TRY(read_move(call, args, &move));
    for (size_t i = 0; i < n; i++)
        TRY(move_one(call, &move, json_string_value(json_array_get(keys, i))));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_object_end(result);
    return STATUS_OK;
}

static const struct object_method methods[] = {
    {
        .name = "MoveMembers",
        .describe = "Moves objects between folders; needs Move Object on each",
        .need = {RBAC_TYPE_FOLDER, RBAC_OP_READ},
        .is_static = true,
        .message_id = MESSAGE_MOVED,
        .args = move_args,
        .n_args = ARRAY_SIZE(move_args),
        .run = move_members,
    },
};

const struct object_class class_folder_item = {
    .name = "SMS_ObjectContainerItem",
    .describe = "An object in a folder",
    .type = RBAC_TYPE_FOLDER,
    .read = {RBAC_TYPE_FOLDER, RBAC_OP_READ},
    PROPERTIES(properties),
    METHODS(methods),
    .table = "filed",
    .key_column = "MemberID",
    .name_column = "InstanceKey",
    .is_view = true,
    .has_integer_key = true,
    .label_kind = LABELS_SCOPES,
    .labels = SQL_FOLDER_SCOPES,
    .also[0].kind = LABELS_OF_TYPE,
    .also[0].operation = RBAC_OP_READ,
    .also[0].type = "t.type",
    .also[0].labels = "t.labels",
};
