/*
 * Bytes of a connection, cut into feeds: frame and request parsing. The first
 * byte says how long the feeds are, so that lines break at every place.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "provider/wire/frame.h"
#include "provider/wire/reply.h"
#include "provider/wire/request.h"

enum { LINE_MAX_BYTES = 256 };

/* What is read in its usual form means the same to the JSON library. */
static void compare_envelope(struct text line)
{
    OWNED(rpc_envelope) read = rpc_envelope_read(line);
    json_t *tree, *method;

    if (!read)
        return;
    tree = json_loadb(line.data, line.size, JSON_REJECT_DUPLICATES, NULL);
    method = json_object_get(tree, "method");
    assert(json_object_size(tree) == 2 + (size_t) !!read->id +
                                         (size_t) !!read->params +
                                         (size_t)read->has_trace);
    assert(json_string_length(method) == read->method_size &&
           memcmp(json_string_value(method), read->method, read->method_size) ==
               0);
    assert(!read->id || json_equal(json_object_get(tree, "id"), read->id));
    assert(!read->params ||
           json_equal(json_object_get(tree, "params"), read->params));
    json_decref(tree);
}

static void read_requests(struct text line)
{
    SCOPED(rpc_message_drop) struct rpc_message message = {0};
    struct rpc_problem problem;
    struct rpc_request request;

    if (rpc_message_read(line, &message, &problem) != RPC_DONE)
        return;
    for (size_t i = 0; i < message.n_requests; i++)
        if (rpc_request_read(&message, i, &request, &problem) == RPC_DONE)
            assert(request.method.size > 0 &&
                   request.method.size <= RPC_METHOD_MAX_BYTES);
}

static void read_reply(struct text line)
{
    SCOPED(rpc_reply_drop) struct rpc_reply reply = {0};

    if (rpc_reply_read(line, &reply) == STATUS_OK)
        assert(!reply.result == (reply.error != RPC_DONE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SCOPED(frame_reader_free)
    struct frame_reader reader = frame_reader_make(LINE_MAX_BYTES);
    const size_t step = size ? (size_t)data[0] + 1 : 1;
    struct text line;
    enum status status = STATUS_END;

    for (size_t at = 1; at < size && status == STATUS_END; at += step) {
        const size_t n = size - at < step ? size - at : step;

        frame_feed(&reader, (struct text){(const char *)data + at, n});
        while ((status = frame_next(&reader, &line)) == STATUS_OK) {
            assert(line.size <= LINE_MAX_BYTES);
            compare_envelope(line);
            read_requests(line);
            read_reply(line);
        }
        if (status == STATUS_END && frame_keep(&reader) != STATUS_OK)
            break;
    }
    return 0;
}
