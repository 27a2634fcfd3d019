/* The verbs: read the parameters, let the object room act, write its answer. */
#include <stdio.h>

#include "provider/call/approval.h"
#include "provider/call/method.h"
#include "provider/method/methods.h"
#include "provider/method/sight_of.h"
#include "provider/wql/odata.h"

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

/* The options of OData: texts by name, and whether rows are counted. */
static bool read_odata(const json_t *given, struct odata_asked *asked)
{
    static const char *const names[ODATA_N_OPTIONS] = {
        [ODATA_CLASS] = "class",
        [ODATA_FILTER] = "filter",
        [ODATA_ORDER] = "orderby",
        [ODATA_SELECT] = "select",
    };
    const json_t *count = json_object_get(given, "count");
    size_t n = count != NULL;

    for (size_t i = 0; i < ODATA_N_OPTIONS; i++) {
        const json_t *value = json_object_get(given, names[i]);

        if (value && !json_is_string(value))
            return false;
        asked->of[i] = params_text(given, names[i]);
        n += value != NULL;
    }
    asked->is_count = json_is_true(count);
    return n == json_object_size(given) && asked->of[ODATA_CLASS].size > 0 &&
           (!count || json_is_boolean(count));
}

static enum rpc_error fail_param(struct call *call, const char *name,
                                 const char *why)
{
    call->problem = (struct rpc_problem){.why = why};
    snprintf(call->problem.at, sizeof(call->problem.at), "%s", name);
    return RPC_INVALID_PARAMS;
}

/* object_query asks for what its classes need, once it has parsed them. */
enum rpc_error run_query_run(struct call *call, struct json_writer *result)
{
    struct reader reader = reader_of(call);
    const struct object_filter filter = filter_of(call, &reader);
    const json_t *odata = params_value(call->params, "odata");
    struct odata_asked asked = {.is_count = false};
    const struct object_query query = {
        .wql = params_text(call->params, "wql"),
        .odata = odata ? &asked : NULL,
        .skip = params_integer(call->params, "skip", 0),
        .limit = params_integer(call->params, "limit", OBJECT_LIST_DEFAULT),
        .after = params_text(call->params, "after"),
        .prompts = params_value(call->params, "prompts"),
        .limit_to = params_text(call->params, "limit_to"),
    };

    if (!odata == !params_value(call->params, "wql"))
        return fail_param(call, "wql", "Give wql or odata, and not both.");
    if (odata && !read_odata(odata, &asked))
        return fail_param(call, "odata",
                          "It is {class, filter, orderby, select, count}: "
                          "texts, and count true or false.");
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
