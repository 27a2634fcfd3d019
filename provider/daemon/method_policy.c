/* Policy files as texts: what is wrong with them. */
#include "policy/policy.h"
#include "provider/daemon/method.h"
#include "provider/daemon/methods.h"

static enum status add_files(struct policy_set *set, const json_t *files)
{
    void *at = json_object_iter((json_t *)(uintptr_t)files);

    for (; at; at = json_object_iter_next((json_t *)(uintptr_t)files, at)) {
        const json_t *text = json_object_iter_value(at);

        if (!json_is_string(text))
            return STATUS_INVALID;
        TRY(policy_set_add(
            set, json_object_iter_key(at),
            (struct text){json_string_value(text), json_string_length(text)}));
    }
    return STATUS_OK;
}

static void write_message(const struct policy_message *message,
                          struct json_writer *w)
{
    writer_object_begin(w);
    writer_put_string(w, "severity",
                      message->severity == POLICY_ERROR ? "error" : "warning");
    writer_put_string(w, "file", message->place.file);
    writer_put_int(w, "line", message->place.line);
    writer_put_int(w, "column", message->place.column);
    writer_put_string(w, "text", message->text);
    writer_object_end(w);
}

enum rpc_error run_policy_check(struct call *call, struct json_writer *result)
{
    OWNED(policy_set) set = NULL;
    const struct policy *policy;
    const struct policy_message *messages;
    enum status compiled;
    size_t n;

    if (policy_set_new(&set) != STATUS_OK)
        return RPC_UNAVAILABLE;
    if (add_files(set, params_value(call->params, "files")) != STATUS_OK) {
        call->problem = (struct rpc_problem){"files", "A file is a string."};
        return RPC_INVALID_PARAMS;
    }
    compiled = policy_set_compile(set, &policy);
    messages = policy_set_messages(set, &n);
    writer_object_begin(result);
    writer_put_bool(result, "valid", compiled == STATUS_OK);
    writer_key(result, "messages");
    writer_array_begin(result);
    for (size_t i = 0; i < n; i++)
        write_message(&messages[i], result);
    writer_array_end(result);
    writer_object_end(result);
    return RPC_DONE;
}
