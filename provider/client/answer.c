#include "provider/client/answer.h"

#include <stdbool.h>

#include "provider/base/own.h"
#include "provider/wire/reply.h"

bool answer_is_deep(struct text json, unsigned depth_max)
{
    unsigned depth = 0;
    bool in_string = false;

    for (size_t i = 0; i < json.size; i++) {
        const char c = json.data[i];

        if (in_string && c == '\\')
            i++; /* whatever it escapes */
        else if (c == '"')
            in_string = !in_string;
        else if (in_string)
            continue;
        else if ((c == '[' || c == '{') && ++depth > depth_max)
            return true;
        else if ((c == ']' || c == '}') && depth > 0)
            depth--;
    }
    return false;
}

static enum status bad_answer(struct failure *failure, const char *what)
{
    return failure_set(failure, SMSCLIENT_FAILED, "bad_answer",
                       "The server's answer cannot be understood: %s.", what);
}

enum status answer_read(struct text line, json_int_t id,
                        struct failure *failure, json_t **result_out)
{
    SCOPED(rpc_reply_drop) struct rpc_reply reply = {0};

    if (answer_is_deep(line, ANSWER_DEPTH_MAX))
        return bad_answer(failure, "it is nested too deeply");
    if (rpc_reply_read(line, &reply) != STATUS_OK)
        return bad_answer(failure, "it is not a JSON-RPC answer");
    if (!(json_is_integer(reply.id) && json_integer_value(reply.id) == id) &&
        !(json_is_null(reply.id) && reply.error))
        return bad_answer(failure, "it answers another request");
    if (reply.error)
        return failure_read(failure, &reply);
    *result_out = json_incref(json_object_get(reply.root, "result"));
    return STATUS_OK;
}

const char *answer_text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));

    return value ? value : "";
}
