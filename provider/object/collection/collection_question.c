#include "provider/object/collection/collection_question.h"

#include "provider/object/collection/collection_question_sql.h"
#include "provider/object/collection/members.h"

const struct object_property collection_cycle_args[2] = {
    {"ParentCollection", OBJECT_STRING, OBJECT_REQUIRED, 1, 256, NULL, NULL,
     "The one that would limit: a path or a CollectionID"},
    {"SubCollection", OBJECT_STRING, OBJECT_REQUIRED, 1, 256, NULL, NULL,
     "The one that would be limited"},
};

/* P0100014 of SMS_Collection.CollectionID="P0100014". */
static struct text id_of_path(struct text path)
{
    static const char head[] = "SMS_Collection.CollectionID=";
    const size_t size = sizeof(head) - 1;

    if (path.size < size + 2 ||
        !text_equal_nocase((struct text){path.data, size}, TEXT(head)))
        return path;
    return (struct text){path.data + size + 1, path.size - size - 2};
}

enum status collection_verify_no_cycle(struct object_call *call,
                                       const json_t *args,
                                       struct json_writer *result)
{
    SCOPED(object_target_clear) struct object_target parent = {0};
    SCOPED(object_target_clear) struct object_target child = {0};
    bool is_cycle;
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)args, key, value) {
        const bool is_parent = text_equal_nocase(
            text_of(key), text_of(collection_cycle_args[0].name));

        TRY(actor_refer(call, collection_cycle_args[is_parent ? 0 : 1].name,
                        &class_collection,
                        id_of_path(text_of(json_string_value(value))),
                        is_parent ? &parent : &child));
    }
    TRY(collection_depends_on(call->store, parent.row, child.row, &is_cycle));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_put_bool(result, "Result", !is_cycle);
    writer_object_end(result);
    return STATUS_OK;
}

/* ---- How many ---- */

const struct object_property collection_count_args[1] = {
    {"Collection", OBJECT_STRING, OBJECT_REQUIRED, 1, 256, NULL, NULL,
     "A path or a CollectionID"},
};

enum status collection_count(struct object_call *call, const json_t *args,
                             struct json_writer *result)
{
    const char *name = collection_count_args[0].name;
    SCOPED(object_target_clear) struct object_target target = {0};
    const json_t *path = object_argument(args, name);
    int64_t n;

    TRY(actor_refer(call, name, &class_collection,
                    id_of_path(text_of(json_string_value(path))), &target));
    TRY(store_int_with(call->store, SQL_COLLECTION_COUNT,
                       STORE_ARGS(STORE_INT(target.row)), &n));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_put_int(result, "Result", n);
    writer_object_end(result);
    return STATUS_OK;
}
