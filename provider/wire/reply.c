#include "provider/wire/reply.h"

#include <limits.h>
#include <string.h>

static void write_id(struct json_writer *w, const json_t *id)
{
    writer_key(w, "id");
    if (json_is_integer(id))
        writer_int(w, json_integer_value(id));
    else if (json_is_string(id))
        writer_text(
            w, (struct text){json_string_value(id), json_string_length(id)});
    else
        writer_null(w);
}

static void begin(struct json_writer *w, const json_t *id)
{
    writer_object_begin(w);
    writer_put_string(w, "jsonrpc", "2.0");
    write_id(w, id);
}

void reply_begin(struct json_writer *w, const json_t *id)
{
    begin(w, id);
    writer_key(w, "result");
}

void reply_end(struct json_writer *w)
{
    writer_object_end(w);
}

void reply_error_begin(struct json_writer *w, const json_t *id,
                       enum rpc_error error, const char *text)
{
    begin(w, id);
    writer_key(w, "error");
    writer_object_begin(w);
    writer_put_int(w, "code", rpc_error_code(error));
    writer_put_string(w, "message", text ? text : rpc_error_text(error));
    writer_key(w, "data");
    writer_object_begin(w);
    writer_put_string(w, "reason", rpc_error_reason(error));
}

void reply_error_end(struct json_writer *w)
{
    writer_object_end(w);
    writer_object_end(w);
    writer_object_end(w);
}

void request_begin(struct json_writer *w, int64_t id, const char *method)
{
    writer_object_begin(w);
    writer_put_string(w, "jsonrpc", "2.0");
    writer_put_int(w, "id", id);
    writer_put_string(w, "method", method);
    writer_key(w, "params");
}

void request_end(struct json_writer *w)
{
    writer_object_end(w);
}

static enum status read_error(const json_t *error, struct rpc_reply *reply)
{
    const json_t *code = json_object_get(error, "code");
    const json_t *message = json_object_get(error, "message");
    json_int_t number;

    if (!json_is_integer(code) || !json_is_string(message))
        return STATUS_INVALID;
    number = json_integer_value(code);
    reply->error = number >= INT_MIN && number <= INT_MAX
                       ? rpc_error_read((int)number)
                       : RPC_UNAVAILABLE;
    reply->message = json_string_value(message);
    reply->data = json_object_get(error, "data");
    if (reply->data && !json_is_object(reply->data))
        return STATUS_INVALID;
    return STATUS_OK;
}

static enum status read_reply(struct rpc_reply *reply)
{
    const json_t *version = json_object_get(reply->root, "jsonrpc");
    const json_t *error = json_object_get(reply->root, "error");

    if (!json_is_string(version) ||
        strcmp(json_string_value(version), "2.0") != 0)
        return STATUS_INVALID;
    reply->id = json_object_get(reply->root, "id");
    reply->result = json_object_get(reply->root, "result");
    if (!reply->id || !reply->result == !error)
        return STATUS_INVALID;
    return error ? read_error(error, reply) : STATUS_OK;
}

enum status rpc_reply_read(struct text line, struct rpc_reply *reply_out)
{
    SCOPED(rpc_reply_drop) struct rpc_reply reply = {0};

    if (line.size && memchr(line.data, '\0', line.size))
        return STATUS_INVALID; /* the parser silently stops at a NUL */
    reply.root = json_loadb(line.size ? line.data : "", line.size,
                            JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    if (!reply.root)
        return STATUS_INVALID;
    TRY(read_reply(&reply));
    *reply_out = reply;
    reply.root = NULL;
    return STATUS_OK;
}

void rpc_reply_drop(struct rpc_reply *reply)
{
    json_decref(reply->root);
    *reply = (struct rpc_reply){0};
}
