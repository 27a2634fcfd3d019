/* The verbs: read the parameters, let the object room act, write its answer. */
#include "provider/call/approval.h"
#include "provider/call/method.h"
#include "provider/method/methods.h"
#include "provider/method/sight_of.h"

enum rpc_error run_object_get(struct call *call, struct json_writer *result)
{
    return method_error(object_get(
        &call->act, params_value(call->params, "properties"), result));
}

enum rpc_error run_object_list(struct call *call, struct json_writer *result)
{
    struct reader reader = reader_of(call);
    const struct object_filter filter = filter_of(call, &reader);
    const struct object_list list = {
        .collection =
            object_class_collection(params_text(call->params, "class")),
        .properties = params_value(call->params, "properties"),
        .filter = params_text(call->params, "filter"),
        .order = params_text(call->params, "order"),
        .limit = params_integer(call->params, "limit", OBJECT_LIST_DEFAULT),
        .after = params_text(call->params, "after"),
        .count = params_boolean(call->params, "count"),
    };

    return method_error(object_list(&call->act, &list, &filter, result));
}

/* object_query asks for what its classes need, once it has parsed them. */
enum rpc_error run_query_run(struct call *call, struct json_writer *result)
{
    struct reader reader = reader_of(call);
    const struct object_filter filter = filter_of(call, &reader);
    const struct object_query query = {
        .wql = params_text(call->params, "wql"),
        .limit = params_integer(call->params, "limit", OBJECT_LIST_DEFAULT),
        .after = params_text(call->params, "after"),
        .prompts = params_value(call->params, "prompts"),
        .limit_to = params_text(call->params, "limit_to"),
    };

    return method_error(object_query(&call->act, &query, &filter, result));
}

enum rpc_error run_object_create(struct call *call, struct json_writer *result)
{
    if (approval_holds_back(call))
        return RPC_CONFLICT;
    return method_error(object_create(
        &call->act, params_value(call->params, "properties"), result));
}

enum rpc_error run_object_update(struct call *call, struct json_writer *result)
{
    if (approval_holds_back(call))
        return RPC_CONFLICT;
    return method_error(
        object_update(&call->act, params_value(call->params, "properties"),
                      params_integer(call->params, "if_version", -1), result));
}

enum rpc_error run_object_delete(struct call *call, struct json_writer *result)
{
    if (approval_holds_back(call))
        return RPC_CONFLICT;
    const enum status status = object_delete(
        &call->act, params_integer(call->params, "if_version", -1));

    if (status == STATUS_OK)
        writer_null(result);
    return method_error(status);
}

enum rpc_error run_object_invoke(struct call *call, struct json_writer *result)
{
    if (approval_holds_back(call))
        return RPC_CONFLICT;
    return method_error(object_invoke(&call->act, call->gate.method,
                                      params_value(call->params, "args"),
                                      result));
}
